import { types } from 'node:util';

/**
 * Makes `error instanceof Error` true for errors that Node itself throws (a closed stream, a missing
 * file). Jest runs tests in a realm of their own, with an `Error` of their own; in n8n there is one.
 */
export function recogniseErrorsOfNode(): void {
	Object.defineProperty(Error, Symbol.hasInstance, {
		configurable: true,
		value(this: unknown, value: unknown): boolean {
			const isOwn = Function.prototype[Symbol.hasInstance].call(this, value);
			return isOwn || (this === Error && types.isNativeError(value));
		},
	});
}
