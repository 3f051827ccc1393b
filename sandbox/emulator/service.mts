import type { Api } from './apis.mts';
import type { Behaviours } from './behaviour.mts';
import { createCounters, createRequestLog, type Counters, type RequestLog } from './counters.mts';
import { jsonReply, pause, send, type Exchange } from './exchange.mts';
import { createFaults, type Faults } from './faults.mts';
import type { Links } from './files.mts';
import type { PlayName } from './page.mts';
import { createTasks, type Tasks } from './tasks.mts';

/** What a run leaves behind and `reset` forgets. */
export type Memory = {
	tasks: Tasks;
	counters: Counters;
	faults: Faults;
	limit: RequestLimit;
	log: RequestLog;
	playing: PlayName;
};

/** All that the routes of both origins share. */
export type Service = {
	apis: Api[];
	behaviours: Behaviours;
	links: Links;
	now: () => number;
	/** Waits in that time; undefined where it is the real one. */
	sleep: ((ms: number) => Promise<void>) | undefined;
	fileOrigin: () => string;
	memory: Memory;
};

export function createMemory(now: () => number): Memory {
	return {
		tasks: createTasks(now),
		counters: createCounters(),
		faults: createFaults(),
		limit: createRequestLimit(now),
		log: createRequestLog(now),
		playing: 'well',
	};
}

/** Answers with the truth, or with the fault that is due. */
export async function answer(
	{ memory, sleep }: Service,
	asked: Omit<Exchange, 'keepSilent'>,
): Promise<void> {
	const { request, response } = asked;
	const exchange: Exchange = {
		...asked,
		keepSilent: async (ms) => {
			memory.log.note(request, { isKeptBack: true });
			await (sleep === undefined ? pause(ms, response) : sleep(ms));
			memory.log.note(request, { isKeptBack: false });
		},
	};
	const fault = memory.faults.next(exchange);
	try {
		if (fault === undefined) await send(exchange, await exchange.reply());
		else {
			memory.log.note(request, { fault: fault.kind, faultNumber: fault.number });
			await fault.play(exchange);
		}
	} catch (error) {
		const reason = `The emulator failed: ${String(error)}`;
		if (response.headersSent) response.destroy();
		else await send(exchange, jsonReply(500, { error: reason }));
	}
}

type RequestLimit = ReturnType<typeof createRequestLimit>;

/** Counts the requests that were answered within the last second, for each API. */
function createRequestLimit(now: () => number) {
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
