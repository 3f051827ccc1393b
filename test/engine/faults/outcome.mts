import { z } from 'zod';
import type { Run } from '../harness/run.mts';
import { usualPauseMs, type Call, type Case } from './cases.mts';
import type { FaultRun } from './runner.mts';

const item = z.object({
	json: z.object({
		error: z
			.object({ code: z.string(), task_id: z.string().nullable(), retryable: z.boolean() })
			.optional(),
		task_id: z.string().optional(),
		message: z.string().optional(),
	}),
	binary: z.record(z.unknown()).optional(),
	pairedItem: z.object({ item: z.number() }),
});
const thrown = z.object({
	name: z.string(),
	message: z.string(),
	description: z.string().optional(),
	errorResponse: z.object({ code: z.string() }).optional(),
});

export interface Seen {
	/** `complete`, with or without files, or the code of the failure. */
	readonly result: string;
	/** As the item tells it. */
	readonly taskId: string | null;
	/** What is said of a failure. */
	readonly text: string;
	readonly isRetryable: boolean;
}

/** What a user sees of an item. */
export function seen(given: unknown): Seen {
	const { json, binary } = item.parse(given);
	const { error, task_id: taskId = null, message: text = '' } = json;
	if (error !== undefined) {
		return { result: error.code, taskId: error.task_id, text, isRetryable: error.retryable };
	}
	const result = binary ? 'complete' : 'complete, without files';
	return { result, taskId, text: '', isRetryable: false };
}

/** What a user sees of the error that ended a run; throws if there is none. */
export function errorOf({ error }: Run): z.infer<typeof thrown> {
	return thrown.parse(error);
}

/** The failures that a fault can end in. */
export type FailureCode =
	| 'SUBMIT_UNSURE'
	| 'UNREACHABLE'
	| 'BAD_REPLY'
	| 'REJECTED'
	| 'UNAUTHORIZED'
	| 'PAYLOAD_TOO_LARGE'
	| 'RATE_LIMITED'
	| 'TASK_NOT_FOUND'
	| 'WAIT_TIMEOUT'
	| 'DOWNLOAD_FAILED'
	| 'LINK_EXPIRED';

/** What a user gets from a Run and Wait with one fault in it. */
export interface Outcome extends Seen {
	/** The task that the service has taken; null where there is none. */
	readonly takenId: string | null;
	/** How many tasks the service has taken. */
	readonly charged: number;
	/** How often the call was made with the fault. */
	readonly hits: number;
	/** How many calls were made because of the fault. */
	readonly repeats: number;
	/** How long the node fought the fault, in ms, before it gave up. */
	readonly foughtMs: number;
}

/** Polls are one kind of call: they differ only in how soon a fault is believed. */
export function kindOf(call: Call): 'submit' | 'poll' | 'file' {
	return call === 'submit' || call === 'file' ? call : 'poll';
}

export function isFailure(result: string): boolean {
	return !result.startsWith('complete');
}

/** Cases with the same key differ in nothing that matters to a user. */
export function keyOf({ call }: Case, { result }: Outcome): string {
	return `${kindOf(call)}: ${result}`;
}

/** A call of the node. */
interface Try {
	readonly at: number;
	readonly endedAt: number;
	readonly isHit: boolean;
}

const noItem: Seen = { result: 'no item', taskId: null, text: '', isRetryable: false };

/** What a user gets of a run. */
export function outcomeIn(given: Case, ran: FaultRun): Outcome {
	const [task] = ran.tasks;
	const tries = triesOf(given, ran, task?.id);
	const hits = tries.filter(({ isHit }) => isHit);
	return {
		...(ran.items.map(seen)[0] ?? noItem),
		takenId: task?.id ?? null,
		charged: ran.tasks.length,
		hits: hits.length,
		repeats: tries.filter((one, place) => isRepeat(given, one, tries[place - 1])).length,
		foughtMs: ran.endedAt - (hits[0]?.at ?? NaN),
	};
}

function triesOf({ call }: Case, { requests, refusedAt }: FaultRun, taskId?: string): Try[] {
	const path = { submit: '/run_task', poll: `/task_status/${taskId}`, file: `/files/${taskId}/` };
	const answered = requests
		.filter((one) => one.path.includes(path[kindOf(call)]))
		.map(({ at, durationMs, fault }) => {
			return { at, endedAt: at + (durationMs ?? 0), isHit: fault !== null };
		});
	const refused = refusedAt.map((at) => ({ at, endedAt: at, isHit: true }));
	return [...refused, ...answered].sort((one, other) => one.at - other.at);
}

/** A call after one that was hit; of questions, only one that has not come when it would have come anyhow. */
function isRepeat({ call }: Case, { at }: Try, before: Try | undefined): boolean {
	if (before?.isHit !== true) return false;
	return kindOf(call) !== 'poll' || Math.abs(at - before.endedAt - usualPauseMs) > 50;
}
