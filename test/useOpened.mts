/**
 * Opens something before the tests of this file or `describe`, and closes it after them.
 * @returns what gives it to them
 */
export function useOpened<Opened extends { close(): Promise<void> }>(
	open: () => Promise<Opened>,
): () => Opened {
	let opened: Opened | undefined;
	beforeAll(async () => {
		opened = await open();
	});
	afterAll(async () => await opened?.close());
	return () => {
		if (opened === undefined) throw new Error('It is not open before the first hook or test');
		return opened;
	};
}
