/**
 * An error for the person at the terminal: `message` says what happened, `advice` how to get
 * unstuck, `log` the last lines of whatever failed. Shown without a stack.
 */
export class PlainError extends Error {
	readonly advice: string | undefined;
	readonly log: string | undefined;

	constructor(message: string, more: { advice?: string; log?: string; cause?: unknown } = {}) {
		super(message, { cause: more.cause });
		this.advice = more.advice;
		this.log = more.log;
	}
}

/** The last `count` lines of a log that say anything. */
export function lastLines(log: string, count = 25): string {
	return log
		.split('\n')
		.filter((line) => line.trim() !== '')
		.slice(-count)
		.join('\n');
}
