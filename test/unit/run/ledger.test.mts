import { Ledger } from '../../../nodes/InstaSd/run/ledger.ts';

const hashes = { written: 'w'.repeat(16), values: 'v'.repeat(16) };
const other = 'x'.repeat(16);
const created = { kind: 'created', submit: 's1', taskId: 'task-1' } as const;

/** The ledger of the node's first run, and the entry of a task in it. */
const ledgerIn = (context: object, runIndex = 0) => new Ledger({ ...context }, runIndex);
const entryIn = (context: Record<string, unknown>, of = hashes, item = 3) =>
	new Ledger(context, 0).entry(item, 1, of);
/** What a retry reads after n8n has saved and loaded the execution. */
const reloaded = (context: object) => JSON.parse(JSON.stringify(context));

test('a task that was sent without a reply is not planned anew by a retry: it knows the submit', () => {
	const context = {};
	entryIn(context).sending('s1', [7]);
	expect(entryIn(reloaded(context)).life()).toEqual({ state: 'sending', submit: 's1' });
});

test('what is unsure says why, in a line, when it is read again', () => {
	const context = {};
	const entry = entryIn(context);
	entry.sending('s1', [7]);
	entry.note({ kind: 'unsure', submit: 's1', why: 'the service answered 503' });
	expect(entryIn(reloaded(context)).life()).toEqual({
		state: 'unsure',
		why: 'the service answered 503',
	});
	entry.sending('s2', [8]);
	entry.note({ kind: 'unsure', submit: 's2', why: 'x'.repeat(1000) });
	expect(JSON.stringify(context).length).toBeLessThan(250);
});

test('a reply that comes when the next try has begun is there for it', () => {
	const context = {};
	const first = entryIn(context);
	first.sending('s1', [7]);
	const second = entryIn(context);
	first.note(created);
	expect(second.life()).toEqual({ state: 'known', taskId: 'task-1' });
	expect(second.sentSeeds()).toEqual([7]);
});

test.each([[[]], ['gone'], [null], [{ id: 'task-1' }], [['h', 'task-1', 'seed']]])(
	'a row that cannot be read, %j, leaves the others alone, and its task is not sent again unnoticed',
	(spoiled) => {
		const tasks: Record<string, unknown> = {};
		const context = { tasks };
		const entry = entryIn(context);
		entry.sending('s1', [7]);
		entry.note(created);
		tasks['0.4.1'] = spoiled;
		tasks['1.0.0'] = spoiled;
		const later = reloaded(context);
		expect(entryIn(later).life()).toEqual({ state: 'known', taskId: 'task-1' });
		expect(entryIn(later, hashes, 4).life()).toMatchObject({ state: 'unsure' });
	},
);

test('the late reply of an earlier submit does not overwrite what a later one has brought', () => {
	const context = {};
	const entry = entryIn(context);
	entry.sending('s1', []);
	entry.note({ kind: 'unsure', submit: 's1', why: 'no reply' });
	entry.sending('s2', []);
	entry.note(created);
	expect(entry.life()).toEqual({ state: 'sending', submit: 's2' });
	entry.note({ ...created, submit: 's2', taskId: 'task-2' });
	entry.note(created);
	expect(entry.life()).toEqual({ state: 'known', taskId: 'task-2' });
});

test('a task is another only when what was written and what it evaluated to have both changed', () => {
	const context = {};
	const entry = entryIn(context);
	entry.sending('s1', [7]);
	entry.note(created);
	const { written, values } = hashes;
	const known = { state: 'known', taskId: 'task-1' };
	const sameValues = entryIn(context, { written: other, values });
	expect([sameValues.life(), sameValues.sentSeeds()]).toEqual([known, [7]]);
	const sameText = entryIn(context, { written, values: other });
	expect([sameText.life(), sameText.sentSeeds()]).toEqual([known, undefined]);
	const planned = { state: 'planned' };
	expect(entryIn(context, { written: other, values: other }).life()).toEqual(planned);
	expect(entryIn(context, hashes, 4).life()).toEqual(planned);
});

test('what comes of a submit is written down for the values that were sent, not for those planned now', () => {
	const context = {};
	entryIn(context).sending('s1', [7]);
	const planned = entryIn(context, { ...hashes, values: other });
	planned.note(created);
	expect(planned.sentSeeds()).toBeUndefined();
	expect(entryIn(context).sentSeeds()).toEqual([7]);
});

test('a task has less than 200 bytes of the execution data', () => {
	const context = {};
	const entry = entryIn(context, hashes, 123_456);
	entry.sending('01234567-89ab', [2 ** 53 - 1, 2 ** 53 - 1]);
	expect(JSON.stringify(context).length).toBeLessThan(200);
	entry.note({ ...created, submit: '01234567-89ab', taskId: '0'.repeat(36) });
	expect(JSON.stringify(context).length).toBeLessThan(200);
});

test('of a task that was handed on the id stays until the node runs again, and little else', () => {
	const context: Record<string, unknown> = {};
	const entry = entryIn(context);
	entry.sending('s1', [7]);
	entry.note(created);
	entry.note({ kind: 'handedOn' });
	expect(JSON.stringify(context).length).toBeLessThan(50);
	const handedOn = { state: 'handedOn', taskId: 'task-1' };
	expect(entryIn(reloaded(context)).life()).toEqual(handedOn);
	expect(entryIn(context, { written: other, values: other }).life()).toEqual({ state: 'planned' });
	ledgerIn(context, 1);
	expect(context.tasks).toEqual({});
});

test('what was not handed on stays for a retry, whichever run of the node comes after', () => {
	const context: Record<string, unknown> = {};
	entryIn(context).sending('s1', [7]);
	ledgerIn(context, 1);
	expect(entryIn(context).life()).toEqual({ state: 'sending', submit: 's1' });
});

test('a context that something else has written to begins with an empty ledger', () => {
	for (const tasks of [null, 'x', [1], { a: 1 }, { a: ['x'] }]) {
		expect(entryIn({ tasks }).life()).toEqual({ state: 'planned' });
	}
});
