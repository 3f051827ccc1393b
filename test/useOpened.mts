/**
 * Opens something before the tests of this file or `describe`, and closes it after them. Why it could not be opened is
 * told once, by the first test.
 * @returns what gives it to them
 */
export function useOpened<Opened extends { close(): Promise<void> }>(
	open: () => Promise<Opened>,
): () => Opened {
	let opened: Opened | undefined;
	let failure: unknown = new Error('It is not open before the first hook or test');
	beforeAll(async () => {
		try {
			opened = await open();
		} catch (error) {
			failure = error;
		}
	});
	afterAll(async () => await opened?.close());
	return () => {
		if (opened !== undefined) return opened;
		const error = failure;
		failure = new Error('It could not be opened, as the first test says');
		throw error;
	};
}
