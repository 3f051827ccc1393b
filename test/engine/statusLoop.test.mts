import type { IExecuteFunctions, INode, INodeExecutionData } from 'n8n-workflow';
import type { NewTask } from '../../sandbox/emulator/behaviour.mts';
import { useStage } from '../useStage.mts';
import type { WorkflowFile } from './harness/workflowFile.mts';
import type { Run } from './harness/run.mts';
import { useNodeTime } from './nodeTime.mts';
import { probeNode } from './probe.mts';
import { ids, itemsOf, openStage, promptOfItem } from './stage.mts';
import { loopAround, nodeName, type NodeSettings } from './workflows.mts';

// Loop Over Items around Run Task, Wait and Get Status, whose outputs lead on without an If.
const time = useNodeTime();
let rounds = 0;
const wait = probeNode(
	() =>
		async function (this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
			if (++rounds > 100) throw new Error('The loop has no end');
			await time.sleep(66_000);
			return [this.getInputData()];
		},
);
const stage = useStage(() => openStage({ time }, { nodeTypes: { 'test.wait': wait } }));
beforeEach(() => {
	rounds = 0;
	stage().emulator.setBehaviour(byPrompt);
});

const byPrompt = ({ inputs }: NewTask) =>
	({
		long: { durationMs: 300_000 },
		endless: { durationMs: 1e9 },
		failing: { durationMs: 100_000, failWith: 'out of memory' },
	})[String(inputs[ids.prompt]?.value)] ?? { durationMs: 0 };

const to = (node: string) => [{ node, type: 'main' as const, index: 0 }];

function workflow(batchSize: number, status: NodeSettings = {}): WorkflowFile {
	const { nodes, connections, ...file } = loopAround(batchSize, {
		parameters: { ...promptOfItem, operation: 'runTask' },
	});
	const run = nodes.find(({ name }) => name === nodeName);
	if (run === undefined) throw new Error('The loop lacks its node');
	const ask: INode = {
		...run,
		...{ id: 'ask', name: 'Ask' },
		parameters: { operation: 'getStatus', options: { giveUpAfterMinutes: 10 } },
		...status,
	};
	const wait: INode = {
		...{ id: 'wait', name: 'Wait', type: 'test.wait', typeVersion: 1 },
		...{ position: [0, 0], parameters: {} },
	};
	return {
		...file,
		nodes: [...nodes, ask, wait],
		connections: {
			...connections,
			[nodeName]: { main: [to('Ask')] },
			Ask: { main: [to('Loop'), to('Wait'), to('Loop'), to('Loop')] },
			Wait: { main: [to('Ask')] },
		},
	};
}

const prompts = (...all: string[]) => itemsOf(...all.map((prompt) => ({ prompt })));
const promptOf = (id: unknown) => stage().emulator.task(String(id))?.inputs?.[ids.prompt]?.value;
/** What becomes of each prompt, by what comes out of the loop. */
const ends = (run: Run) =>
	run.output('Done').map(({ json }) => {
		const error = Object(json.error);
		return [
			promptOf(json.task_id ?? error.task_id),
			json.finished ?? null,
			error.code ?? json.status,
		];
	});

test.each([1, 4])(
	'each task leaves a loop of %i items a round once, completed, failed or given up',
	async (batchSize) => {
		const items = prompts('short', 'long', 'failing', 'endless');
		const run = await stage().run({}, { workflow: workflow(batchSize), items });
		expect(run.error).toBeUndefined();
		expect(ends(run).sort()).toEqual([
			['endless', true, 'WAIT_TIMEOUT'],
			['failing', true, 'TASK_FAILED'],
			['long', true, 'COMPLETED'],
			['short', true, 'COMPLETED'],
		]);
		expect(stage().emulator.statistics()).toMatchObject({ submits: 4, charged: 4 });
	},
);

test.each([429, 503])(
	'a task whose polls are answered with %i for good is given up with its id, and not paid for again',
	async (status) => {
		stage().emulator.addFault({
			...{ call: 'status', kind: 'status', status, times: Infinity, taskNumber: 2 },
		});
		const node: NodeSettings = { onError: 'continueErrorOutput', retryOnFail: true, maxTries: 2 };
		const run = await stage().run(
			{},
			{ workflow: workflow(2, node), items: prompts('long', 'short') },
		);
		expect(ends(run).sort()).toEqual([
			['long', true, 'COMPLETED'],
			['short', true, 'WAIT_TIMEOUT'],
		]);
		expect(stage().emulator.statistics()).toMatchObject({ submits: 2, charged: 2 });
	},
);

test('a retry of a loop that failed half way goes on with its tasks', async () => {
	stage().emulator.addFault({ call: 'status', kind: 'status', status: 401, nth: 3 });
	const failed = await stage().run(
		{},
		{ workflow: workflow(1), items: prompts('short', 'long', 'failing'), mode: 'trigger' },
	);
	expect(failed.error?.message).toContain('the service answered 401');
	const run = await stage().retry(failed);
	expect(ends(run)).toEqual([
		['short', true, 'COMPLETED'],
		['long', true, 'COMPLETED'],
		['failing', true, 'TASK_FAILED'],
	]);
	expect(stage().emulator.statistics()).toMatchObject({ submits: 3, charged: 3 });
});
