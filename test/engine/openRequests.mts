import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { ClientRequest } from 'node:http';
import { z } from 'zod';
import type { LoggedRequest } from '../../sandbox/emulator/counters.mts';

/** The requests of the node that are under way: the emulator runs in the same process, so both ends are seen. */
export interface OpenRequests {
	/** Looks up in a service's log what it does to a request. */
	watch(log: () => LoggedRequest[]): void;
	count(): number;
	/** Whether a reply is still to come of itself: not where the service keeps silent, or lets its reply drip. */
	areMoving(): boolean;
	/** For each request without a reply: when it times out, and how to make it time out. */
	timeouts(): Array<{ at: number; end: () => void }>;
	/** From now on, what is open now counts as ended: its service has forgotten it. */
	forget(): void;
	stop(): void;
}

interface Open {
	readonly request: ClientRequest;
	readonly startedAt: number;
	hasReply: boolean;
}

const started = z.object({ request: z.instanceof(ClientRequest) });
const channel = 'http.client.request.start';

/**
 * Watches every request that this process sends by `node:http`, as n8n does.
 * @param onChange called when one begins, gets a reply, or ends
 */
export function watchRequests(now: () => number, onChange: () => void): OpenRequests {
	const open = new Set<Open>();
	const logs: Array<() => LoggedRequest[]> = [];
	const begin = (message: unknown) => {
		const { request } = started.parse(message);
		const one: Open = { request, startedAt: now(), hasReply: false };
		open.add(one);
		request.prependOnceListener('response', () => {
			one.hasReply = true;
			onChange();
		});
		request.once('close', () => {
			open.delete(one);
			onChange();
		});
		onChange();
	};
	subscribe(channel, begin);

	const stateOf = ({ request, hasReply }: Open): 'moving' | 'silent' | 'dripping' => {
		const port = request.socket?.localPort;
		const isThis = (one: LoggedRequest) => one.port === port && one.durationMs === null;
		const logged = logs.map((log) => log().findLast(isThis)).find(Boolean);
		const fault = logged?.fault;
		if (logged?.isKeptBack || fault === 'hang' || (fault === 'stall' && hasReply)) return 'silent';
		return fault === 'slow' && hasReply ? 'dripping' : 'moving';
	};

	return {
		watch: (log) => logs.push(log),
		count: () => open.size,
		areMoving: () => [...open].some((one) => stateOf(one) === 'moving'),
		timeouts: () =>
			[...open]
				.filter((one) => stateOf(one) === 'silent')
				.map(({ request, startedAt }) => ({
					at: startedAt + (request.socket?.timeout || Infinity),
					// What the socket's own timer does.
					end: () => request.emit('timeout'),
				})),
		forget: () => open.clear(),
		stop: () => {
			unsubscribe(channel, begin);
			open.clear();
		},
	};
}
