import { NodeHelpers, type IDataObject, type INode, type INodeParameters } from 'n8n-workflow';
import { InstaSd } from '../../nodes/InstaSd/InstaSd.node.ts';
import { useStage } from '../useStage.mts';
import { withLog } from './harness/logs.mts';
import { useNodeTime } from './nodeTime.mts';
import { until } from './stage.mts';
import { InstaSdTool } from './toolNodes.mts';
import { call, openToolStage, readIn, type ToolSettings } from './toolStage.mts';
import { nodeName, type NodeSettings } from './workflows.mts';

// The node as a tool of a model, by everyone who calls tools.
/** In ms. */
const minute = 60_000;
const time = useNodeTime();
const stage = useStage(() => openToolStage({ time, behaviour: { durationMs: 1000, images: 1 } }));

const retrying: NodeSettings = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
const statistics = () => stage().emulator.statistics();
const charged = () => statistics().charged;
const created = () => stage().created();
const neverAgain = 'Do not call this tool again';
const mayCallAgain = /safe to call this tool again/;

/** One call of the tool with this prompt, by each kind of caller: what the model reads. */
const callers: Record<string, (settings?: ToolSettings) => Promise<string>> = {
	'an agent by invoke': async (settings) =>
		readIn(
			await stage().runAgent(
				{ step: async (makeTool) => [await call(await makeTool(), 'a cat')] },
				settings,
			),
		).join(),
	'an agent by the engine': async (settings) =>
		readIn(
			await stage().runAgent(
				{ calls: [{ id: 'call', prompt: 'a cat' }], toolName: nodeName },
				settings,
			),
		).join(),
	'MCP, without an execution': async (settings) =>
		await call(await stage().toolOfWebhook(settings), 'a cat'),
};

describe.each(Object.entries(callers))('a tool that is called by %s', (_, callTool) => {
	test('makes an image and returns its links', async () => {
		expect(await callTool()).toContain(stage().emulator.fileOrigin);
		expect(charged()).toBe(1);
	});

	test.each([
		['the reply to the submit is lost', { call: 'submit', kind: 'resetAfter' }],
		['polls are refused', { call: 'status', kind: 'status', status: 401 }],
	] as const)('pays once in all tries when %s', async (_what, fault) => {
		stage().emulator.addFault({ ...fault, times: Infinity });
		const read = await callTool({ node: retrying });
		expect(read).toContain(neverAgain);
		if (fault.call === 'status') expect(read).toContain(created()[0]);
		expect(charged()).toBe(1);
	});

	test('that continues answers that nothing was sent where one of its options cannot be read', async () => {
		const options = { answerWithinSeconds: "={{ $('Nobody').first().json.seconds }}" };
		const read = await callTool({
			parameters: { options },
			node: { onError: 'continueRegularOutput' },
		});
		expect(read).toContain('Nothing was created and nothing was charged');
		expect(charged()).toBe(0);
	});

	test('pays once when its task fails, and answers what failed', async () => {
		stage().emulator.setBehaviour({ failWith: 'out of memory' });
		const read = await callTool({ node: retrying });
		expect(read).toContain(`Task ${created()[0]} failed: out of memory`);
		expect(charged()).toBe(1);
	});

	test('pays once when its task fails only after a try had lost sight of it', async () => {
		stage().emulator.setBehaviour({ failWith: 'out of memory', durationMs: minute });
		const parameters = { options: { timeoutSeconds: 28, answerWithinSeconds: 200 } };
		expect(await callTool({ node: retrying, parameters })).toContain('out of memory');
		expect(charged()).toBe(1);
	});

	test.each([
		['is refused', { call: 'submit', kind: 'status', status: 422, nth: 2 }],
		['has no reply', { call: 'submit', kind: 'resetAfter', nth: 2 }],
	] as const)('is not to be called again when one of its two tasks %s', async (_what, fault) => {
		stage().emulator.addFault(fault);
		const options = { generationsPerItem: 2, tasksAtOnce: 1 };
		expect(await callTool({ parameters: { options } })).toContain(neverAgain);
	});
});

