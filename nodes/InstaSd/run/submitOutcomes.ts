import type { Submitted } from '../wait/submit';
import type { TaskEvent } from './taskLife';

/** What a submit comes to. */
export type SubmitOutcome = Extract<TaskEvent, { submit: string }>;

/** More than are ever under way; what has ended is kept as long as there is room, for a retry that comes later. */
const most = 5000;

/**
 * The submits of this process by their names, and what they come to. A run that is stopped or has failed no longer waits
 * for them, but they are paid for: a retry in this process learns here what has become of them.
 */
const pending = new Map<string, Promise<SubmitOutcome>>();

/**
 * Remembers a submit.
 * @param submitting never rejects
 */
export function rememberSubmit(submit: string, submitting: Promise<Submitted>): void {
	pending.set(
		submit,
		submitting.then((submitted) => eventOf(submit, submitted)),
	);
	for (const name of pending.keys()) {
		if (pending.size <= most) break;
		pending.delete(name);
	}
}

/** What a submit has come to, or will; unsure where nobody in this process has made it. */
export async function outcomeOf(submit: string): Promise<SubmitOutcome> {
	const known = pending.get(submit);
	return known === undefined ? { kind: 'unsure', submit, why: 'no reply' } : await known;
}

/** What a submit means for the life of its task. */
export function eventOf(submit: string, submitted: Submitted): SubmitOutcome {
	switch (submitted.kind) {
		case 'created':
			return { kind: 'created', submit, taskId: submitted.task.id };
		case 'notCreated':
			return { kind: 'notCreated', submit };
		case 'unsure':
			return { kind: 'unsure', submit, why: submitted.why };
	}
}
