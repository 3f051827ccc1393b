import {
	imageToVideo,
	productPicture,
	textToImage,
	type ApiDefinition,
} from '../../sandbox/emulator/apis.mts';
import { openEditorStage } from '../realN8n/editor/editorStage.mts';
import { openNode } from '../realN8n/editor/nodePanel.mts';
import { formWorkflow } from '../realN8n/formWorkflow.mts';
import { nodeName } from '../realN8n/nodes.mts';
import { useStage } from '../useStage.mts';

/** The form as someone sees it who has just chosen a credential, on a screen as laptops have it. */
const viewport = { width: 1440, height: 900 };
const house = 'Picture of the person that stands in front of the house';
const longTitles: ApiDefinition = {
	name: 'long titles',
	inputs: {
		d100000000000001: { title: house, value: 'https://example.com/a.png' },
		d200000000000002: { title: house, value: 'https://example.com/b.png' },
		d300000000000003: { title: `Text of the ${house}`, value: 'house' },
	},
};
const stage = useStage(
	async () =>
		await openEditorStage([textToImage, imageToVideo, productPicture, longTitles], {
			look: { viewport },
		}),
);

const [prompt, image] = ['7b7fae99f81ef925', '8428ca86f40f597d'];
const picture = 'https://example.com/mine.png';

const openForm = async (api: string, item: object = {}) => {
	const credential = await stage().credentialFor(stage().api(api));
	const workflow = await formWorkflow(stage(), credential, { item });
	return await openNode(stage().editor, workflow, nodeName);
};

describe('the labels of a new form', () => {
	it.each([
		[textToImage, ['Prompt (required)', 'Seed', 'Load Image (required)', 'Lora Loader']],
		[imageToVideo, ['Load Image 1', 'Load Image 2']],
		[productPicture, ['Product Photo', 'Noise Seed']],
	])('are seen whole: $name', async ({ name }, some) => {
		const panel = await openForm(name);
		const labels = await panel.labels();
		expect(labels).toEqual(expect.arrayContaining(some));
		await stage().editor.picture(`labels, ${name}`);
		expect(await panel.cutOffLabels()).toEqual([]);
	});
});

test('of labels with long titles the numbers are seen', async () => {
	const panel = await openForm(longTitles.name);
	const labels = await panel.labels();
	expect(labels.slice(0, 2)).toEqual([
		'Picture of the person that… 1',
		'Picture of the person that… 2',
	]);
	await stage().editor.picture('labels, long titles');
	expect(await panel.cutOffLabels()).toEqual([`Text of the ${house}`]);
});

describe('a prompt', () => {
	it('is empty, and asked for by name with the text of the example, before anything is paid for', async () => {
		const panel = await openForm(textToImage.name);
		await panel.labels();
		expect(await panel.shown(prompt)).toBe('');
		const { result } = await panel.execute();
		await stage().editor.picture('prompt missing');
		for (const text of [result.error?.message, (await panel.output()).replaceAll(/\s+/g, ' ')]) {
			expect(text).toContain("'Prompt' needs text");
			expect(text).toContain('Woman sitting on a chair');
			expect(text).toContain("'Load Image' needs a link");
		}
		expect(stage().sent()).toEqual([]);
	});

	it('that is dragged onto its field is the whole value', async () => {
		const panel = await openForm(textToImage.name, { idea: 'a fox in the snow' });
		await panel.fill(image, picture);
		await panel.execute();
		await panel.drag('idea', prompt);
		await stage().editor.picture('prompt dragged');
		await panel.stored(({ value }) => expect(value?.[prompt]).toBe('={{ $json.idea }}'));
		const { status } = await panel.execute();
		expect(status).toBe('success');
		expect(stage().sentValues()).toMatchObject([{ [prompt]: 'a fox in the snow' }]);
	});
});
