/**
 * The life of a task as far as this execution knows it. `sending` names the submit whose reply is under way; `unsure`
 * says why it is not known whether there is a task.
 */
export type TaskLife =
	| { state: 'planned' }
	| { state: 'sending'; submit: string }
	| { state: 'unsure'; why: string }
	| { state: 'known'; taskId: string }
	/** Its run has succeeded: its id is in the output. */
	| { state: 'handedOn'; taskId: string };

type State = TaskLife['state'];

/** What happens to a task. What a submit comes to names that submit: the reply to an earlier one changes nothing. */
export type TaskEvent =
	| { kind: 'sent'; submit: string }
	| { kind: 'created'; submit: string; taskId: string }
	| { kind: 'notCreated'; submit: string }
	| { kind: 'unsure'; submit: string; why: string }
	/** The service itself has ended it badly. */
	| { kind: 'failed' }
	/** Every item of its run has succeeded. */
	| { kind: 'handedOn' };

/**
 * Which event leads from which state to which; what is not in the table changes nothing. Only what is known to mean that
 * there is no task, or that it has failed, leads back to where it may be sent.
 */
const transitions: Readonly<Record<State, Partial<Record<TaskEvent['kind'], State>>>> = {
	planned: { sent: 'sending' },
	sending: { created: 'known', notCreated: 'planned', unsure: 'unsure' },
	unsure: { sent: 'sending' },
	known: { failed: 'planned', handedOn: 'handedOn' },
	handedOn: { failed: 'planned' },
};

/** What a try does with a task. */
export type Step =
	| { kind: 'send' }
	/** What becomes of the submit, if it was made in this process; of another process's nothing will be learned. */
	| { kind: 'await'; submit: string }
	/** Unless the user allows it to be sent, and so perhaps paid for, again. */
	| { kind: 'refuse'; why: string }
	| { kind: 'takeUp'; taskId: string };

/** What a try does with a task that it finds so. */
export function stepFor(life: TaskLife): Step {
	switch (life.state) {
		case 'planned':
			return { kind: 'send' };
		case 'sending':
			return { kind: 'await', submit: life.submit };
		case 'unsure':
			return { kind: 'refuse', why: life.why };
		case 'known':
		case 'handedOn':
			return { kind: 'takeUp', taskId: life.taskId };
	}
}

/** The life of a task after an event. */
export function after(life: TaskLife, event: TaskEvent): TaskLife {
	const next = transitions[life.state][event.kind];
	if (next === undefined) return life;
	if (life.state === 'sending' && 'submit' in event && event.submit !== life.submit) return life;
	switch (event.kind) {
		case 'sent':
			return { state: 'sending', submit: event.submit };
		case 'unsure':
			return { state: 'unsure', why: event.why };
		case 'created':
			return { state: 'known', taskId: event.taskId };
		case 'handedOn':
			return life.state === 'known' ? { ...life, state: 'handedOn' } : life;
		case 'notCreated':
		case 'failed':
			return { state: 'planned' };
	}
}
