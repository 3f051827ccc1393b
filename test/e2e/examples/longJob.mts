import { z } from 'zod';
import type { Execution } from '../../../sandbox/n8n/executions.mts';
import type { SavedWorkflow } from '../../../sandbox/n8n/workflows.mts';
import {
	changedCopy,
	jsonOf,
	picturedPrompts,
	play,
	withParameters,
	type ExampleStage,
} from './exampleStage.mts';

export const longJobPrompts = [
	'A lighthouse above the clouds at sunrise',
	'A lighthouse above the clouds at noon',
	'A lighthouse above the clouds at night',
];

const rowSchema = z.object({ input_item: z.object({ prompt: z.string() }) });

/** What the rows that are complete so far asked for; the picture of each must be of that. */
export async function longJobRows(stage: ExampleStage, execution: Execution): Promise<string[]> {
	const rowOf = (json: unknown) => rowSchema.parse(json).input_item.prompt;
	const pictured = await picturedPrompts(stage, execution, 'Get Status', rowOf);
	const rows = Object.keys(pictured);
	expect(Object.values(pictured)).toEqual(rows);
	return rows.sort();
}

/** Promises of examples/long-job.json that hold without a restart; its Wait is shortened for them. */
export function longJob(stage: () => ExampleStage): void {
	const run = async (change: Shortened = {}): Promise<Execution> =>
		await play(stage(), await shortened(stage(), change));

	it('goes round until the slowest task is over, and gives each row its own picture as soon as that is there', async () => {
		const { emulator } = stage();
		emulator.setBehaviour(({ number }) => ({ durationMs: number === 2 ? 4000 : 20 }));
		const execution = await run();
		expect(execution.status).toBe('success');
		expect(execution.result.runData['Get Status']?.length).toBeGreaterThan(2);
		const rounds = execution.result.runData['Get Status'] ?? [];
		const done = rounds.map(({ data }) => data?.main?.[0]?.length);
		expect(done.filter((count) => count)).toEqual([2, 1]);
		expect(await longJobRows(stage(), execution)).toEqual([...longJobPrompts].sort());
		expect(jsonOf(execution, 'Not done')).toEqual([]);
		expect(emulator.statistics().charged).toBe(3);
	});

	it('gives up a task after a number of minutes, with its id, and has the files of what is done', async () => {
		const { emulator } = stage();
		emulator.setBehaviour(({ number }) => ({ durationMs: number === 2 ? 3_600_000 : 20 }));
		const execution = await run({ giveUpAfterMinutes: 0.02 });
		expect(execution.status).toBe('success');
		const running = emulator.statistics().perTask.find(({ number }) => number === 2);
		const late = jsonOf(execution, 'Not done');
		expect(late).toEqual([
			expect.objectContaining({
				...{ task_id: running?.id, code: 'WAIT_TIMEOUT' },
				what_happened: expect.stringContaining('is not finished'),
				what_to_do: expect.stringContaining('Wait for Task'),
			}),
		]);
		const rows = [...(await longJobRows(stage(), execution)), late[0]?.prompt];
		expect(rows.sort()).toEqual([...longJobPrompts].sort());
	});

	it('writes out a task that fails, with its reason and id, and finishes the others', async () => {
		const { emulator } = stage();
		emulator.setBehaviour(({ number }) => (number === 1 ? { failWith: 'CUDA out of memory' } : {}));
		const execution = await run();
		const failed = emulator.statistics().perTask.find(({ number }) => number === 1);
		expect(jsonOf(execution, 'Not done')).toEqual([
			expect.objectContaining({
				task_id: failed?.id,
				code: 'TASK_FAILED',
				what_happened: expect.stringContaining('CUDA out of memory'),
			}),
		]);
		expect(jsonOf(execution, 'Get Status', 0)).toHaveLength(2);
	});

	it('writes out a row that could not be submitted, and finishes the others', async () => {
		const { emulator } = stage();
		emulator.addFault({ call: 'submit', kind: 'resetAfter', taskNumber: 3 });
		const execution = await run();
		expect(jsonOf(execution, 'Not done')).toEqual([
			expect.objectContaining({ code: 'SUBMIT_UNSURE', task_id: null }),
		]);
		expect(jsonOf(execution, 'Get Status', 0)).toHaveLength(2);
		expect(emulator.statistics().charged).toBe(3);
	});

	it('lets a task that the service no longer knows go, and ends for the others', async () => {
		const { emulator } = stage();
		emulator.setBehaviour(({ number }) => ({ durationMs: number === 1 ? 60 : 4000 }));
		emulator.addFault({ call: 'status', kind: 'status', status: 401, taskNumber: 1 });
		const execution = await run();
		const lost = emulator.statistics().perTask.find(({ number }) => number === 1);
		expect(jsonOf(execution, 'Not done')).toEqual([
			expect.objectContaining({ code: 'UNAUTHORIZED', task_id: lost?.id }),
		]);
		expect(jsonOf(execution, 'Get Status', 0)).toHaveLength(2);
		expect(lost?.asked).toBe(1);
	});
}

interface Shortened {
	giveUpAfterMinutes?: number;
}

/** The example with a Wait of a second, which n8n does not park, and another time to give up. */
async function shortened(
	stage: ExampleStage,
	{ giveUpAfterMinutes = 240 }: Shortened,
): Promise<SavedWorkflow> {
	const option = (minutes: number) => `"giveUpAfterMinutes":${minutes}`;
	return await changedCopy(stage, stage.example('long-job'), (node) => {
		if (node.name === 'Wait') return withParameters(node, '"amount":66', '"amount":1');
		if (node.name === 'Get Status') {
			return withParameters(node, option(240), option(giveUpAfterMinutes));
		}
		return node;
	});
}
