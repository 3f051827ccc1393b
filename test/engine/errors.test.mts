import type {
	IDataObject,
	IExecuteFunctions,
	INode,
	INodeExecutionData,
	INodeType,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import type { FaultRequest } from '../../sandbox/emulator/faults.mts';
import type { NewTask } from '../../sandbox/emulator/behaviour.mts';
import { useStage } from '../useStage.mts';
import { useNodeTime } from './nodeTime.mts';
import { itemsOf, openStage, promptOfItem } from './stage.mts';
import { ids, loopAround, nodeName } from './workflows.mts';

const { Main } = NodeConnectionTypes;

/** A Switch: what has a prompt of `bad` leaves by the third output, all else by the first. */
class Switch implements INodeType {
	description = {
		...{ displayName: 'Switch', name: 'switch', group: ['transform' as const], version: 1 },
		...{ description: '', defaults: { name: 'Switch' }, properties: [] },
		...{ inputs: [Main], outputs: [Main, Main, Main] },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const items = this.getInputData().map(({ json }, item) => ({ json, pairedItem: { item } }));
		const isBad = ({ json }: INodeExecutionData) => json.prompt === 'bad';
		return [items.filter((item) => !isBad(item)), [], items.filter(isBad)];
	}
}

const time = useNodeTime();
const stage = useStage(() =>
	openStage({ time, behaviour: { durationMs: 10 } }, { nodeTypes: { 'test.switch': Switch } }),
);

const promptOf = ({ inputs }: NewTask) => String(inputs[ids.prompt]?.value);
const prompts = (...all: string[]) => itemsOf(...all.map((prompt) => ({ prompt })));
const errorOf = (item: INodeExecutionData | undefined): IDataObject => Object(item?.json.error);
/** Tasks whose prompt begins with `bad` fail. */
const someFail = (task: NewTask) =>
	promptOf(task).startsWith('bad') ? { failWith: 'out of memory' } : {};

test('the error of a failed task says so when the service gave no reason', async () => {
	stage().emulator.setBehaviour({ endWord: 'CANCELLED' });
	const run = await stage().run();
	const [task] = stage().emulator.statistics().perTask;
	expect(run.error).toMatchObject({ name: 'NodeApiError', context: { itemIndex: 0 } });
	expect(run.error?.message).toContain(`Task ${task?.id} ended as CANCELLED`);
	expect(run.error?.message).toContain('the service gave no reason');
	expect(run.error?.description).toContain('Running it again creates a new task');
});

interface Case {
	code: string;
	fault: FaultRequest;
	httpStatus: number | null;
	retryable: boolean;
	/** Whether a task exists whose id the error must tell. */
	hasTask: boolean;
}

const always = { times: Infinity };
const cases: Case[] = [
	{
		code: 'SUBMIT_UNSURE',
		fault: { call: 'submit', kind: 'status', status: 503 },
		...{ httpStatus: 503, retryable: false, hasTask: false },
	},
	{
		code: 'UNAUTHORIZED',
		fault: { call: 'submit', kind: 'status', status: 403 },
		...{ httpStatus: 403, retryable: false, hasTask: false },
	},
	{
		code: 'UNAUTHORIZED',
		fault: { call: 'status', kind: 'status', status: 401 },
		...{ httpStatus: 401, retryable: false, hasTask: true },
	},
	{
		code: 'TASK_NOT_FOUND',
		fault: { call: 'status', kind: 'status', status: 404, ...always },
		...{ httpStatus: 404, retryable: false, hasTask: true },
	},
	{
		code: 'REJECTED',
		fault: { call: 'submit', kind: 'status', status: 422 },
		...{ httpStatus: 422, retryable: false, hasTask: false },
	},
	{
		code: 'PAYLOAD_TOO_LARGE',
		fault: { call: 'submit', kind: 'status', status: 413 },
		...{ httpStatus: 413, retryable: false, hasTask: false },
	},
	{
		code: 'RATE_LIMITED',
		fault: { call: 'submit', kind: 'status', status: 429, ...always },
		...{ httpStatus: 429, retryable: true, hasTask: false },
	},
	{
		code: 'UNREACHABLE',
		fault: { call: 'status', kind: 'status', status: 502, ...always },
		...{ httpStatus: 502, retryable: false, hasTask: true },
	},
	{
		code: 'BAD_REPLY',
		fault: { call: 'status', kind: 'html', ...always },
		...{ httpStatus: 200, retryable: false, hasTask: true },
	},
	{
		code: 'DOWNLOAD_FAILED',
		fault: { call: 'file', kind: 'status', status: 500, ...always },
		...{ httpStatus: null, retryable: false, hasTask: true },
	},
	{
		code: 'LINK_EXPIRED',
		fault: { call: 'file', kind: 'status', status: 403, ...always },
		...{ httpStatus: 403, retryable: false, hasTask: true },
	},
];

describe.each(cases)('$code ($fault.call)', ({ code, fault, ...expected }) => {
	const { hasTask, httpStatus, retryable } = expected;

	test('the error item has the code, the task, the HTTP status and whether a retry helps', async () => {
		stage().emulator.addFault(fault);
		const run = await stage().run({}, { node: { onError: 'continueRegularOutput' } });
		expect(run.status).toBe('success');
		const [item] = run.output(nodeName);
		const [task] = stage().emulator.statistics().perTask;
		expect(Object.keys(item?.json ?? {}).sort()).toEqual(['error', 'message']);
		expect(item).toMatchObject({ pairedItem: { item: 0 } });
		expect(errorOf(item)).toMatchObject({
			code,
			retryable,
			http_status: httpStatus,
			task_id: hasTask ? task?.id : null,
			description: expect.any(String),
		});
		expect(stage().emulator.statistics()).toMatchObject({ charged: hasTask ? 1 : 0, leaked: 0 });
	});

	test('the error that ends the execution says the same', async () => {
		stage().emulator.addFault(fault);
		const run = await stage().run();
		const [task] = stage().emulator.statistics().perTask;
		expect(run.status).toBe('error');
		const ids = hasTask ? [task?.id] : [];
		expect(run.error).toMatchObject({
			name: 'NodeApiError',
			context: {
				...{ itemIndex: 0, item: 0, code, retryable },
				...{ task_id: ids[0] ?? null, task_ids: ids, task_count: ids.length },
			},
			httpCode: httpStatus === null ? expect.anything() : String(httpStatus),
			description: expect.any(String),
		});
		if (hasTask) expect(run.error?.message).toContain(task?.id);
	});
});

describe('of several items', () => {
	const items = prompts('good 1', 'bad 1', 'good 2', 'bad 2');

	test('the failed ones leave by the error output with their task ids, the others by the success output', async () => {
		stage().emulator.setBehaviour(someFail);
		const run = await stage().run(promptOfItem, {
			items,
			node: { onError: 'continueErrorOutput' },
		});
		const tasks = stage().emulator.statistics().perTask;
		const idOf = (prompt: string) =>
			tasks.find(({ id }) => stage().emulator.task(id)?.inputs?.[ids.prompt]?.value === prompt)?.id;
		expect(run.output(nodeName, 0)).toMatchObject([
			{ json: { task_id: idOf('good 1') }, pairedItem: { item: 0 } },
			{ json: { task_id: idOf('good 2') }, pairedItem: { item: 2 } },
		]);
		expect(run.output(nodeName, 1)).toMatchObject([
			{ json: { prompt: 'bad 1', error: { task_id: idOf('bad 1'), code: 'TASK_FAILED' } } },
			{ json: { prompt: 'bad 2', error: { task_id: idOf('bad 2'), status: 'FAILED' } } },
		]);
	});

	test('the first failure ends the run, names every task, and nothing more is submitted', async () => {
		stage().emulator.setBehaviour((task) => ({ durationMs: 60_000, ...someFail(task) }));
		stage().emulator.setBehaviour((task) => (promptOf(task) === 'bad' ? { durationMs: 10 } : {}));
		const run = await stage().run(
			{ ...promptOfItem, options: { tasksAtOnce: 3 } },
			{ items: prompts('a', 'bad', 'c', 'd', 'e') },
		);
		const tasks = stage().created();
		expect(tasks).toHaveLength(3);
		expect(run.error).toMatchObject({
			context: {
				...{ itemIndex: 1, item: 1, code: 'TASK_FAILED', task_count: 3, retryable: true },
				...{ task_id: tasks[1], task_ids: expect.arrayContaining(tasks) },
			},
		});
		const said = `${run.error?.message} ${run.error?.description}`;
		expect(tasks.filter((id) => !said.includes(id))).toEqual([]);
		expect(run.error?.description).toContain('(item 0)');
		expect(run.error?.description).toContain('(item 2)');
	});

	test('an error workflow gets fifty task ids at most, and how many there are', async () => {
		stage().emulator.setBehaviour((task) => ({ durationMs: 60_000, ...someFail(task) }));
		stage().emulator.setBehaviour((task) => (promptOf(task) === 'bad' ? { durationMs: 10 } : {}));
		const run = await stage().run(
			{ ...promptOfItem, options: { tasksAtOnce: 60 } },
			{ items: prompts(...Array.from({ length: 59 }, (_, index) => `good ${index}`), 'bad') },
		);
		const context = Object(run.error).context;
		expect(context).toMatchObject({ code: 'TASK_FAILED', task_count: 60, item: 59 });
		expect(new Set(context.task_ids).size).toBe(50);
	});
});

const to = (node: string) => [{ node, type: 'main' as const, index: 0 }];
const byPrompt: INode = {
	...{ id: 'switch', name: 'Switch', type: 'test.switch', typeVersion: 1 },
	...{ position: [0, 0], parameters: {} },
};

// n8n looks up the input item of each error item, and where that fails, sends the *input* on as if all were well (#37407).
test.each([1, 2, 4])(
	'behind a Switch in a loop of %i items a round, each failed item leaves by the error output only',
	async (batchSize) => {
		stage().emulator.setBehaviour(({ inputs }) =>
			Object.values(inputs).some(({ value }) => value === 'bad') ? { failWith: 'no memory' } : {},
		);
		const around = loopAround(batchSize, {
			...{ onError: 'continueErrorOutput', parameters: promptOfItem },
		});
		const workflow = {
			...around,
			nodes: [...around.nodes, byPrompt],
			connections: {
				...around.connections,
				Loop: { main: [to('Done'), to('Switch')] },
				Switch: { main: [to(nodeName), [], to(nodeName)] },
				[nodeName]: { main: [to('Loop'), to('Loop')] },
			},
		};
		const prompts = ['a', 'bad', 'b', 'bad'].map((prompt) => ({ prompt }));
		const run = await stage().run({}, { workflow, items: itemsOf(...prompts) });
		expect(run.error).toBeUndefined();
		const runs = run.nodes[nodeName] ?? [];
		const succeeded = runs.flatMap(({ main }) => main[0] ?? []);
		const failed = runs.flatMap(({ main }) => main[1] ?? []);
		expect(succeeded).toHaveLength(2);
		for (const { json } of succeeded) expect(json).toMatchObject({ status: 'COMPLETED' });
		// n8n puts the input's own fields beside those of an error.
		expect(failed).toMatchObject([
			{ json: { prompt: 'bad', error: { code: 'TASK_FAILED' } } },
			{ json: { prompt: 'bad', error: { code: 'TASK_FAILED' } } },
		]);
	},
);