describe('an agent', () => {
	test('never reads n8n’s advice to try again after a network error', async () => {
		stage().emulator.addFault({ call: 'submit', kind: 'resetAfter' });
		const invoke = callers['an agent by invoke'] ?? (() => '');
		const read = await invoke();
		stage().emulator.addFault({
			...{ call: 'submit', kind: 'status', status: 500, taken: true },
			body: 'upstream said ETIMEDOUT',
		});
		const worded = await invoke();
		expect(worded).toContain('upstream said ETIMEDOUT');
		expect([read, worded].join()).not.toMatch(/retry the request|Retry on Fail/i);
	});

	test('that calls side by side makes a task for each of two equal calls, of one tool or of two', async () => {
		stage().emulator.addFault({ call: 'submit', kind: 'slow', delayMs: 50, times: Infinity });
		const run = await stage().runAgent({
			step: async (makeTool) => {
				const [one, other] = await Promise.all([makeTool(), makeTool()]);
				const calls = [call(one, 'a cat'), call(other, 'a cat'), call(one, 'a cat')];
				return await Promise.all(calls);
			},
		});
		const read = readIn(run);
		expect(created()).toHaveLength(3);
		expect(created().filter((id) => read.some((text) => text.includes(id)))).toHaveLength(3);
		expect(run.customData.instasd_tasks?.split(',').sort()).toEqual(created().sort());
	});

	test('that calls again pays once for all tries of a call, and again for another call', async () => {
		stage().emulator.addFault({ call: 'submit', kind: 'resetAfter', times: 2 });
		await stage().runAgent(
			{
				step: async (makeTool) => {
					const tool = await makeTool();
					return [await call(tool, 'a cat'), await call(tool, 'a cat')];
				},
			},
			{ node: retrying },
		);
		expect(charged()).toBe(2);
	});

	test('that is stopped while it waits leaves the task id of its tool in the log', async () => {
		const fault = stage().emulator.addFault({ call: 'submit', kind: 'slow', delayMs: 100 });
		const execution = stage().startAgent({
			step: async (makeTool) => [await call(await makeTool(), 'a cat')],
		});
		await until('the submit', () => fault.fired > 0);
		execution.stop();
		const run = await execution.finished;
		const logged = `has task ${created()[0]} for item 0 (execution ${run.executionId})`;
		await until('the id in the log', () =>
			run.serverLog.some(({ message }) => message.includes(logged)),
		);
		expect(charged()).toBe(1);
	});

	test('waits for a task that takes longer, or until Answer Within (Seconds)', async () => {
		stage().emulator.setBehaviour({ durationMs: 90_000 });
		for (const name of ['an agent by invoke', 'an agent by the engine']) {
			const begunAt = time.now();
			expect(await callers[name]?.()).toContain('COMPLETED');
			const answeredAt = time.now();
			expect(answeredAt - begunAt).toBeGreaterThan(90_000);
			const parameters = { options: { answerWithinSeconds: 30 } };
			expect(await callers[name]?.({ parameters })).toContain('"finished":false');
			expect(time.now() - answeredAt).toBe(30_000);
		}
	});

	test('does not wait if it is an MCP trigger, even in an execution that can be stopped', async () => {
		stage().emulator.setBehaviour({ durationMs: 90_000 });
		const begunAt = time.now();
		await callers['an agent by invoke']?.({ agentType: 'test.mcpTrigger' });
		expect(time.now() - begunAt).toBe(50_000);
	});
});

