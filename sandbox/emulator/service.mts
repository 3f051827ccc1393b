import type { Api } from './apis.mts';
import type { Behaviours } from './behaviours.mts';
import { createCounters, type Counters } from './counters.mts';
import type { Exchange } from './exchange.mts';
import { createFaults, type Faults } from './faults.mts';
import type { Links } from './links.mts';
import { jsonReply } from './reply.mts';
import { createRequestLog, type RequestLog } from './requestLog.mts';
import { send } from './sending.mts';
import { createTasks, type Tasks } from './tasks.mts';

/** What a run leaves behind and `reset` forgets. */
export type Memory = { tasks: Tasks; counters: Counters; faults: Faults; log: RequestLog };

/** All that the routes of both origins share. */
export type Service = {
	apis: Api[];
	behaviours: Behaviours;
	links: Links;
	now: () => number;
	fileOrigin: () => string;
	memory: Memory;
};

export function createMemory(now: () => number): Memory {
	return {
		tasks: createTasks(now),
		counters: createCounters(),
		faults: createFaults(),
		log: createRequestLog(now),
	};
}

/** Answers with the truth, or with the fault that is due. */
export async function answer({ memory }: Service, exchange: Exchange): Promise<void> {
	const { request, response } = exchange;
	const fault = memory.faults.next(exchange);
	try {
		if (fault === undefined) await send(exchange, await exchange.reply());
		else {
			memory.log.note(request, { fault: fault.kind });
			await fault.play(exchange);
		}
	} catch (error) {
		const reason = `The emulator failed: ${String(error)}`;
		if (response.headersSent) response.destroy();
		else await send(exchange, jsonReply(500, { error: reason }));
	}
}
