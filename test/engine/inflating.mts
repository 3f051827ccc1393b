import type { Transform } from 'node:stream';
import { Unzip } from 'node:zlib';

/** The compressed bodies that are being inflated, in threads of which the event loop knows nothing. */
export interface Inflating {
	isUnderWay(): boolean;
	stop(): void;
}

/** Watches every stream of `node:zlib` in this process. */
export function watchInflating(): Inflating {
	const streams = new Set<Transform>();
	const watching = jest.spyOn(zlibStream, '_transform').mockImplementation(function (
		this: Transform,
		...given
	) {
		if (!streams.has(this)) this.once('close', () => streams.delete(this));
		streams.add(this);
		transform.apply(this, given);
	});
	return {
		// What follows the end of the compressed data stays for ever.
		isUnderWay: () =>
			[...streams].some((one) => !one.destroyed && !one.readableEnded && one.writableLength > 0),
		stop: () => watching.mockRestore(),
	};
}

/** What all streams of `node:zlib` inherit from. */
const zlibStream: Transform = Object.getPrototypeOf(Object.getPrototypeOf(Unzip.prototype));
const transform = zlibStream._transform;
