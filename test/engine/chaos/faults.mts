import type { Fault, FaultRequest } from '../../../sandbox/emulator/faults.mts';

/** The result of a submit, and whether its reply has an id. */
interface SubmitFaultFacts {
	/** By the contract: a task with a known id, certainly none, or nobody can know. */
	readonly outcome: 'created' | 'notCreated' | 'unsure';
	/** What the emulator is told to do; `number` tells the faults of a story apart. */
	readonly fault?: (number: number, token: string) => FaultRequest;
}

const submit = { call: 'submit' } as const;
const status = { call: 'status' } as const;

/** Odd and beyond 2^53: an id that JSON.parse would change. */
const numericId = (number: number) => `${9_007_199_254_741_001n + 2n * BigInt(number)}`;

const late = (afterMs: number): SubmitFaultFacts => ({
	outcome: 'created',
	fault: () => ({ ...submit, kind: 'late', afterMs }),
});
const hidden = (fault: FaultRequest): SubmitFaultFacts => ({
	outcome: 'unsure',
	fault: () => fault,
});
const refused = (status: number, headers: Record<string, string> = {}): SubmitFaultFacts => ({
	outcome: 'notCreated',
	fault: (_, token) => ({ ...submit, kind: 'status', status, headers, body: quoting(token) }),
});
/** A service that quotes the request in its error. */
const quoting = (token: string) => ({ error: `No: Authorization: Bearer ${token}` });

/** What the service can do with a submit. */
export const submitFaults = {
	good: { outcome: 'created' },
	'2 s late': late(2_000),
	'20 s late': late(20_000),
	'200 s late': late(200_000),
	'id as a number': {
		outcome: 'created',
		fault: (number) => ({
			...{ ...submit, kind: 'body', taken: true },
			text: `{"task_id":${numericId(number)},"status":"CREATED"}`,
		}),
	},
	'broken JSON with the id': {
		outcome: 'created',
		fault: () => ({ ...submit, kind: 'truncatedJson', afterBytes: 60 }),
	},
	'lost before it was taken': hidden({ ...submit, kind: 'resetBefore' }),
	'lost after it was taken': hidden({ ...submit, kind: 'resetAfter' }),
	'lost in the middle': hidden({ ...submit, kind: 'resetMiddle' }),
	'broken JSON without the id': hidden({ ...submit, kind: 'truncatedJson' }),
	'reply without an id': hidden({ ...submit, kind: 'patch', remove: ['task_id'] }),
	stalls: hidden({ ...submit, kind: 'stall' }),
	hangs: hidden({ ...submit, kind: 'hang', taken: true }),
	'hangs, not taken': hidden({ ...submit, kind: 'hang' }),
	'500, taken': hidden({ ...submit, kind: 'status', status: 500, taken: true }),
	'503, not taken': hidden({ ...submit, kind: 'status', status: 503 }),
	'408, taken': hidden({ ...submit, kind: 'status', status: 408, taken: true }),
	'429': refused(429),
	'429 for an hour': refused(429, { 'retry-after': '3600' }),
	'401': refused(401),
	'404': refused(404),
	'413': refused(413),
	'422': refused(422),
} as const satisfies Record<string, SubmitFaultFacts>;

export type SubmitFault = keyof typeof submitFaults;

