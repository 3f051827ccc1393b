import { Ledger } from '../../../nodes/InstaSd/run/ledger.ts';

const key = { runIndex: 0, item: 3, generation: 1 };
const hashes = { written: 'w'.repeat(16), values: 'v'.repeat(16) };
const other = 'x'.repeat(16);

/** What a retry reads after n8n has saved and loaded the execution. */
const reloaded = (context: object) => new Ledger(JSON.parse(JSON.stringify(context)));

test('a task that was sent without a reply is unsure in a retry', () => {
	const context = {};
	new Ledger(context).entry(key, hashes).sending([7]);
	expect(reloaded(context).entry(key, hashes).find()).toEqual({ kind: 'unsure' });
});

test('a reply that comes when the next try has begun is there for it', () => {
	const context = {};
	const first = new Ledger(context).entry(key, hashes);
	first.sending([7]);
	const second = new Ledger(context).entry(key, hashes);
	first.sent('task-1');
	expect(second.find()).toEqual({ kind: 'sent', taskId: 'task-1', seeds: [7] });
});

test('a task is another only when what was written and what it evaluated to have both changed', () => {
	const context = {};
	const ledger = new Ledger(context);
	const entry = ledger.entry(key, hashes);
	entry.sending([7]);
	entry.sent('task-1');
	const { written, values } = hashes;
	expect(ledger.entry(key, { written: other, values }).find()).toMatchObject({ seeds: [7] });
	expect(ledger.entry(key, { written, values: other }).find()).toEqual({
		kind: 'sent',
		taskId: 'task-1',
		seeds: undefined,
	});
	expect(ledger.entry(key, { written: other, values: other }).find()).toBeUndefined();
	expect(ledger.entry({ ...key, item: 4 }, hashes).find()).toBeUndefined();
});

test('a task has less than 200 bytes of the execution data, and the end of a run leaves none', () => {
	const context = {};
	const ledger = new Ledger(context);
	const entry = ledger.entry({ ...key, item: 123_456 }, hashes);
	entry.sending([2 ** 53 - 1, 2 ** 53 - 1]);
	entry.sent('00000000-0000-4000-8000-000000000000');
	expect(JSON.stringify(context).length).toBeLessThan(200);
	ledger.clear(0);
	expect(context).toEqual({ tasks: {} });
});

test('a context that something else has written to begins with an empty ledger', () => {
	for (const tasks of [null, 'x', [1], { a: 1 }, { a: ['x'] }]) {
		expect(new Ledger({ tasks }).entry(key, hashes).find()).toBeUndefined();
	}
});
