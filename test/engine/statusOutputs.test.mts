import type { IDataObject, INodeParameters } from 'n8n-workflow';
import type { NewTask } from '../../sandbox/emulator/behaviour.mts';
import { useStage } from '../useStage.mts';
import { useNodeTime } from './nodeTime.mts';
import type { Run } from './harness/run.mts';
import { hintOf, ids, itemsOf, nodeName, openStage } from './stage.mts';
import type { NodeSettings } from './workflows.mts';

const time = useNodeTime();
const stage = useStage(() => openStage({ time, behaviour: { durationMs: 20 } }));
beforeEach(() => {
	stage().emulator.setBehaviour(byPrompt);
});

const byPrompt = ({ inputs }: NewTask) =>
	({
		running: { durationMs: 3_600_000 },
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

	test('downloads the files of completed tasks, one item per file if wanted', async () => {
		const tasks = await stage().submit('completed', 'running');
		stage().emulator.setBehaviour({ images: 2 });
		const run = await ask(tasks, 'stopWorkflow', {
			downloadFiles: true,
			options: { outputItems: 'file' },
		});
		for (const { binary } of run.output(nodeName, 0)) {
			expect(Object.keys(binary ?? {})).toEqual(['data']);
		}
		expect(run.output(nodeName, 0)).not.toEqual([]);
		expect(run.output(nodeName, 1)).toHaveLength(1);
	});

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

	test.each(passing)('%s ends a run that stops on errors', async (_, fault) => {
		const tasks = await stage().submit('completed');
		stage().emulator.addFault({ call: 'status', times: Infinity, ...fault });
		const run = await ask(tasks);
		expect(run.error?.message).toContain(String(tasks[0]?.task_id));
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

	test.each([null, 5, 'yesterday', '', {}])('is ignored if it is %p', async (submitted_at) => {
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

	test('ends a loop around a service that has gone for good', async () => {
		const [task = {}] = await stage().submit('running');
		stage().emulator.addFault({ call: 'status', kind: 'status', status: 503, times: Infinity });
		const old = { ...task, submitted_at: ago(11 * minute) };
		const [, running, failed] = outputsOf(await ask([old], 'continueRegularOutput', giveUp));
		expect(running).toEqual([]);
		expect(failed).toMatchObject([
			{ task_id: task.task_id, all_finished: true, error: { code: 'WAIT_TIMEOUT' } },
		]);
	});

	test('does not apply at 0 or without submitted_at, of which a hint tells', async () => {
		const [task = {}] = await stage().submit('running');
		const never = await ask([{ ...task, submitted_at: ago(1e9) }]);
		expect(outputsOf(never)[1]).toHaveLength(1);
		const unknown = await ask([{ task_id: String(task.task_id) }], 'stopWorkflow', giveUp);
		expect(outputsOf(unknown)[1]).toHaveLength(1);
		expect(hintOf(unknown)).toContain("has no 'submitted_at'");
		expect(hintOf(unknown)).toContain(String(task.task_id));
	});
});
