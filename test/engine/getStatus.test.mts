import type {
	IExecuteFunctions,
	IDataObject,
	INode,
	INodeExecutionData,
	INodeParameters,
} from 'n8n-workflow';
import type { NewTask } from '../../sandbox/emulator/behaviour.mts';
import { useStage } from '../useStage.mts';
import { useNodeTime } from './nodeTime.mts';
import type { Run } from './harness/run.mts';
import type { WorkflowFile } from './harness/workflowFile.mts';
import { probeNode } from './probe.mts';
import { ids, itemsOf, nodeName, openStage, promptOfItem } from './stage.mts';
import { chainOf, loopAround, type NodeSettings } from './workflows.mts';

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
const stage = useStage(() =>
	openStage({ time, behaviour: { durationMs: 20 } }, { nodeTypes: { 'test.wait': wait } }),
);
beforeEach(() => {
	rounds = 0;
	stage().emulator.setBehaviour(byPrompt);
});

const byPrompt = ({ inputs }: NewTask) =>
	({
		long: { durationMs: 300_000 },
		failing: { durationMs: 100_000, failWith: 'out of memory' },
		running: { durationMs: 1e9 },
		failed: { durationMs: 0, failWith: 'out of memory' },
		completed: { durationMs: 0 },
	})[String(inputs[ids.prompt]?.value)] ?? {};

