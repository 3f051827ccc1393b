import { z } from 'zod';
import type { Exchange } from './exchange.mts';
import { faultKinds, type FaultKinds, type Play } from './faultKinds.mts';
import { amountOrInfinity } from './settings.mts';

/** Which requests a fault hits. Requests are counted from when the fault was added. */
const conditionSchema = z.object({
	call: z.enum(['submit', 'status', 'file']),
	/** Only requests to the API of this name. */
	api: z.string().optional(),
	/** Only requests about this task; of submits, the one that would get this number. */
	taskNumber: z.number().int().positive().optional(),
	/** Only status requests about a task that is (not) over. */
	onlyWhen: z.enum(['completed', 'running']).optional(),
	/** The first matching request to hit, from 1. */
	nth: z.number().int().positive().default(1),
	/** How many to hit. */
	times: amountOrInfinity.default(1),
});

type Condition = z.input<typeof conditionSchema>;

/** A condition, a kind, and the settings of that kind. */
export type FaultRequest = {
	[Kind in keyof FaultKinds]: Condition & { kind: Kind } & z.input<FaultKinds[Kind]['settings']>;
}[keyof FaultKinds];

export type Fault = {
	readonly kind: string;
	/** Which it is of the faults in force, in the order in which they were added, from 1. */
	readonly number: number;
	/** How many requests matched so far, and how many were hit. */
	seen: number;
	fired: number;
};

export type Faults = ReturnType<typeof createFaults>;

/** The faults in force. Of those that are due for a request the one added first is played. */
export function createFaults() {
	const faults: Array<Fault & { isDue: (exchange: Exchange) => boolean; play: Play }> = [];
	return {
		/** Adds a fault. Throws a ZodError that says what is wrong with the request for it. */
		add(request: unknown): Fault {
			const { kind, ...rest } = z.object({ kind: kindSchema }).passthrough().parse(request);
			const condition = conditionSchema.parse(rest);
			const own = Object.entries(rest).filter(([key]) => !(key in conditionSchema.shape));
			const play = faultKinds[kind].prepare(Object.fromEntries(own));
			const fault: Fault = { kind, number: faults.length + 1, seen: 0, fired: 0 };
			faults.push(Object.assign(fault, { play, isDue: dueWhen(condition, fault) }));
			return fault;
		},
		/** The fault to play on this request, counted as played. */
		next(exchange: Exchange): { kind: string; number: number; play: Play } | undefined {
			const [first] = faults.filter((fault) => fault.isDue(exchange));
			if (first) first.fired++;
			return first;
		},
		clear(): void {
			faults.length = 0;
		},
	};
}

const kindSchema = z.custom<keyof FaultKinds>(
	(kind) => typeof kind === 'string' && Object.hasOwn(faultKinds, kind),
	{ message: `Expected one of ${Object.keys(faultKinds).join(', ')}` },
);

function dueWhen(condition: z.output<typeof conditionSchema>, fault: Fault) {
	const { call, api, taskNumber, onlyWhen, nth, times } = condition;
	return (exchange: Exchange): boolean => {
		if (exchange.call !== call) return false;
		if (api !== undefined && exchange.api !== api) return false;
		if (taskNumber !== undefined && exchange.taskNumber !== taskNumber) return false;
		if (onlyWhen !== undefined && exchange.taskState !== onlyWhen) return false;
		fault.seen++;
		return fault.seen >= nth && fault.fired < times;
	};
}
