import { limits } from '../api/limits';
import { parseCreatedTask, type Task } from '../api/replies';
import { judge, type Reply } from '../api/retry';
import { callFailed, pauseTooLong, troubleWith, wordsFor, type Trouble } from './callFailures';
import { Repeats } from './repeats';
import type { Service } from './service';

/** What a submit comes to: a task, certainly none, or nobody knows, with what came instead of an id. */
export type Submitted =
	| { kind: 'created'; task: Task }
	| { kind: 'notCreated'; error: unknown }
	| { kind: 'unsure'; why: string; httpStatus?: number };

export interface Submission {
	/** The request body as JSON text. */
	body: string;
	/** How long the item's task may take in all, in ms: no submit is tried for longer. */
	timeoutMs: number;
	/** Send once more although a task may exist; it may be paid for twice. */
	resubmitWhenUnsure: boolean;
	/** Why it is unsure whether an earlier try has created it: whatever this one is told, it stays so. */
	earlier?: string | undefined;
}

/**
 * Creates a task. Sent again only when the service cannot have taken it. What has been sent is unsure until its reply
 * says otherwise, whatever else goes wrong. Never rejects.
 */
export async function submitTask(service: Service, submission: Submission): Promise<Submitted> {
	const { client, clock, rate, signal, submitPatience } = service;
	const { body, timeoutMs, resubmitWhenUnsure, earlier } = submission;
	const repeats = new Repeats(service, async (ms) => await clock.sleep(ms, signal));
	let refused: Trouble | undefined;
	let unsure: Extract<Submitted, { kind: 'unsure' }> | undefined =
		earlier === undefined ? undefined : { kind: 'unsure', why: earlier };
	try {
		for (;;) {
			const begunAt = await turnToSubmit(service, timeoutMs, refused);
			const before = unsure;
			unsure = { kind: 'unsure', why: 'its reply could not be read' };
			const reply = await client.runTask(body);
			// An id counts whatever the reply calls itself.
			const task = reply.kind === 'answer' ? parseCreatedTask(reply) : undefined;
			if (task !== undefined) {
				rate.answered();
				submitPatience.accepted();
				return { kind: 'created', task };
			}
			const { verdict, code } = judge('submit', reply);
			if (verdict === 'unsure') {
				unsure = unsureAfter(reply);
				if (!resubmitWhenUnsure || before !== undefined) return unsure;
			} else unsure = before;
			if (code === 'RATE_LIMITED') {
				refused = troubleWith('submit', reply);
				submitPatience.refused();
			}
			await repeats.after({ call: 'submit', reply, begunAt, resubmitWhenUnsure });
		}
	} catch (error) {
		return unsure ?? { kind: 'notCreated', error };
	}
}

/**
 * Waits until a submit may begin.
 * @param refused the service's last refusal of this one
 * @returns when it begins, on the clock
 * @throws Failure RATE_LIMITED when the service has taken no submit of the run for too long, or wants none for too long
 */
async function turnToSubmit(
	{ clock, rate, submitPatience }: Service,
	timeoutMs: number,
	refused: Trouble | undefined,
): Promise<number> {
	const patienceMs = Math.min(timeoutMs, limits.unreachableMs);
	for (;;) {
		const begunAt = await rate.turn(submitPatience.over(patienceMs));
		if (begunAt !== undefined) return begunAt;
		// Another submit of the run can have been accepted meanwhile.
		const over = submitPatience.over(patienceMs);
		const pauseMs = rate.pausedUntil - clock.now();
		if (pauseMs > patienceMs) throw callFailed(pauseTooLong(pauseMs));
		if (clock.now() + Math.max(0, pauseMs) > over) throw callFailed(refused ?? takesNone);
	}
}

/** The trouble of a submit that was not sent because the service has refused all others of the run for too long. */
const takesNone: Trouble = {
	code: 'RATE_LIMITED',
	words: 'the service takes no tasks of this run for now (429)',
	httpStatus: 429,
};

function unsureAfter(reply: Reply): Extract<Submitted, { kind: 'unsure' }> {
	const why = wordsFor(reply);
	return reply.kind === 'answer'
		? { kind: 'unsure', why, httpStatus: reply.httpStatus }
		: { kind: 'unsure', why };
}