describe('over MCP, whose clients hang up after a minute', () => {
	beforeEach(() => stage().emulator.setBehaviour({ durationMs: 90_000 }));

	/** A call as the MCP Server Trigger makes it: what the model reads, and after how many seconds. */
	const callByMcp = async (settings: ToolSettings = {}) => {
		const tool = await stage().toolOfWebhook(settings);
		const begunAt = time.now();
		const read = await call(tool, 'a cat');
		return { seconds: (time.now() - begunAt) / 1000, read };
	};
	/** The same, of a call that brings items. */
	const answerByMcp = async (parameters: INodeParameters = {}, node: NodeSettings = {}) => {
		const { seconds, read } = await callByMcp({ parameters, node });
		const [json, ...more] = JSON.parse(read);
		return { seconds, json, more };
	};

	/** The id of a task that was created before. */
	const submitted = async () => String((await stage().submit('a'))[0]?.task_id);

	test('a long task is answered after 50 s with its id and how to go on, and can be asked for later', async () => {
		const { seconds, json, more } = await answerByMcp();
		expect(seconds).toBe(50);
		expect(more).toEqual([]);
		expect(json).toEqual({
			task_id: created()[0],
			status: 'IN_PROGRESS',
			progress: expect.any(Number),
			finished: false,
			next: expect.stringMatching(/Do not start it again.*ask by this task_id, or tell the user/),
		});
		await time.sleep(minute);
		const later = await answerByMcp({ operation: 'getStatus', taskId: created()[0] });
		expect(later.json).toMatchObject({
			task_id: created()[0],
			status: 'COMPLETED',
			finished: true,
		});
		expect(later.json).not.toHaveProperty('next');
		expect(statistics()).toMatchObject({ submits: 1, charged: 1 });
	});

	test.each(['runAndWait', 'runTask'])(
		'%s that the service refuses for 55 s is withdrawn after 50, never sent, and may be called again',
		async (operation) => {
			const headers = { 'retry-after': '55' };
			const refused = { call: 'submit', kind: 'status', status: 429, headers } as const;
			stage().emulator.addFault(refused);
			const { seconds, json } = await answerByMcp({ operation });
			expect(seconds).toBe(50);
			expect(json).toEqual({
				...{ status: 'NOT_CREATED', finished: false },
				next: expect.stringMatching(/nothing was created and nothing was charged/),
			});
			expect(json.next).toMatch(mayCallAgain);
			await time.sleep(10 * minute);
			expect(statistics()).toMatchObject({ submits: 1, charged: 0 });
			await answerByMcp({ operation });
			expect(statistics().charged).toBe(1);
		},
	);

	test('a task that waits behind other runs is withdrawn, too', async () => {
		const headers = { 'retry-after': '120' };
		stage().emulator.addFault({ call: 'status', kind: 'status', status: 429, headers });
		const taskId = await submitted();
		const other = answerByMcp({ operation: 'getStatus', taskId });
		await time.sleep(1000);
		const { json } = await answerByMcp();
		expect(json.status).toBe('NOT_CREATED');
		expect((await other).json).toMatchObject({ task_id: taskId, status: 'UNKNOWN' });
		await time.sleep(10 * minute);
		expect(statistics().charged).toBe(1);
	});

	test('a submit without a reply is not to be repeated, and its id comes into the log', async () => {
		stage().emulator.addFault({ call: 'submit', kind: 'late', afterMs: 70_000 });
		const log: string[] = [];
		const { seconds, json } = await withLog(
			({ message }) => log.push(message),
			async () => await answerByMcp(),
		);
		expect(seconds).toBe(50);
		expect(json).toEqual({
			...{ status: 'UNKNOWN', finished: false },
			next: expect.stringMatching(/may exist and be charged. Do not send it again/),
		});
		expect(json.next).not.toMatch(mayCallAgain);
		expect(log.join()).not.toContain(created()[0]);
		await time.sleep(minute);
		expect(log.join()).toContain(`has task ${created()[0]} for item 0`);
		expect(statistics()).toMatchObject({ submits: 1, charged: 1 });
	});

	test('several generations are answered one by one: finished, running, without a reply, never sent', async () => {
		stage().emulator.setBehaviour(({ number }) => ({ durationMs: number === 1 ? 1000 : 90_000 }));
		stage().emulator.addFault({ call: 'submit', kind: 'late', afterMs: 300_000, nth: 3 });
		const options = { generationsPerItem: 4, tasksAtOnce: 2 };
		const { seconds, json, more } = await answerByMcp({ options });
		expect(seconds).toBe(50);
		const [first, second] = created();
		expect([json, ...more]).toMatchObject([
			{ task_id: first, status: 'COMPLETED', finished: true },
			{ task_id: second, status: 'IN_PROGRESS', finished: false },
			{ status: 'UNKNOWN', next: expect.stringContaining('may exist') },
			{
				status: 'NOT_CREATED',
				next: expect.stringContaining('create and charge the others again'),
			},
		]);
		await time.sleep(10 * minute);
		expect(statistics()).toMatchObject({ submits: 3, charged: 3 });
	});

	test('with Retry On Fail, the time counts from the first try, and a try that comes too late sends nothing', async () => {
		const node = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 };
		stage().emulator.addFault({ call: 'status', kind: 'status', status: 401, nth: 8 });
		const retried = await answerByMcp({}, node);
		expect(retried.seconds).toBe(50);
		expect(retried.json).toMatchObject({ task_id: created()[0], finished: false });
		expect(statistics().charged).toBe(1);

		stage().emulator.addFault({ call: 'submit', kind: 'status', status: 422 });
		const late = answerByMcp({}, { ...node, waitBetweenTries: 200 });
		await time.sleep(minute);
		expect((await late).json.status).toBe('NOT_CREATED');
		expect(statistics().charged).toBe(1);
	});

	test.each<[string, NodeSettings]>([
		['of this try', { onError: 'continueRegularOutput' }],
		['of the try before', { retryOnFail: true, maxTries: 2, waitBetweenTries: 200 }],
	])(
		'a withdrawn submit beside one without a reply, %s, is not safe to call again',
		async (_when, node) => {
			stage().emulator.addFault({ call: 'submit', kind: 'resetAfter', nth: 1 });
			const refused = { call: 'submit', kind: 'status', status: 429 } as const;
			stage().emulator.addFault({ ...refused, nth: 2, times: Infinity });
			const options = { generationsPerItem: 2, tasksAtOnce: 1 };
			const reading = callByMcp({ parameters: { options }, node });
			await time.sleep(minute);
			const { read } = await reading;
			expect(read).toContain('create and charge the others again');
			expect(read).not.toMatch(mayCallAgain);
			expect(statistics().charged).toBe(1);
		},
	);

	test('the next try knows what the first has paid for, even if n8n has reloaded the package', async () => {
		stage().emulator.addFault({ call: 'submit', kind: 'resetAfter' });
		const node = { retryOnFail: true, maxTries: 2, waitBetweenTries: 5000 };
		const reading = callByMcp({ node });
		await time.sleep(2000);
		expect(statistics().charged).toBe(1);
		jest.resetModules();
		await time.sleep(10_000);
		expect(statistics().charged).toBe(1);
		expect((await reading).read).toContain('did not get its id');
		expect(statistics().charged).toBe(1);
	});
});

