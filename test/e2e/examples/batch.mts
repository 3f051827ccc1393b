import type { SavedWorkflow, WorkflowNode } from '../../../sandbox/n8n/workflows.mts';
import {
	changedCopy,
	jsonOf,
	picturedPrompts,
	play,
	withParameters,
	type ExampleStage,
} from './exampleStage.mts';

const prompts = {
	fox: 'A fox in the snow',
	owl: 'An owl in the rain',
	hare: 'A hare on a meadow',
	deer: 'A deer at the lake',
};

/** Promises of examples/batch.json. */
export function batch(stage: () => ExampleStage): void {
	const outOfMemory = 'CUDA out of memory';

	it('makes all rows but the failed one, and the next run only that one', async () => {
		const { emulator } = stage();
		const workflow = stage().example('batch');
		emulator.setBehaviour(({ number }) => (number === 2 ? { failWith: outOfMemory } : {}));

		const first = await play(stage(), workflow, { trigger: 'Every night' });
		expect(first.status).toBe('success');
		const pictured = await picturedPrompts(stage(), first, 'Pictures', 'row_id');
		expect(Object.keys(pictured)).toHaveLength(3);
		expect(prompts).toMatchObject(pictured);
		expect(jsonOf(first, 'Summary')).toEqual([
			{
				ok: 3,
				not_ok: 1,
				cost: expect.closeTo(0.15),
				not_ok_rows: [expect.stringContaining(outOfMemory)],
			},
		]);
		expect(emulator.statistics().charged).toBe(4);

		const second = await play(stage(), workflow);
		expect(second.status).toBe('success');
		const made = await picturedPrompts(stage(), second, 'Pictures', 'row_id');
		expect({ ...pictured, ...made }).toEqual(prompts);
		expect(Object.keys(made)).toHaveLength(1);
		expect(jsonOf(second, 'Summary')).toEqual([
			{ ok: 1, not_ok: 0, cost: expect.closeTo(0.05), not_ok_rows: [] },
		]);
		expect(emulator.statistics().charged).toBe(5);

		const third = await play(stage(), workflow);
		expect(third.status).toBe('success');
		expect(jsonOf(third, 'Rows')).toEqual([]);
		expect(emulator.statistics().charged).toBe(5);
	});

	it('collects a paid task that took too long in the next run, and pays nothing more', async () => {
		const { emulator } = stage();
		emulator.setBehaviour(({ number }) => ({ durationMs: number === 3 ? 6000 : 20 }));
		const hasty = await copy('"tasksAtOnce":3', '"tasksAtOnce":3,"timeoutSeconds":1', 'late_batch');
		const first = await play(stage(), hasty);
		const late = jsonOf(first, 'Write down').filter(({ state }) => state === 'fetch');
		expect(late).toHaveLength(1);
		expect(late[0]?.note).toContain('WAIT_TIMEOUT');
		expect(jsonOf(first, 'Pictures', 0)).toHaveLength(3);

		const second = await play(
			stage(),
			await copy('"tasksAtOnce":3', '"tasksAtOnce":3', 'late_batch'),
		);
		expect(second.status).toBe('success');
		const row = String(late[0]?.row_id);
		expect(await picturedPrompts(stage(), second, 'Pictures', 'row_id')).toEqual({
			[row]: late[0]?.prompt,
		});
		expect(jsonOf(second, 'Write down')).toEqual([
			expect.objectContaining({ row_id: row, state: 'done', task_id: late[0]?.task_id }),
		]);
		expect(emulator.statistics().charged).toBe(4);
	});

	it('leaves a row alone of which it is not known whether it was paid', async () => {
		const { emulator } = stage();
		const unsure = await copy('"tasksAtOnce":3', '"tasksAtOnce":3', 'unsure_batch');
		emulator.addFault({ call: 'submit', kind: 'resetAfter', taskNumber: 1 });
		const first = await play(stage(), unsure);
		expect(
			jsonOf(first, 'Write down')
				.map(({ state }) => state)
				.sort(),
		).toEqual(['check', 'done', 'done', 'done']);
		const second = await play(stage(), unsure);
		expect(jsonOf(second, 'Rows')).toEqual([]);
		expect(emulator.statistics().charged).toBe(4);
	});

	it('makes what was typed into the list when the rows of the workflow are switched off', async () => {
		const { emulator } = stage();
		const list = 'typed_batch';
		emulator.setBehaviour({ failWith: outOfMemory });
		await play(stage(), await copy('"tasksAtOnce":3', '"tasksAtOnce":3', list));
		emulator.reset();
		const ownRows = new Set(['Your rows', 'As a list', 'One item per row', 'Add to the list']);
		const typed = await changedCopy(stage(), stage().example('batch'), (node) =>
			ownRows.has(node.name) ? { ...node, disabled: true } : ownList(node, list),
		);
		const execution = await play(stage(), typed);
		expect(execution.status).toBe('success');
		expect(await picturedPrompts(stage(), execution, 'Pictures', 'row_id')).toEqual(prompts);
	});

	/** The example with a list of its own, and something changed in the node that runs the tasks. */
	const copy = async (piece: string, other: string, list: string): Promise<SavedWorkflow> =>
		await changedCopy(stage(), stage().example('batch'), (node) => {
			if (node.name === 'Run and Wait') return withParameters(node, piece, other);
			return ownList(node, list);
		});
}

function ownList(node: WorkflowNode, list: string): WorkflowNode {
	const isTable = node.type === 'n8n-nodes-base.dataTable';
	return isTable ? withParameters(node, 'instasd_batch', list) : node;
}