/** What the service can do with a question for a status. */
export const pollFaults = {
	good: undefined,
	lost: () => ({ ...status, kind: 'resetBefore' }),
	'lost in the middle': () => ({ ...status, kind: 'resetMiddle' }),
	hangs: () => ({ ...status, kind: 'hang' }),
	'broken JSON': () => ({ ...status, kind: 'truncatedJson' }),
	'401': (token) => ({ ...status, kind: 'status', status: 401, body: quoting(token) }),
	'404': () => ({ ...status, kind: 'status', status: 404 }),
	'429': () => ({ ...status, kind: 'status', status: 429 }),
	'503': () => ({ ...status, kind: 'status', status: 503 }),
	'20 s late': () => ({ ...status, kind: 'late', afterMs: 20_000 }),
	"another task's success": () => ({
		...{ ...status, kind: 'body' },
		json: { task_id: 'somebody-else', status: 'COMPLETED', image_urls: ['https://a.test/a.png'] },
	}),
	"another task's failure": () => ({
		...{ ...status, kind: 'body' },
		json: { task_id: 'somebody-else', status: 'FAILED' },
	}),
	'a failed word without an id': () => ({
		...{ ...status, kind: 'body' },
		json: { status: 'error', message: 'Try again' },
	}),
	'a success without an id': () => ({ ...status, kind: 'body', json: { status: 'COMPLETED' } }),
	'the truth without an id': () => ({ ...status, kind: 'patch', remove: ['task_id'] }),
} as const satisfies Record<string, ((token: string) => FaultRequest) | undefined>;

export type PollFault = keyof typeof pollFaults;

const nameless = { status: 'error', message: 'Database is locked' };
const aboutTask = (taskNumber: number) => ({ ...status, kind: 'body' as const, taskNumber });

/**
 * How a task ends: well, at the service badly, later than the node waits, or so that its status says something else: at
 * first an error that does not name it, or for good that its result is no longer there.
 */
export const endFaults = {
	well: undefined,
	badly: undefined,
	late: undefined,
	'an error without its id, twice': (number) => ({
		...aboutTask(number),
		...{ json: nameless, times: 2 },
	}),
	'an error without its id, four times': (number) => ({
		...aboutTask(number),
		...{ json: nameless, times: 4 },
	}),
	expired: (taskNumber) => ({
		...{ ...status, kind: 'patch', taskNumber, times: Infinity },
		...{ onlyWhen: 'completed', fields: { status: 'EXPIRED' } },
	}),
} as const satisfies Record<string, ((taskNumber: number) => FaultRequest) | undefined>;

export type TaskEnd = keyof typeof endFaults;

/** The faults of a story, by their numbers at the emulator. */
export interface StoryFaults {
	readonly submits: ReadonlyMap<number, SubmitFault>;
	readonly polls: ReadonlyMap<number, PollFault | TaskEnd>;
}

/**
 * Tells the emulator what to do with the first submits and questions, in their order; with what comes after, it does what
 * is right, or one thing for good. What a task is said to have come to goes before.
 */
export function arrange(
	addFault: (fault: FaultRequest) => Fault,
	token: string,
	plan: {
		submits: readonly SubmitFault[];
		polls: readonly PollFault[];
		laterPolls: PollFault;
		ends: readonly TaskEnd[];
	},
): StoryFaults {
	const submits = new Map<number, SubmitFault>();
	const polls = new Map<number, PollFault | TaskEnd>();
	plan.submits.forEach((name, index) => {
		const facts: SubmitFaultFacts = submitFaults[name];
		const fault = facts.fault?.(submits.size + 1, token);
		if (fault) submits.set(addFault({ ...fault, nth: index + 1 }).number, name);
	});
	plan.ends.forEach((end, index) => {
		const fault: FaultRequest | undefined = endFaults[end]?.(index + 1);
		if (fault) polls.set(addFault(fault).number, end);
	});
	[...plan.polls, plan.laterPolls].forEach((name, index) => {
		const fault: FaultRequest | undefined = pollFaults[name]?.(token);
		if (!fault) return;
		const times = index < plan.polls.length ? 1 : Infinity;
		polls.set(addFault({ ...fault, nth: index + 1, times }).number, name);
	});
	return { submits, polls };
}

/** The id that a reply tells, of the task that was taken with it; undefined where it tells none. */
export function toldId(name: SubmitFault, faultNumber: number | null, taskId: string) {
	if (submitFaults[name].outcome !== 'created') return undefined;
	return name === 'id as a number' ? numericId(faultNumber ?? 0) : taskId;
}