describe('as tools, the four operations', () => {
	const { description } = new InstaSdTool();
	const operations = ['runAndWait', 'runTask', 'getStatus', 'waitForTask'];
	const creating = ['runAndWait', 'runTask'];

	test('have a description each, which says what a call costs', async () => {
		const described = await Promise.all(
			operations.map(async (operation) => {
				const tool = await stage().toolOfWebhook({ parameters: { operation } });
				return [operation, tool.description] as const;
			}),
		);
		expect(new Set(described.map(([, text]) => text)).size).toBe(4);
		for (const [operation, text] of described) {
			if (operation !== 'runTask') expect(text).toMatch(/links expire after 30 minutes/i);
			expect(text).toMatch(
				creating.includes(operation) ? /every call creates a task and costs/i : /costs no credits/i,
			);
		}
	});

	test('have a name each, in the words of users, that of the main one first', () => {
		const names = operations.map((operation) =>
			NodeHelpers.makeNodeName({ resource: 'task', operation }, description),
		);
		expect(names).toEqual([
			'Generate image or video in InstaSD',
			'Start task in InstaSD',
			'Get task status in InstaSD',
			'Wait for task in InstaSD',
		]);
	});

	test('are described as their user wrote', async () => {
		const parameters = { operation: 'runTask', toolDescription: 'Paints landscapes' };
		expect((await stage().toolOfWebhook({ parameters })).description).toBe('Paints landscapes');
	});

	test.each(operations)(
		'hide the options of %s that concern files in the workflow',
		(operation) => {
			const shownIn = (type: InstaSd): string[] => {
				const node: INode = {
					...{ id: '', name: '', type: type.description.name, typeVersion: 1, position: [0, 0] },
					parameters: { resource: 'task', operation, inputMode: 'fields', options: {} },
				};
				const isShown = (
					property: Parameters<typeof NodeHelpers.displayParameter>[1],
					values: object,
				) =>
					NodeHelpers.displayParameter(
						{ ...values },
						property,
						node,
						type.description,
						node.parameters,
					);
				return type.description.properties
					.filter((property) => isShown(property, node.parameters))
					.flatMap((property) => [
						property.displayName,
						...(property.name === 'options' ? (property.options ?? []) : []).flatMap((option) =>
							'type' in option && isShown(option, {}) ? [option.displayName] : [],
						),
					]);
			};
			const node = shownIn(new InstaSd());
			const tool = shownIn(new InstaSdTool());
			const forFiles = [
				...(operation === 'runTask' ? [] : ['Download Files']),
				...['Include Input Fields', 'Output Data Field Name', 'Simplify'],
				...(creating.includes(operation) ? ['Send Files As'] : []),
			];
			expect(node.filter((name) => !tool.includes(name)).sort()).toEqual(forFiles.sort());
			const waits = ['runAndWait', 'waitForTask'].includes(operation);
			expect(tool.filter((name) => !node.includes(name)).sort()).toEqual([
				...(waits ? ['Answer Within (Seconds)'] : []),
				...['Output', 'Tool Description'],
			]);
		},
	);

	test('return a failed task by the only output that a tool has', async () => {
		stage().emulator.setBehaviour({ durationMs: 0, failWith: 'no memory' });
		const [task] = await stage().submit('a');
		const taskId = String(task?.task_id);
		const tool = await stage().toolOfWebhook({ parameters: { operation: 'getStatus', taskId } });
		expect(JSON.parse(await call(tool, ''))).toMatchObject([
			{ task_id: taskId, finished: true, error: { description: 'no memory' } },
		]);
	});

	test('say that a call would pay again only where it would', async () => {
		stage().emulator.setBehaviour({ durationMs: 3_600_000 });
		const [task] = await stage().submit('a');
		const wait = { operation: 'waitForTask', taskId: String(task?.task_id) };
		for (const [parameters, pays] of [
			[wait, false],
			[{}, true],
		] as const) {
			const options = { timeoutSeconds: 5 };
			const tool = await stage().toolOfWebhook({ parameters: { ...parameters, options } });
			expect((await call(tool, 'a cat')).includes(neverAgain)).toBe(pays);
		}
	});
});

