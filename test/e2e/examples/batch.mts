import { productPicture } from '../../../sandbox/emulator/apis.mts';
import type { Execution } from '../../../sandbox/n8n/executions.mts';
import type { SavedCredential } from '../../../sandbox/n8n/examples.mts';
import { changeRows, insertRows, tableRows } from '../../realN8n/dataTables.mts';
import { everyNight, importBatch, numberedRows, type BatchCopy } from './batchCopy.mts';
import { jsonOf, picturedPrompts, play, type ExampleStage } from './exampleStage.mts';

const prompts = {
	fox: 'A fox in the snow',
	owl: 'An owl in the rain',
	hare: 'A hare on a meadow',
	deer: 'A deer at the lake',
};

/** Promises of examples/batch.json, beside those of batchKilled.test.mts. */
export function batch(stage: () => ExampleStage): void {
	const outOfMemory = 'CUDA out of memory';
	const credential = async (): Promise<SavedCredential> =>
		await stage().credentialFor(stage().api(productPicture.name));
	const run = async (copy: BatchCopy): Promise<Execution> => {
		const workflow = await importBatch(stage(), await credential(), copy);
		const execution = await play(stage(), workflow, { trigger: everyNight });
		expect(execution.status).toBe('success');
		return execution;
	};
	const states = async (list: string): Promise<Record<string, unknown>> => {
		const rows = await tableRows(stage().session, list);
		const listed = rows.filter(({ state }) => state !== 'summary');
		return Object.fromEntries(listed.map(({ row_id, state }) => [String(row_id), state]));
	};
	const pictured = async (execution: Execution): Promise<string[]> => {
		const made = await picturedPrompts(
			stage(),
			execution,
			'Wait for Task',
			({ task_id }) => task_id,
		);
		return Object.values(made).map(String).sort();
	};
	const charged = (): number => stage().emulator.statistics().charged;

	it('makes all rows but the failed one, the next run only that one, and the third nothing', async () => {
		const list = 'own_rows';
		stage().emulator.setBehaviour(({ number }) =>
			number === 2 ? { failWith: outOfMemory } : { cost: 0.1 },
		);
		const first = await run({ list });
		const made = await pictured(first);
		expect(made).toHaveLength(3);
		const summary = { cost: 0.3, next_run: 1, cap_reached: false, for_you: [] };
		expect(jsonOf(first, 'Summary')).toEqual([{ done: 3, ...summary }]);
		expect(Object.values(await states(list)).sort()).toEqual(['done', 'done', 'done', 'retry']);
		expect(charged()).toBe(4);

		const second = await run({ list });
		expect([...made, ...(await pictured(second))].sort()).toEqual(Object.values(prompts).sort());
		expect(jsonOf(second, 'Summary')).toEqual([{ ...summary, done: 1, cost: 0.1, next_run: 0 }]);
		expect(charged()).toBe(5);

		const third = await run({ list });
		expect(jsonOf(third, 'Summary')).toEqual([{ ...summary, done: 0, cost: 0, next_run: 0 }]);
		expect(charged()).toBe(5);
		const [kept] = (await tableRows(stage().session, list)).filter(
			({ state }) => state === 'summary',
		);
		expect(kept).toMatchObject({
			run: third.id,
			note: expect.stringMatching(/^0 done for 0 credits/),
		});
	});

	it('makes a failed row three times, then leaves it to the user', async () => {
		const list = 'failing_rows';
		stage().emulator.setBehaviour({ failWith: outOfMemory });
		const copy = { list, rows: numberedRows(1) };
		for (const state of ['retry', 'retry', 'failed']) {
			await run(copy);
			expect(await states(list)).toEqual({ 'row 1': state });
		}
		const last = await run(copy);
		expect(jsonOf(last, 'Run Task')).toEqual([]);
		expect(charged()).toBe(3);
	});

	it('does not pay again for a task of which it is not certain that it failed', async () => {
		const list = 'expired_rows';
		stage().emulator.setBehaviour({ endWord: 'EXPIRED' });
		const copy = { list, rows: numberedRows(1) };
		const first = await run(copy);
		expect(jsonOf(first, 'Summary')[0]?.for_you).toEqual([
			expect.stringMatching(/^row 1 \(check\): TASK_FAILED: .*What to do: /),
		]);
		expect(await states(list)).toEqual({ 'row 1': 'check' });
		await run(copy);
		expect(charged()).toBe(1);
	});

	it('leaves a row alone of which it is not known whether it was paid', async () => {
		const list = 'unsure_rows';
		stage().emulator.addFault({ call: 'submit', kind: 'resetAfter', taskNumber: 1 });
		await run({ list });
		expect(Object.values(await states(list)).sort()).toEqual(['check', 'done', 'done', 'done']);
		await run({ list });
		expect(charged()).toBe(4);
	});

	it('collects a paid task that took too long in the next run, and pays nothing more', async () => {
		const list = 'late_rows';
		stage().emulator.setBehaviour(({ number }) => ({ durationMs: number === 3 ? 6000 : 20 }));
		const hasty: BatchCopy = {
			list,
			changes: { 'Wait for Task': ['"tasksAtOnce":20', '"tasksAtOnce":20,"timeoutSeconds":1'] },
		};
		const made = await pictured(await run(hasty));
		expect(made).toHaveLength(3);
		expect(Object.values(await states(list)).sort()).toEqual(['done', 'done', 'done', 'made']);
		const second = await run({ list });
		expect([...made, ...(await pictured(second))].sort()).toEqual(Object.values(prompts).sort());
		expect(charged()).toBe(4);
	});

	it('names the rows that the service refuses, tries them again at no cost, and makes the others', async () => {
		const list = 'refused_rows';
		stage().emulator.addFault({ call: 'submit', kind: 'status', status: 401, times: 1 });
		const first = await run({ list });
		expect(jsonOf(first, 'Summary')).toEqual([
			expect.objectContaining({
				done: 3,
				next_run: 1,
				for_you: [expect.stringMatching(/\(refused\): UNAUTHORIZED: .*nothing was paid/)],
			}),
		]);
		await run({ list });
		expect(await states(list)).toEqual({ deer: 'done', fox: 'done', hare: 'done', owl: 'done' });
		expect(charged()).toBe(4);
	});

	const sizes = (execution: Execution): number[] =>
		(execution.result.runData['Run Task'] ?? []).map(({ data }) =>
			(data?.main ?? []).reduce((sum, items) => sum + (items?.length ?? 0), 0),
		);

	it('makes one row to know the price, and stops there when the next could go over the monthly cap', async () => {
		const list = 'small_cap';
		stage().emulator.setBehaviour({ cost: 0.1 });
		const first = await run({ list, cap: { month: 0.1 } });
		expect(charged()).toBe(1);
		expect(jsonOf(first, 'Summary')).toEqual([
			expect.objectContaining({ done: 1, cost: 0.1, next_run: 3, cap_reached: true }),
		]);
		await run({ list, cap: { month: 0.1 } });
		expect(charged()).toBe(1);
		await run({ list, cap: { month: 0.4 } });
		expect(charged()).toBe(4);
	});

	it('makes rows one at a time until one is made, and then 20 at a time', async () => {
		stage().emulator.setBehaviour(({ number }) =>
			number < 3 ? { failWith: outOfMemory } : { cost: 0.1 },
		);
		const first = await run({ list: 'failing_first', rows: numberedRows(30) });
		expect(sizes(first)).toEqual([1, 1, 1, 20, 7]);
	});

	it('makes 20 rows at a time from the first on where there is no cap, or the price is given', async () => {
		const rows = numberedRows(20);
		const [none, price] = [{ month: 0 }, { task: 0.1 }];
		expect(sizes(await run({ list: 'no_cap', rows, cap: none }))).toEqual([20]);
		expect(sizes(await run({ list: 'given_price', rows, cap: price }))).toEqual([20]);
	});

	it('stops before the rows that could go over the monthly cap, and makes fewer that fit', async () => {
		const list = 'capped_rows';
		stage().emulator.setBehaviour(({ number }) => ({ cost: number === 7 ? 0.2 : 0.1 }));
		const rows = numberedRows(60);
		// The price is said to be 6: 20 rows could cost 120.
		await run({ list, rows, cap: { task: 6 } });
		expect(charged()).toBe(0);

		// 21 rows cost 2.2. At the price of the dearest, 20 more could cost 4, and the last 19 3.8.
		const first = await run({ list, rows, cap: { month: 5.9 } });
		expect(charged()).toBe(21);
		expect(jsonOf(first, 'Summary')).toEqual([
			expect.objectContaining({ done: 21, cost: 2.2, next_run: 39, cap_reached: true }),
		]);
		await run({ list, rows, cap: { month: 6 } });
		expect(charged()).toBe(40);
		await run({ list, rows, cap: { month: 0 } });
		expect(charged()).toBe(60);
	});

	it.each([
		['a text that is a number', '0.1', 0.1],
		['a text', 'about 0.1 credits', 0],
		['an empty text', '', 0],
		['an object', { amount: 0.1, currency: 'USD' }, 0],
		['a list', ['free', 'today'], 0],
		['true', true, 0],
		['below zero', -5, 0],
		['missing', null, 0],
	])('goes on where the cost of a task is %s', async (name, cost, counted) => {
		const list = `cost_is_${name.replaceAll(' ', '_')}`;
		stage().emulator.setBehaviour({ cost });
		const execution = await run({ list });
		expect(await states(list)).toEqual({ deer: 'done', fox: 'done', hare: 'done', owl: 'done' });
		expect(jsonOf(execution, 'Summary')[0]).toMatchObject({ done: 4, cost: 4 * counted });
		expect(charged()).toBe(4);
	});

	it('counts tasks whose cost the service does not tell by the price that is given, from run to run', async () => {
		const list = 'no_costs';
		stage().emulator.setBehaviour({ cost: null });
		const cap = { month: 1, task: 0.2 };
		await run({ list, rows: numberedRows(3), cap });
		expect(charged()).toBe(3);
		const over = await run({ list, rows: numberedRows(6), cap });
		expect(charged()).toBe(3);
		expect(jsonOf(over, 'Summary')[0]).toMatchObject({ done: 0, next_run: 3, cap_reached: true });
		await run({ list, rows: numberedRows(6), cap: { ...cap, month: 1.2 } });
		expect(charged()).toBe(6);
	});

	it('counts what is paid but not collected to the monthly cap, collects it over the cap, and begins anew with the month', async () => {
		const list = 'capped_months';
		const { emulator, session } = stage();
		emulator.setBehaviour({ cost: 0.1 });
		await run({ list, rows: numberedRows(2) });
		await changeRows(session, list, ['row_id', 'row 1'], { state: 'made', cost: null });
		// One is known; the row that is made and 19 others could cost 2.
		const rows = numberedRows(21);
		const over = await run({ list, rows, cap: { month: 2 } });
		expect(charged()).toBe(2);
		expect(jsonOf(over, 'Summary')[0]).toMatchObject({ done: 1, cap_reached: true });

		const [paid] = await tableRows(session, list);
		expect(paid?.month).toMatch(/^\d{4}-\d\d$/);
		await run({ list, rows, cap: { month: 1.9 } });
		expect(charged()).toBe(2);
		await changeRows(session, list, ['state', 'done'], { month: '2020-01' });
		await run({ list, rows, cap: { month: 1.9 } });
		expect(charged()).toBe(21);
	});

	it('makes what was typed into the list when the rows of the workflow are switched off', async () => {
		const list = 'typed_rows';
		const { session } = stage();
		await run({ list, rows: [] });
		const typed = Object.entries(prompts).map(([row_id, prompt]) => ({ row_id, prompt }));
		await insertRows(session, list, [...typed, { prompt: 'A row that nobody named' }]);
		const execution = await run({ list, rows: [] });
		expect(await pictured(execution)).toEqual(Object.values(prompts).sort());
		expect(jsonOf(execution, 'Summary')[0]?.for_you).toEqual([
			expect.stringContaining('without row_id'),
		]);

		await changeRows(session, list, ['row_id', 'fox'], { state: '' });
		expect(await pictured(await run({ list, rows: [] }))).toEqual([prompts.fox]);
		expect(charged()).toBe(5);
	});

	it('makes one picture by hand, and marks nothing', async () => {
		const list = 'rows_by_hand';
		await run({ list, rows: [] });
		const workflow = await importBatch(stage(), await credential(), { list });
		const execution = await play(stage(), workflow, { trigger: everyNight, step: 'Run Task' });
		expect(jsonOf(execution, 'Run Task')).toHaveLength(1);
		expect(charged()).toBe(1);
		const rows = await tableRows(stage().session, list);
		expect(rows.filter(({ state }) => state === 'running')).toEqual([]);
	});
}
