import type { INodeParameters } from 'n8n-workflow';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { FaultRequest } from '../../sandbox/emulator/faults.mts';
import type { NewTask } from '../../sandbox/emulator/behaviour.mts';
import { useStage } from '../useStage.mts';
import { useNodeTime } from './nodeTime.mts';
import { itemsOf, openStage, promptOfItem } from './stage.mts';
import { ids, nodeName } from './workflows.mts';

const time = useNodeTime();
const stage = useStage(() => openStage({ time, behaviour: { durationMs: 10 } }));

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
	expect(run.error?.description).toContain('Check its inputs');
});

interface Case {
	code: string;
	fault: FaultRequest;
	httpStatus: number | null;
	retryable: boolean;
	/** Whether a task exists whose id the error must tell. */
	hasTask: boolean;
	wayOut: string;
}

const always = { times: Infinity };
const cases: Case[] = [
	{
		code: 'SUBMIT_UNSURE',
		fault: { call: 'submit', kind: 'status', status: 503 },
		...{ httpStatus: 503, retryable: false, hasTask: false, wayOut: 'Look for it in InstaSD' },
	},
	{
		code: 'UNAUTHORIZED',
		fault: { call: 'submit', kind: 'status', status: 403 },
		...{ httpStatus: 403, retryable: false, hasTask: false, wayOut: 'has its own token' },
	},
	{
		code: 'UNAUTHORIZED',
		fault: { call: 'status', kind: 'status', status: 401 },
		...{ httpStatus: 401, retryable: false, hasTask: true, wayOut: 'has its own token' },
	},
	{
		code: 'TASK_NOT_FOUND',
		fault: { call: 'status', kind: 'status', status: 404, ...always },
		...{ httpStatus: 404, retryable: false, hasTask: true, wayOut: 'Check the id' },
	},
	{
		code: 'REJECTED',
		fault: { call: 'submit', kind: 'status', status: 422 },
		...{ httpStatus: 422, retryable: false, hasTask: false, wayOut: 'Compare the inputs' },
	},
	{
		code: 'PAYLOAD_TOO_LARGE',
		fault: { call: 'submit', kind: 'status', status: 413 },
		...{ httpStatus: 413, retryable: false, hasTask: false, wayOut: "'Signed Link'" },
	},
	{
		code: 'RATE_LIMITED',
		fault: { call: 'submit', kind: 'status', status: 429, ...always },
		...{ httpStatus: 429, retryable: true, hasTask: false, wayOut: "'Tasks at Once'" },
	},
	{
		code: 'UNREACHABLE',
		fault: { call: 'status', kind: 'status', status: 502, ...always },
		...{ httpStatus: 502, retryable: false, hasTask: true, wayOut: 'try again later' },
	},
	{
		code: 'BAD_REPLY',
		fault: { call: 'status', kind: 'html', ...always },
		...{ httpStatus: 200, retryable: false, hasTask: true, wayOut: 'whether a proxy' },
	},
	{
		code: 'DOWNLOAD_FAILED',
		fault: { call: 'file', kind: 'status', status: 500, ...always },
		...{ httpStatus: null, retryable: false, hasTask: true, wayOut: "'Download Files'" },
	},
	{
		code: 'LINK_EXPIRED',
		fault: { call: 'file', kind: 'status', status: 403, ...always },
		...{ httpStatus: 403, retryable: false, hasTask: true, wayOut: "'Download Files'" },
	},
];

describe.each(cases)('$code ($fault.call)', ({ code, fault, wayOut, ...expected }) => {
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
			description: expect.stringContaining(wayOut),
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
			description: expect.stringContaining(wayOut),
		});
		if (hasTask) expect(run.error?.message).toContain(task?.id);
	});
});

test('WAIT_TIMEOUT has the id of the task, which goes on at the service', async () => {
	stage().emulator.setBehaviour({ durationMs: 3_600_000 });
	const run = await stage().run(
		{ options: { timeoutSeconds: 10 } },
		{ node: { onError: 'continueRegularOutput' } },
	);
	const [task] = stage().emulator.statistics().perTask;
	expect(errorOf(run.output(nodeName)[0])).toMatchObject({
		...{ code: 'WAIT_TIMEOUT', task_id: task?.id, status: 'IN_PROGRESS', retryable: false },
	});
});

test('what a person is advised costs nothing unnoticed', async () => {
	const describedBy = async (parameters: INodeParameters) =>
		(await stage().run(parameters)).error?.description;
	stage().emulator.setBehaviour({ durationMs: 3_600_000 });
	const options = { timeoutSeconds: 10 };
	expect(await describedBy({ options })).toMatch(
		/for free.*Next time, allow more time.*'Execute step' creates and charges another task\.$/,
	);
	const [task] = stage().emulator.statistics().perTask;
	const waiting = { operation: 'waitForTask', taskId: task?.id ?? '', options };
	expect(await describedBy(waiting)).toMatch(/, or allow more time with the option '[^']+'\.$/);
	stage().emulator.addFault({ call: 'submit', kind: 'status', status: 402 });
	expect(await describedBy({})).toContain('top up, then retry this execution');
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

	test('each keeps its place with On Error: Continue', async () => {
		stage().emulator.setBehaviour(someFail);
		const run = await stage().run(promptOfItem, {
			items,
			node: { onError: 'continueRegularOutput' },
		});
		const codes = run.output(nodeName).map((item) => errorOf(item).code);
		expect(codes).toEqual([undefined, 'TASK_FAILED', undefined, 'TASK_FAILED']);
		expect(stage().emulator.statistics()).toMatchObject({ charged: 4 });
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
