import { createLedger } from '../../../nodes/InstaSd/wait/ledger.ts';

const key = { runIndex: 0, item: 3, generation: 1 };
const hashes = { written: 'w'.repeat(16), values: 'v'.repeat(16) };
const other = 'x'.repeat(16);

/** What a retry reads after n8n has saved and loaded the execution. */
const reloaded = (context: object) => createLedger(JSON.parse(JSON.stringify(context)));

test('a task that was sent without a reply is unsure in a retry', () => {
	const context = {};
	createLedger(context).sending(key, hashes, [7]);
	expect(reloaded(context).find(key, hashes)).toEqual({ kind: 'unsure' });
});

test('a reply that comes when the next try has begun is there for it', () => {
	const context = {};
	const first = createLedger(context);
	first.sending(key, hashes, [7]);
	const second = createLedger(context);
	first.sent(key, 'task-1');
	expect(second.find(key, hashes)).toEqual({ kind: 'sent', taskId: 'task-1', seeds: [7] });
});

test('a task is another only when what was written and what it evaluated to have both changed', () => {
	const context = {};
	const ledger = createLedger(context);
	ledger.sending(key, hashes, [7]);
	ledger.sent(key, 'task-1');
	const { written, values } = hashes;
	expect(ledger.find(key, { written: other, values })).toMatchObject({ seeds: [7] });
	expect(ledger.find(key, { written, values: other })).toEqual({
		kind: 'sent',
		taskId: 'task-1',
		seeds: undefined,
	});
	expect(ledger.find(key, { written: other, values: other })).toBeUndefined();
	expect(ledger.find({ ...key, item: 4 }, hashes)).toBeUndefined();
});

test('a task has less than 200 bytes of the execution data, and the end of a run leaves none', () => {
	const context = {};
	const ledger = createLedger(context);
	ledger.sending({ ...key, item: 123_456 }, hashes, [2 ** 53 - 1, 2 ** 53 - 1]);
	ledger.sent({ ...key, item: 123_456 }, '00000000-0000-4000-8000-000000000000');
	expect(JSON.stringify(context).length).toBeLessThan(200);
	ledger.clear(0);
	expect(context).toEqual({ tasks: {} });
});

test('a context that something else has written to begins with an empty ledger', () => {
	for (const tasks of [null, 'x', [1], { a: 1 }, { a: ['x'] }]) {
		expect(createLedger({ tasks }).find(key, hashes)).toBeUndefined();
	}
});
