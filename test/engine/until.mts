/** In ms of real time: what has not come by then does not come. */
const longestWaitMs = 20_000;

/**
 * Resolves when a condition holds.
 * @param what what is waited for, as it stands behind "Waited for"
 * @throws Error after 20 s, which says what did not come
 */
export async function until(what: string, condition: () => boolean): Promise<void> {
	const last = Date.now() + longestWaitMs;
	while (!condition()) {
		if (Date.now() > last) throw new Error(`Waited for ${what}: it has not come in 20 s`);
		await new Promise((resolve) => setTimeout(resolve, 1));
	}
}

/** The same for something that ends by itself, such as a run. */
export async function ended<T>(what: string, work: Promise<T>, mostMs = longestWaitMs): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	const tooLate = new Promise<never>((_, reject) => {
		timer = setTimeout(
			() => reject(new Error(`Waited for ${what}: it has not ended in ${mostMs / 1000} s`)),
			mostMs,
		);
	});
	return await Promise.race([work, tooLate]).finally(() => clearTimeout(timer));
}
