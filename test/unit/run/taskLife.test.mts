import {
	after,
	stepFor,
	type TaskEvent,
	type TaskLife,
} from '../../../nodes/InstaSd/run/taskLife.ts';

const submit = 's1';
const taskId = 'task-1';
const lives: TaskLife[] = [
	{ state: 'planned' },
	{ state: 'sending', submit },
	{ state: 'unsure', why: 'no reply' },
	{ state: 'known', taskId },
	{ state: 'handedOn', taskId },
];
const events: TaskEvent[] = [
	{ kind: 'sent', submit },
	{ kind: 'created', submit, taskId },
	{ kind: 'notCreated', submit },
	{ kind: 'unsure', submit, why: 'no reply' },
	{ kind: 'failed' },
	{ kind: 'handedOn' },
];

/** Every state by every event: what it becomes, where it changes. */
const table: Record<TaskLife['state'], Partial<Record<TaskEvent['kind'], TaskLife['state']>>> = {
	planned: { sent: 'sending' },
	sending: { created: 'known', notCreated: 'planned', unsure: 'unsure' },
	unsure: { sent: 'sending' },
	known: { failed: 'planned', handedOn: 'handedOn' },
	handedOn: { failed: 'planned' },
};

test.each(
	lives.flatMap((life) => events.map((event) => [life.state, event.kind, life, event] as const)),
)(
	'a task that is %s becomes, when it is %s, what the table says, and nothing else',
	(state, kind, life, event) => {
		const next = after(life, event);
		expect(next.state).toBe(table[state][kind] ?? state);
		if (table[state][kind] === undefined) expect(next).toBe(life);
	},
);

test('only a task of which it is known that there is none, or that it failed, may be sent without asking anybody', () => {
	const sendable = lives.filter((life) => stepFor(life).kind === 'send');
	expect(sendable).toEqual([{ state: 'planned' }]);
	const waysBack = lives.flatMap((life) =>
		events
			.filter((event) => life.state !== 'planned' && after(life, event).state === 'planned')
			.map(({ kind }) => kind),
	);
	expect(new Set(waysBack)).toEqual(new Set(['notCreated', 'failed']));
});

test.each(['created', 'notCreated', 'unsure'] as const)(
	'what an earlier submit has come to (%s) says nothing of the one under way',
	(kind) => {
		const life: TaskLife = { state: 'sending', submit: 's2' };
		const late = events.find((event) => event.kind === kind);
		expect(late && after(life, late)).toBe(life);
	},
);
