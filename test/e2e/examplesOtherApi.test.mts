import { ownApis, productPicture } from '../../sandbox/emulator/apis.mts';
import { saveCredential } from '../../sandbox/n8n/credentials.mts';
import { isInstaSd } from '../../sandbox/n8n/examples.mts';
import { emulatorCredentials } from '../../sandbox/n8n/service.mts';
import {
	activateWorkflow,
	readWorkflow,
	type SavedWorkflow,
} from '../../sandbox/n8n/workflows.mts';
import { openEditorStage } from '../realN8n/editor/editorStage.mts';
import { openNode, type NodePanel } from '../realN8n/editor/nodePanel.mts';
import { importedExamples } from '../realN8n/importedExamples.mts';
import { photo } from '../realN8n/uploads.mts';
import { useStage } from '../useStage.mts';
import { play } from './examples/exampleStage.mts';
import { longJobPrompts } from './examples/longJob.mts';

/** The examples as somebody has them whose API has other ids and titles. */
const stage = useStage(async () => {
	const opened = await openEditorStage(ownApis);
	return Object.assign(opened, { examples: await importedExamples(opened) });
});

const credential = `InstaSD sandbox: ${productPicture.name}`;
const [prompt = '', image = '', seed = ''] = Object.keys(productPicture.inputs);
const reference = 'https://example.com/reference.png';

/** Chooses the other credential in each InstaSD node, and does nothing else there but what is said. */
async function chooseCredential(
	name: string,
	alsoDo: (panel: NodePanel) => Promise<void> = async () => undefined,
): Promise<SavedWorkflow> {
	const workflow = stage().examples.get(name);
	if (workflow === undefined) throw new Error(`examples/${name}.json was not imported`);
	for (const node of workflow.nodes.filter(isInstaSd)) {
		const panel = await openNode(stage().editor, workflow.id, node.name);
		await panel.chooseCredential(credential);
		await panel.stored((_, { credentials }) =>
			expect(credentials?.instaSdApi?.name).toBe(credential),
		);
		await alsoDo(panel);
	}
	const saved = await readWorkflow(stage().session, workflow.id);
	if (saved === undefined) throw new Error(`${name} was not saved`);
	return saved;
}

it('long-job makes the picture of each row, from its prompt and image', async () => {
	const execution = await play(stage(), await chooseCredential('long-job'), { parked: true });
	expect(execution.status).toBe('waiting');
	const expected = Object.values(longJobPrompts).map((text) => ({
		[prompt]: text,
		[image]: reference,
	}));
	expect(stage().sentValues()).toMatchObject(expected);
	expect(
		new Set(
			stage()
				.sentValues()
				.map((values) => values[seed]),
		).size,
	).toBe(3);
});

it('image-to-video hands the picture of one API to the next', async () => {
	const execution = await play(stage(), await chooseCredential('image-to-video'));
	expect(execution.result.error).toBeUndefined();
	const sent = stage().sentValues();
	expect(sent.map((values) => values[prompt])).toEqual([
		...['Green hills at sunrise', 'A calm sea at night'],
		...['The camera glides over the hills', 'The waves roll towards the beach'],
	]);
	const png = Buffer.from('\x89PNG', 'latin1').toString('base64').slice(0, 5);
	expect(sent.map((values) => values[image])).toEqual([
		...[reference, reference],
		...[expect.stringContaining(png), expect.stringContaining(png)],
	]);
	expect(new Set(sent.map((values) => values[seed])).size).toBe(4);
});

it('form-to-picture sends the description and the photo of its visitor', async () => {
	const { id } = await chooseCredential('form-to-picture');
	await activateWorkflow(stage().session, id);
	const { page, open } = stage().editor;
	await open('/form/instasd-form');
	await page.getByLabel('Description').fill('a mug');
	await page
		.locator('input[type=file]')
		.setInputFiles({ name: 'photo.png', mimeType: 'image/png', buffer: photo });
	await page.getByRole('button', { name: 'Make it' }).click();
	await page.getByText('Here is your picture').waitFor();
	expect(stage().sentValues()).toMatchObject([
		{ [prompt]: 'a mug', [image]: photo.toString('base64') },
	]);
});

it('text-to-image is a form to type into, once its inputs are those of the API', async () => {
	const workflow = await chooseCredential('text-to-image', async (panel) => {
		await panel.refresh();
		await panel.stored(({ schema }) => expect(schema).toHaveLength(4));
		await panel.fill(prompt, 'a mug');
		await panel.stored(({ value }) => expect(value?.[prompt]).toBe('a mug'));
	});
	expect((await play(stage(), workflow)).status).toBe('success');
	expect(stage().sentValues()).toMatchObject([{ [prompt]: 'a mug' }]);
});

it('an API that gets a second prompt is told which two there are, and nothing is paid for', async () => {
	const name = 'Make the picture';
	const { id, nodes } = await chooseCredential('image-to-video');
	const given = emulatorCredentials(stage().emulator.apis).find((one) => one.name === credential);
	const saved = nodes.find((node) => node.name === name)?.credentials?.instaSdApi;
	if (given === undefined || !saved?.id) throw new Error('There is no such credential');
	const style = { title: 'Style Prompt', value: 'oil on canvas' };
	const inputs = { ...productPicture.inputs, f1a9d2c4b6e80357: style };
	const data = { ...given.data, requestExample: JSON.stringify({ inputs }) };
	await saveCredential(stage().session, { ...given, data }, saved.id);
	const panel = await openNode(stage().editor, id, name);
	const { result } = await panel.execute();
	await stage().editor.picture('a second prompt');
	const words = "'prompt' can mean 2 inputs: 'Positive Prompt', 'Style Prompt'";
	expect(result.error?.message).toContain(words);
	expect(await panel.output()).toContain('Use the name or the ID of the one you mean');
	expect(stage().sent()).toEqual([]);
});
