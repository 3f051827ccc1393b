export type RequestLimit = ReturnType<typeof createRequestLimit>;

/** Counts the requests that were answered within the last second, for each API. */
export function createRequestLimit(now: () => number) {
	const answered = new Map<string, number[]>();
	return {
		/** Whether one more request is within the limit; it then counts. */
		allows(api: string, perSecond: number): boolean {
			if (perSecond === Infinity) return true;
			const at = now();
			const recent = (answered.get(api) ?? []).filter((each) => each > at - 1000);
			const isAllowed = recent.length < perSecond;
			answered.set(api, isAllowed ? [...recent, at] : recent);
			return isAllowed;
		},
	};
}
