import type { IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { useStage } from '../useStage.mts';
import type { Run } from './harness/run.mts';
import { useNodeTime } from './nodeTime.mts';
import { itemsOf, openStage, promptOfItem } from './stage.mts';
import { chainOf, nodeName } from './workflows.mts';

const time = useNodeTime();
const stage = useStage(() =>
	openStage({ time, behaviour: { durationMs: 20 } }, { expressions: 'sandboxed' }),
);

const hour = 3_600_000;
/** Asks with nothing set but the operation, unless a parameter says more. */
const ask = async (tasks: IDataObject[], parameters: INodeParameters = {}, node = {}) =>
	await stage().run(
		{},
		{
			items: itemsOf(...tasks),
			node: { parameters: { operation: 'getStatus', ...parameters }, ...node },
		},
	);

/** What Get Status says of each item, whatever the output. */
const answersOf = (run: Run) => {
	const itemOf = ({ pairedItem }: INodeExecutionData) => Number(Object(pairedItem).item);
	const items = [0, 1, 2].flatMap((output) => run.output(nodeName, output));
	return items.sort((one, other) => itemOf(one) - itemOf(other));
};

describe('a chain of the operations', () => {
	test('Run Task, Get Status and Wait for Task work one behind the other as they are', async () => {
		const workflow = chainOf(
			{ name: 'Run', parameters: { operation: 'runTask', ...promptOfItem } },
			{ name: 'Status', parameters: { operation: 'getStatus', downloadFiles: false } },
			{ name: 'Wait', parameters: { operation: 'waitForTask' } },
		);
		// What is asked for at once still runs.
		workflow.connections.Status = { main: [[], workflow.connections.Status?.main?.[0] ?? null] };
		stage().emulator.setBehaviour({ durationMs: 60_000 });
		const run = await stage().run(
			{},
			{ workflow, items: itemsOf({ prompt: 'a' }, { prompt: 'b' }) },
		);
		expect(run.error).toBeUndefined();
		const idsOf = (name: string, output = 0) =>
			run.output(name, output).map(({ json }) => json.task_id);
		const tasks = stage().emulator.statistics().perTask;
		expect(tasks.map(({ id }) => id).sort()).toEqual(idsOf('Run').sort());
		expect(idsOf('Status', 1)).toEqual(idsOf('Run'));
		expect(idsOf('Wait')).toEqual(idsOf('Run'));
		expect(run.output('Wait').map(({ json, pairedItem }) => [json.finished, pairedItem])).toEqual([
			[true, { item: 0 }],
			[true, { item: 1 }],
		]);
		expect(run.output('Wait')[0]?.json).not.toHaveProperty('inputs');
		expect(run.output('Wait')[0]?.json).not.toHaveProperty('all_finished');
		expect(Object.keys(run.output('Wait')[1]?.binary ?? {})).toEqual(['data']);
		expect(stage().emulator.statistics()).toMatchObject({ charged: 2, downloads: 2 });
	});
});

describe('Get Status', () => {
	test('polls once, and shows the progress of the task', async () => {
		stage().emulator.setBehaviour({ durationMs: hour, steps: 4 });
		const [task] = await stage().submit('x');
		const fields = { completed_steps: 3, status: 'EXECUTING' };
		stage().emulator.addFault({ call: 'status', kind: 'patch', fields });
		const run = await ask([task ?? {}]);
		expect(answersOf(run)).toMatchObject([
			{
				json: {
					task_id: task?.task_id,
					status: 'EXECUTING',
					progress: 75,
					finished: false,
					all_finished: false,
					urls_expire_at: null,
				},
				pairedItem: { item: 0 },
			},
		]);
		expect(answersOf(run)[0]?.json).not.toHaveProperty('inputs');
		expect(stage().emulator.statistics()).toMatchObject({ asked: 1 });
	});
});
