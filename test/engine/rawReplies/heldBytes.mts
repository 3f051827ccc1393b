import { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

/** What the bodies of replies bring into this process, as they come and when they are inflated. */
export interface HeldBytes {
	/** Of the body that has brought most: its bytes. */
	most(): number;
	/** Of the body that came in most pieces: how many turns of the event loop they took. */
	turns(): number;
	stop(): void;
}

/** Watches every body of a reply to a request of this process, and every stream that inflates one. */
export function watchHeldBytes(): HeldBytes {
	const bodies = new Map<unknown, { bytes: number; turns: Set<number> }>();
	let turn = 0;
	let isStopped = false;
	const count = () => {
		turn += 1;
		if (!isStopped) setImmediate(count);
	};
	count();
	const { push } = Readable.prototype;
	const watching = jest.spyOn(Readable.prototype, 'push').mockImplementation(function (
		this: Readable,
		part: unknown,
		...rest
	) {
		const isReply = this instanceof IncomingMessage && 'req' in this;
		if (part instanceof Uint8Array && (isReply || 'bytesWritten' in this)) {
			const body = bodies.get(this) ?? { bytes: 0, turns: new Set() };
			bodies.set(this, { bytes: body.bytes + part.length, turns: body.turns.add(turn) });
		}
		return push.call(this, part, ...rest);
	});
	const greatest = (all: number[]) => all.reduce((one, other) => Math.max(one, other), 0);
	return {
		most: () => greatest([...bodies.values()].map(({ bytes }) => bytes)),
		turns: () => greatest([...bodies.values()].map(({ turns }) => turns.size)),
		stop: () => {
			isStopped = true;
			watching.mockRestore();
		},
	};
}
