import type { INodeParameters } from 'n8n-workflow';
import { formOf } from '../../nodes/InstaSd/credential/form.ts';
import { productPicture } from '../../sandbox/emulator/apis.mts';
import { everyKind, ids as kinds } from '../realN8n/apis.mts';
import { useStage } from '../useStage.mts';
import { useNodeTime } from './nodeTime.mts';
import { itemsOf, openStage, type StageOptions } from './stage.mts';
import { chainOf, nodeName, textToImage } from './workflows.mts';

const time = useNodeTime();
const behaviour = { durationMs: 5, images: 1 };

const automatic: INodeParameters = { inputs: { mappingMode: 'autoMapInputData' } };
/** A form as programs write it. */
const writtenForm = (value: INodeParameters | string): INodeParameters => ({
	inputs: { mappingMode: 'defineBelow', value },
});
const json = (text: string): INodeParameters => ({ inputMode: 'json', inputsJson: text });

/** The example with just these parameters of its node. */
function workflowOf(parameters: INodeParameters) {
	const operation = { resource: 'task', operation: 'runTask' };
	const nodes = textToImage.nodes.map((node) =>
		node.name === nodeName ? { ...node, parameters: { ...operation, ...parameters } } : node,
	);
	return { ...textToImage, nodes };
}

describe('a workflow written without knowing the ids and titles of the API', () => {
	const [prompt, image, seed, width] = Object.keys(productPicture.inputs);
	const stage = useStage(() => openStage({ time, behaviour, apis: [productPicture] }));

	/** Runs a node with just these parameters on an item with a photo. */
	const run = async (parameters: INodeParameters, options: StageOptions = {}) => {
		const workflow = workflowOf(parameters);
		const photo = { data: Buffer.from('a photo').toString('base64'), mimeType: 'image/png' };
		const item = { json: { prompt: 'a mug', image: 'photo' }, binary: { photo } };
		return await stage().run({}, { workflow, items: [item], ...options });
	};

	test.each([
		['automatic mapping', automatic],
		['a form without a schema', writtenForm({ prompt: '={{ $json.prompt }}', image: 'photo' })],
		[
			'an expression for the whole form',
			writtenForm('={{ ({ prompt: $json.prompt, image: "photo" }) }}'),
		],
		['JSON', json('={{ ({ prompt: $json.prompt, image: "photo" }) }}')],
	])('sets prompt and image by their roles in %s', async (_way, parameters) => {
		const { error } = await run(parameters);
		expect(error).toBeUndefined();
		const [task] = stage().emulator.statistics().perTask;
		expect(stage().emulator.task(String(task?.id))?.inputs).toMatchObject({
			[String(prompt)]: { title: 'Positive Prompt', value: 'a mug' },
			[String(image)]: { value: Buffer.from('a photo').toString('base64') },
			[String(seed)]: { value: expect.any(Number) },
			[String(width)]: { value: 1024 },
		});
		expect(stage().emulator.statistics().charged).toBe(1);
	});

	test.each(['{ prompt: $json.prompt }', '{ prompt: $json.prompt, seed: "random" }'])(
		'pays for nothing where the prompt of %s is undefined',
		async (object) => {
			const { error } = await run(json(`={{ ${object} }}`), { items: itemsOf({ promt: 'a mug' }) });
			expect(error?.message).toContain("Input 'Positive Prompt' has no value");
			expect(stage().emulator.statistics().charged).toBe(0);
		},
	);

	test('gets a list of the API’s inputs when its form does not fit', async () => {
		const { error } = await run(writtenForm({ '7b7fae99f81ef925': 'a mug', Widht: 512 }));
		expect(error?.message.split('\n').slice(1, 3)).toEqual([
			"1. The API has no input '7b7fae99f81ef925'",
			"2. The API has no input 'Widht'",
		]);
		expect(error?.description?.split('\n')).toEqual(
			expect.arrayContaining([
				"- prompt ('Positive Prompt'): text, required, such as 'A bottle of perfume on wet stones, stud…",
				"- image ('Product Photo'): a link, or the name of one of the item's files, such as 'https://example.com/bottle.png'",
				"- seed ('Noise Seed'): a whole number, or 'random' for a new one with every task",
				"- 'Width': a number, such as 1024",
			]),
		);
		expect(stage().emulator.statistics().charged).toBe(0);
	});

	test('shows each problem on a line of its own in the editor', async () => {
		const { error } = await run(writtenForm({ '<b>': 1, Width: 'wide' }));
		expect(error?.context).toMatchObject({
			messageTemplate: '3 values are wrong',
			descriptionTemplate: expect.stringMatching(
				/^1\. The API has no input &#39;&#60;b&#62;&#39;<br>2\. &#39;Positive Prompt&#39; needs text[^[]*<br>3\. Input [^[]*<br>Nothing was sent\.<br>/,
			),
		});
	});
});

describe('two InstaSD nodes in a row', () => {
	const stage = useStage(() => openStage({ time, behaviour, apis: [everyKind] }));

	test('draw a seed for each of their tasks, although each item has the seed of the task before', async () => {
		const parameters = { ...automatic, operation: 'runAndWait' };
		const workflow = chainOf({ name: 'First', parameters }, { name: 'Second', parameters });
		const items = itemsOf({ prompt: 'a cat' }, { prompt: 'a dog' }, { prompt: 'a fox' });
		const run = await stage().run({}, { workflow, items });
		expect(run.error).toBeUndefined();
		const seeds = run.output('First').map(({ json: { seed } }) => seed);
		expect(seeds).toEqual([expect.any(Number), expect.any(Number), expect.any(Number)]);
		const { perTask } = stage().emulator.statistics();
		const sent = perTask.map(({ id }) => stage().emulator.task(id)?.inputs?.[kinds.seed]?.value);
		expect(sent).toHaveLength(6);
		expect(new Set(sent).size).toBe(6);
	});
});

