import type { Api } from './apis.mts';
import type { Behaviours } from './behaviours.mts';
import { createCounters, type Counters } from './counters.mts';
import type { Exchange } from './exchange.mts';
import { createFaults, type Faults } from './faults.mts';
import type { Links } from './links.mts';
import type { PlayName } from './plays.mts';
import { jsonReply } from './reply.mts';
import { createRequestLimit, type RequestLimit } from './requestLimit.mts';
import { createRequestLog, type RequestLog } from './requestLog.mts';
import { pause, send } from './sending.mts';
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