const onErrors = ['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const;
type OnError = (typeof onErrors)[number];

const ask = async (
	tasks: IDataObject[],
	onError: OnError = 'stopWorkflow',
	parameters: INodeParameters = {},
	node: NodeSettings = {},
): Promise<Run> =>
	await stage().run(
		{},
		{
			items: itemsOf(...tasks),
			node: { onError, parameters: { operation: 'getStatus', ...parameters }, ...node },
		},
	);

/** The items of Completed, Running, Failed and, if there is one, the error output. */
const outputsOf = (run: Run) =>
	(run.nodes[nodeName]?.[0]?.main ?? []).map((items) => items.map(({ json }) => json));
const unheardOf = { task_id: 'unheard-of' };

describe('Get Status', () => {
	test.each(onErrors)(
		'with On Error: %s each task leaves by Completed, Running or Failed, paired with its item',
		async (onError) => {
			const tasks = await stage().submit('failed', 'running', 'completed');
			const run = await ask(tasks, onError);
			const [failed, running, completed] = tasks.map(({ task_id }) => task_id);
			expect(outputsOf(run)).toMatchObject([
				[{ task_id: completed, finished: true, all_finished: false }],
				[{ task_id: running, finished: false, all_finished: false }],
				[
					{
						...{
							task_id: failed,
							status: 'FAILED',
							finished: true,
							service_error: 'out of memory',
						},
						error: { code: 'TASK_FAILED', task_id: failed, description: 'out of memory' },
						message: `Task ${String(failed)} failed: out of memory`,
					},
				],
				...(onError === 'continueErrorOutput' ? [[]] : []),
			]);
			const paired = (run.nodes[nodeName]?.[0]?.main ?? []).map(([one]) => one?.pairedItem);
			expect(paired.slice(0, 3)).toEqual([{ item: 2 }, { item: 1 }, { item: 0 }]);
		},
	);

	const passing = [
		['a service that is down', { kind: 'status', status: 503 }, 'UNREACHABLE'],
		['a bad reply', { kind: 'body', text: '<html>', contentType: 'text/html' }, 'BAD_REPLY'],
		[
			'a service that asks to wait for an hour',
			{ kind: 'status', status: 429, headers: { 'retry-after': '3600' } },
			'RATE_LIMITED',
		],
	] as const;

	test.each(
		passing.flatMap(([what, fault, code]) =>
			(['continueRegularOutput', 'continueErrorOutput'] as const).map(
				(onError) => [what, onError, fault, code] as const,
			),
		),
	)('%s, with On Error: %s, leaves a task at Running', async (_, onError, fault, code) => {
		const [task = {}] = await stage().submit('completed');
		stage().emulator.addFault({ call: 'status', times: Infinity, ...fault });
		const run = await ask([task], onError);
		const [completed, running, ...others] = outputsOf(run);
		expect([completed, ...others].flat()).toEqual([]);
		expect(running).toEqual([
			{
				task_id: task.task_id,
				status: 'UNKNOWN',
				progress: null,
				finished: false,
				submitted_at: task.submitted_at,
				last_error: { code, message: expect.any(String) },
				all_finished: false,
			},
		]);
	});

	test.each([
		['a task that the service does not know', unheardOf, 'TASK_NOT_FOUND'],
		['an item without an id', {}, 'INVALID_INPUT'],
	])('%s leaves by Failed, or by the error output if there is one', async (_, item, code) => {
		const [known = {}] = await stage().submit('completed');
		const tasks = [item, known];
		const stopped = await ask(tasks);
		expect(stopped.status).toBe('error');
		const error = { error: { code }, message: expect.any(String) };
		const completed = { task_id: known.task_id, all_finished: true };
		const going = outputsOf(await ask(tasks, 'continueRegularOutput'));
		expect(going).toMatchObject([[completed], [], [error]]);
		expect(Object.keys(going[2]?.[0] ?? {})).toEqual(['error', 'message']);
		const routed = outputsOf(await ask(tasks, 'continueErrorOutput'));
		expect(routed).toMatchObject([[completed], [], [], [error]]);
	});

	test.each([
		['continueRegularOutput', 2],
		['continueErrorOutput', 3],
	] as const)(
		'that cannot run at all puts its error items, with On Error: %s, into output %i',
		async (onError, output) => {
			const run = await stage().run(
				{ operation: 'getStatus' },
				{
					items: itemsOf({ task_id: 'a' }, { task_id: 'b' }),
					credential: { ...stage().credential, apiToken: ' ' },
					node: { onError },
				},
			);
			const outputs = outputsOf(run);
			expect(outputs[output]).toMatchObject([
				{ error: { code: 'INVALID_INPUT' } },
				{ error: { code: 'INVALID_INPUT' } },
			]);
			expect(outputs.flat()).toHaveLength(2);
		},
	);
});

describe('submitted_at', () => {
	test('is set by Run Task, and kept through every round', async () => {
		const before = time.now();
		const [task = {}] = await stage().submit('running');
		expect(Date.parse(String(task.submitted_at))).toBeGreaterThanOrEqual(before);
		expect(Date.parse(String(task.submitted_at))).toBeLessThanOrEqual(time.now());
		const [, [running] = []] = outputsOf(await ask([task]));
		const [, [again] = []] = outputsOf(await ask([running ?? {}]));
		expect(again?.submitted_at).toBe(task.submitted_at);
	});

	test.each([null, 'yesterday'])('is ignored if it is %p', async (submitted_at) => {
		const [task = {}] = await stage().submit('running');
		const [, running] = outputsOf(await ask([{ ...task, submitted_at }]));
		expect(running?.[0]).not.toHaveProperty('submitted_at');
	});
});

describe('Give Up After (Minutes)', () => {
	const minute = 60_000;
	const giveUp = { options: { giveUpAfterMinutes: 10 } };
	const ago = (ms: number) => new Date(time.now() - ms).toISOString();

	test.each(onErrors)(
		'with On Error: %s lets a task that runs longer leave by Failed, with its id',
		async (onError) => {
			const tasks = await stage().submit('running', 'running', 'completed');
			const [old = {}, young = {}, done = {}] = tasks;
			const run = await ask(
				[
					{ ...old, submitted_at: ago(11 * minute) },
					{ ...young, submitted_at: ago(9 * minute) },
					{ ...done, submitted_at: ago(60 * minute) },
				],
				onError,
				giveUp,
			);
			const [completed, running, failed, errors = []] = outputsOf(run);
			expect(completed).toMatchObject([{ task_id: done.task_id }]);
			expect(running).toMatchObject([{ task_id: young.task_id, finished: false }]);
			expect(failed).toMatchObject([
				{
					task_id: old.task_id,
					status: 'IN_PROGRESS',
					finished: true,
					all_finished: false,
					error: { code: 'WAIT_TIMEOUT', task_id: old.task_id, retryable: false },
					message: expect.stringContaining('is not finished 10 minutes after it was submitted'),
				},
			]);
			expect(errors).toEqual([]);
		},
	);

	test('does not apply at 0 or without submitted_at', async () => {
		const [task = {}] = await stage().submit('running');
		const never = await ask([{ ...task, submitted_at: ago(1e9) }]);
		expect(outputsOf(never)[1]).toHaveLength(1);
		const unknown = await ask([{ task_id: String(task.task_id) }], 'stopWorkflow', giveUp);
		expect(outputsOf(unknown)[1]).toHaveLength(1);
	});
});

describe('Loop Over Items around Run Task, Wait and Get Status, whose outputs lead on without an If', () => {
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
			const items = prompts('completed', 'long', 'failing', 'running');
			const run = await stage().run({}, { workflow: workflow(batchSize), items });
			expect(run.error).toBeUndefined();
			expect(ends(run).sort()).toEqual([
				['completed', true, 'COMPLETED'],
				['failing', true, 'TASK_FAILED'],
				['long', true, 'COMPLETED'],
				['running', true, 'WAIT_TIMEOUT'],
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
				{ workflow: workflow(2, node), items: prompts('long', 'completed') },
			);
			expect(ends(run).sort()).toEqual([
				['completed', true, 'WAIT_TIMEOUT'],
				['long', true, 'COMPLETED'],
			]);
			expect(stage().emulator.statistics()).toMatchObject({ submits: 2, charged: 2 });
		},
	);

	test('a retry of a loop that failed half way goes on with its tasks', async () => {
		stage().emulator.addFault({ call: 'status', kind: 'status', status: 401, nth: 3 });
		const failed = await stage().run(
			{},
			{ workflow: workflow(1), items: prompts('completed', 'long', 'failing'), mode: 'trigger' },
		);
		expect(failed.error?.message).toContain('the service answered 401');
		const run = await stage().retry(failed);
		expect(ends(run)).toEqual([
			['completed', true, 'COMPLETED'],
			['long', true, 'COMPLETED'],
			['failing', true, 'TASK_FAILED'],
		]);
		expect(stage().emulator.statistics()).toMatchObject({ submits: 3, charged: 3 });
	});
});

describe('a chain of Run Task, Get Status and Wait for Task', () => {
	test('works one behind the other as they are', async () => {
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
