import { NodeHelpers, type INode, type INodeProperties } from 'n8n-workflow';
import { InstaSd } from '../../nodes/InstaSd/InstaSd.node.ts';
import { operationOptions } from '../../nodes/InstaSd/operations/properties.ts';
import { useStage } from '../useStage.mts';
import { useNodeTime } from './nodeTime.mts';
import { InstaSdTool } from './toolNodes.mts';
import { call, openToolStage } from './toolStage.mts';

const time = useNodeTime();
const stage = useStage(() => openToolStage({ time, behaviour: { durationMs: 1000, images: 1 } }));

const operations = operationOptions.map(({ value }) => String(value));
const creating = ['runAndWait', 'runTask'];

/** What a call of the tool gives the model, as n8n words it. */
const answer = async (parameters = {}, node = {}) => {
	const read = await call(await stage().toolOfWebhook({ parameters, node }), 'a cat');
	const [{ json, ...rest }, ...more] = JSON.parse(read).map((item: object) =>
		'json' in item ? item : { json: item },
	);
	return { json, rest, more };
};

describe('as tools, the four operations', () => {
	test('have a description each, of a node that was saved before there was a resource, too', async () => {
		const described = await Promise.all(
			operations.map(async (operation) => {
				const { description } = await stage().toolOfWebhook({ parameters: { operation } });
				return [operation, description] as const;
			}),
		);
		expect(new Set(described.map(([, description]) => description)).size).toBe(4);
		for (const [operation, description] of described) {
			if (operation !== 'runTask') expect(description).toMatch(/links expire after 30 minutes/i);
			expect(description).toMatch(
				creating.includes(operation) ? /every call creates a task and costs/i : /costs no credits/i,
			);
		}
	});

	test('have a name each, in the words of users, that of the main one first', () => {
		const { description } = new InstaSdTool();
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

	const shownIn = (type: InstaSd, operation: string): string[] => {
		const { description } = type;
		const node: INode = {
			...{ id: '', name: '', type: description.name, typeVersion: 1, position: [0, 0] },
			parameters: { resource: 'task', operation, inputMode: 'fields', options: {} },
		};
		const isShown = (property: INodeProperties, values: object) =>
			NodeHelpers.displayParameter({ ...values }, property, node, description, node.parameters);
		return description.properties
			.filter((property) => isShown(property, node.parameters))
			.flatMap((property) => [
				property.displayName,
				...(property.name === 'options' ? (property.options ?? []) : []).flatMap((option) =>
					'type' in option && isShown(option, {}) ? [option.displayName] : [],
				),
			]);
	};

	test.each(operations)(
		'hide the options of %s that concern files in the workflow',
		(operation) => {
			const node = shownIn(new InstaSd(), operation);
			const tool = shownIn(new InstaSdTool(), operation);
			const forFiles = [
				...(operation === 'runTask' ? [] : ['Download Files']),
				'Include Input Fields',
				'Output Data Field Name',
				'Simplify',
				...(creating.includes(operation) ? ['Send Files As'] : []),
			];
			expect(node.filter((name) => !tool.includes(name)).sort()).toEqual(forFiles.sort());
			const waits = ['runAndWait', 'waitForTask'].includes(operation);
			expect(tool.filter((name) => !node.includes(name)).sort()).toEqual([
				...(waits ? ['Answer Within (Seconds)'] : []),
				'Output',
				'Tool Description',
			]);
		},
	);

	test.each([
		['running', { durationMs: 3_600_000 }, { finished: false }],
		['completed', { durationMs: 0 }, { finished: true, status: 'COMPLETED' }],
		[
			'failed',
			{ durationMs: 0, failWith: 'no memory' },
			{ finished: true, error: { description: 'no memory' } },
		],
	])('return a %s task by the only output that a tool has', async (_, behaviour, told) => {
		stage().emulator.setBehaviour(behaviour);
		const [task] = await stage().submit('a');
		const { json, more } = await answer({ operation: 'getStatus', taskId: task?.task_id });
		expect(more).toEqual([]);
		expect(json).toMatchObject({ task_id: task?.task_id, ...told });
	});

	test('say with On Error: Continue that a status is not known for now', async () => {
		const [task] = await stage().submit('a');
		const headers = { 'retry-after': '3600' };
		stage().emulator.addFault({ call: 'status', kind: 'status', status: 429, headers });
		const { json } = await answer(
			{ operation: 'getStatus', taskId: task?.task_id },
			{ onError: 'continueRegularOutput' },
		);
		expect(json).toMatchObject({ status: 'UNKNOWN', last_error: { code: 'RATE_LIMITED' } });
	});

	test('count what a model left blank as left out, but for a text, and what is required', async () => {
		const given = (json: string) => ({ inputMode: 'json', inputsJson: `={{ ${json} }}` });
		const asked = `prompt: $fromAI('Prompt', '', 'string'), image: 'https://example.com/a.png'`;
		const blank = `'Batch Size': '', 'Output Width': null, seed: null, 'Lora Loader': null`;
		const { json } = await answer({ ...given(`{ ${asked}, ${blank} }`), operation: 'runTask' });
		expect(json.from_sample).toEqual(expect.arrayContaining(['Batch Size', 'Output Width']));
		const without = `{ prompt: $fromAI('Prompt', '', 'string'), image: '' }`;
		const tool = await stage().toolOfWebhook({ parameters: given(without) });
		expect(await call(tool, 'a cat')).toContain("'Load Image' needs a link, or");
		expect(await call(tool, '')).toContain("'Prompt' needs text");
		const nothing = `{ prompt: null, seed: $fromAI('Prompt', '', 'string') }`;
		const other = await stage().toolOfWebhook({ parameters: given(nothing) });
		expect(await call(other, 'random')).toContain("Input 'Prompt' has no value: the JSON has null");
		expect(stage().emulator.statistics().charged).toBe(1);
	});

	test('have the user told where the model can fill in nothing', async () => {
		const parameters = { inputMode: 'json', inputsJson: '{ "image": "x" }' };
		const read = await call(await stage().toolOfWebhook({ parameters }), 'a cat');
		expect(read).toContain('Tell the user to let the model fill in the inputs of this tool');
		expect(read).not.toContain('call this tool again');
	});

	test('say that a call would pay again only where it would', async () => {
		stage().emulator.setBehaviour({ durationMs: 3_600_000 });
		const [task] = await stage().submit('a');
		const options = { timeoutSeconds: 5 };
		const wait = { operation: 'waitForTask', taskId: String(task?.task_id), options };
		const waited = await call(await stage().toolOfWebhook({ parameters: wait }), 'a cat');
		expect(waited).toContain('is not finished after 5 s');
		expect(waited).not.toContain('Do not call this tool again');
		const ran = await call(await stage().toolOfWebhook({ parameters: { options } }), 'a cat');
		expect(ran).toContain('Do not call this tool again');
	});
});