describe('an API whose prompt cannot be recognized', () => {
	const prompt = 'aaaaaaaaaaaaaa01';
	const inputs = {
		[prompt]: { title: 'Description', value: 'A bottle of perfume' },
		aaaaaaaaaaaaaa02: { title: 'Picture', value: 'https://example.com/bottle.png' },
	};
	const stage = useStage(() => openStage({ time, behaviour, apis: [{ name: 'odd', inputs }] }));
	const run = async (json: Record<string, string>) =>
		await stage().run({ ...automatic, operation: 'runTask' }, { items: itemsOf(json) });

	test("refuses an item's prompt rather than pay for that of the example", async () => {
		const { error } = await run({ prompt: 'a mug' });
		expect(error?.message).toContain("The API has no input 'prompt'");
		expect(error?.description).toContain('with the title or ID of the input');
		expect(error?.description).toContain('Description');
		expect(stage().emulator.statistics().charged).toBe(0);
	});

	test('takes the field with the title of its input', async () => {
		const { error } = await run({ prompt: 'a mug', Description: 'a cup', other: 'x' });
		expect(error).toBeUndefined();
		const [task] = stage().emulator.statistics().perTask;
		expect(stage().emulator.task(String(task?.id))?.inputs?.[prompt]?.value).toBe('a cup');
	});
});

describe('an API in Chinese', () => {
	const inputs = {
		aaaaaaaaaaaaaa01: { title: '提示词', value: '一只坐在椅子上的猫' },
		aaaaaaaaaaaaaa02: { title: '反向提示词', value: '模糊, 低质量' },
		aaaaaaaaaaaaaa03: { title: '宽度', value: 1024 },
		aaaaaaaaaaaaaa04: { title: '高度', value: 768 },
		aaaaaaaaaaaaaa05: { title: '种子', value: 42 },
		aaaaaaaaaaaaaa06: { title: '参考图', value: 'https://example.com/cat.png' },
	};
	const [prompt = '', , width = '', , seed = ''] = Object.keys(inputs);
	const stage = useStage(() => openStage({ time, behaviour, apis: [{ name: '文生图', inputs }] }));

	/** The credential with a curl command as its only paste, and the form as n8n stores it before anybody types. */
	function pasted() {
		const { apiUrl, token } = stage().emulator;
		const curl = `curl '${apiUrl}/run_task' -H 'Authorization: Bearer ${token}' -d '${JSON.stringify({ inputs })}'`;
		const credential = { setup: 'postman', postmanCollectionWithToken: curl };
		const { fields } = formOf(credential);
		const value = Object.fromEntries(
			fields.flatMap((field) =>
				field.defaultValue == null ? [] : [[field.id, field.defaultValue]],
			),
		);
		return { credential, fields, value };
	}
	const run = async (
		{ credential, fields, value }: ReturnType<typeof pasted>,
		typed: Record<string, string>,
	) => {
		const form = { mappingMode: 'defineBelow', value: { ...value, ...typed }, schema: fields };
		const workflow = workflowOf({ inputs: JSON.parse(JSON.stringify(form)) });
		return await stage().run({}, { workflow, credential });
	};
	const sent = () =>
		stage()
			.emulator.statistics()
			.perTask.map(({ id }) => stage().emulator.task(id)?.inputs);

	test('goes from one paste to a task: its prompt is asked for, its seed drawn, its titles shown as they are', async () => {
		const form = pasted();
		expect(form.fields.map(({ displayName }) => displayName)).toEqual([
			...['提示词 (required)', '反向提示词', '宽度', '高度', '种子'],
			'参考图',
		]);
		const { error } = await run(form, {});
		expect(error?.message).toContain("'提示词' needs text, such as '一只坐在椅子上的猫'");
		expect(stage().emulator.statistics().charged).toBe(0);
		expect((await run(form, { [prompt]: '一只狗' })).error).toBeUndefined();
		expect((await run(form, { [prompt]: '一只狗' })).error).toBeUndefined();
		expect(stage().emulator.statistics().charged).toBe(2);
		expect(sent()[0]).toMatchObject({
			...inputs,
			[prompt]: { title: '提示词', value: '一只狗' },
			[seed]: { title: '种子', value: expect.any(Number) },
		});
		expect(sent()[1]?.[seed]).not.toEqual(sent()[0]?.[seed]);
	});

	test('takes roles, and the names that it had when its form numbered all titles', async () => {
		const text = JSON.stringify({ prompt: '一只狗', '宽度 1': 512, seed: 7 });
		const { error } = await stage().run(json(text), { credential: pasted().credential });
		expect(error).toBeUndefined();
		expect(sent()).toEqual([
			{
				...inputs,
				[prompt]: { title: '提示词', value: '一只狗' },
				[width]: { title: '宽度', value: 512 },
				[seed]: { title: '种子', value: 7 },
			},
		]);
	});
});