describe('what a model leaves blank', () => {
	test('counts as left out, but for a text, and what is required; the answer says what came from the sample', async () => {
		const given = async (json: string, prompt = 'a cat', operation = 'runAndWait') => {
			const parameters = { operation, inputMode: 'json', inputsJson: `={{ ${json} }}` };
			return await call(await stage().toolOfWebhook({ parameters }), prompt);
		};
		const asked = `prompt: $fromAI('Prompt', '', 'string'), image: 'https://example.com/a.png'`;
		const blank = `'Batch Size': '', 'Output Width': null, seed: null, 'Lora Loader': null`;
		const [answer] = JSON.parse(await given(`{ ${asked}, ${blank} }`, 'a cat', 'runTask'));
		expect(answer.from_sample).toEqual(expect.arrayContaining(['Batch Size', 'Output Width']));
		const without = `{ prompt: $fromAI('Prompt', '', 'string'), image: '' }`;
		expect(await given(without)).toContain("'Load Image' needs a link, or");
		expect(await given(without, '')).toContain("'Prompt' needs text");
		expect(charged()).toBe(1);
	});

	test('is told to the user where the model can fill in nothing', async () => {
		const parameters = { inputMode: 'json', inputsJson: '{ "image": "x" }' };
		const read = await call(await stage().toolOfWebhook({ parameters }), 'a cat');
		expect(read).toContain('Tell the user');
		expect(read).not.toContain('call this tool again');
	});
});

describe('Output of a tool', () => {
	const selected = (...names: string[]): INodeParameters => ({ output: 'fields', fields: names });
	const read = async (parameters: INodeParameters = {}): Promise<IDataObject[]> =>
		JSON.parse(await call(await stage().toolOfWebhook({ parameters }), 'a cat'));

	test('is everything when it is raw, and the way to go on', async () => {
		const [json] = await read({ output: 'raw' });
		expect(json).toMatchObject({ completed_steps: 10, files: [{}], inputs: {} });
		const [running] = await read({ output: 'raw', operation: 'runTask' });
		expect(running).toMatchObject({ urls_expire_at: null, next: expect.any(String) });
	});

	test('is the task_id and the selected fields, given as a list or as a program may write it', async () => {
		for (const fields of [['image_urls', 'cost'], 'image_urls , cost', '["image_urls","cost"]']) {
			const [json = {}] = await read({ output: 'fields', fields });
			expect(Object.keys(json)).toEqual(['task_id', 'image_urls', 'cost']);
		}
	});

	// Else a model reads of a finished task only its id, and may pay for another.
	test('is simplified where no field is selected, or the answer has none of them', async () => {
		for (const fields of [[], ['submitted_at', 'audio_urls']]) {
			const [json] = await read({ output: 'fields', fields });
			expect(json).toMatchObject({ finished: true, image_urls: [expect.any(String)] });
		}
	});

	test('of selected fields still says how to go on, and why there is no result', async () => {
		const goOn = {
			task_id: expect.any(String),
			status: expect.any(String),
			next: expect.any(String),
		};
		expect(await read({ ...selected('cost'), operation: 'runTask' })).toEqual([goOn]);
		stage().emulator.setBehaviour({ durationMs: 90_000 });
		expect(await read(selected('image_urls'))).toEqual([goOn]);
		stage().emulator.setBehaviour({ durationMs: 0, failWith: 'out of memory' });
		const taskId = String((await stage().submit('a'))[0]?.task_id);
		expect(await read({ ...selected('cost'), operation: 'getStatus', taskId })).toEqual([
			{
				...{ task_id: taskId, status: 'FAILED', cost: expect.any(Number) },
				error: expect.objectContaining({ description: 'out of memory' }),
				message: expect.any(String),
			},
		]);
	});

	test('is refused where it is no choice, before anything is paid for', async () => {
		const tool = await stage().toolOfWebhook({ parameters: { output: 'some' } });
		expect(await call(tool, 'a cat')).toContain("'Output' takes");
		expect(charged()).toBe(0);
	});
});
