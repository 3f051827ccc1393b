import { ownApis, type ApiDefinition } from '../../sandbox/emulator/apis.mts';
import { saveCredential } from '../../sandbox/n8n/session.mts';
import { isInstaSd } from '../../sandbox/n8n/examples.mts';
import { emulatorCredentials } from '../../sandbox/n8n/service.mts';
import {
	activateWorkflow,
	readWorkflow,
	type SavedWorkflow,
} from '../../sandbox/n8n/workflows.mts';
import { openEditorStage } from '../realN8n/editor/editorStage.mts';
import { openNode } from '../realN8n/editor/nodePanel.mts';
import { importedExamples } from '../realN8n/importedExamples.mts';
import { photo } from '../realN8n/uploads.mts';
import { useStage } from '../useStage.mts';
import { play } from './examples/exampleStage.mts';
import { longJobPrompts } from './examples/longJob.mts';

/** An API that the examples do not know: no id and no title is one of the emulator's. */
const theirs: ApiDefinition = {
	name: 'theirs',
	inputs: {
		'3b90e5d7a1c6f428': { title: 'Scene Prompt', value: 'A mug on a table' },
		a7d41c08e96b25f3: { title: 'Photo', value: 'https://example.com/mug.png' },
		'58fe2b6d9047ca31': { title: 'Random Seed', value: 11 },
		e6092a7f4d1b83c5: { title: 'Longest side', value: 1024 },
	},
};

const stage = useStage(async () => {
	const opened = await openEditorStage([...ownApis, theirs]);
	return Object.assign(opened, { examples: await importedExamples(opened) });
});

const credential = `InstaSD sandbox: ${theirs.name}`;
const [prompt = '', image = '', seed = ''] = Object.keys(theirs.inputs);
/** What the examples leave as it is in the credential's sample. */
const sample = theirs.inputs[image]?.value;

/** Chooses the other credential in each InstaSD node, and does nothing else. */
async function chooseCredential(name: string): Promise<SavedWorkflow> {
	const workflow = stage().examples.get(name);
	if (workflow === undefined) throw new Error(`examples/${name}.json was not imported`);
	for (const node of workflow.nodes.filter(isInstaSd)) {
		const panel = await openNode(stage().editor, workflow.id, node.name);
		await panel.chooseCredential(credential);
		await panel.stored((_, { credentials }) =>
			expect(credentials?.instaSdApi?.name).toBe(credential),
		);
	}
	const saved = await readWorkflow(stage().session, workflow.id);
	if (saved === undefined) throw new Error(`${name} was not saved`);
	return saved;
}

it('long-job makes the picture of each row, from its prompt', async () => {
	const execution = await play(stage(), await chooseCredential('long-job'), { parked: true });
	expect(execution.status).toBe('waiting');
	const expected = longJobPrompts.map((text) => ({
		[prompt]: text,
		[image]: sample,
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
		...[sample, sample],
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

it('an API that gets a second prompt is told which two there are, and nothing is paid for', async () => {
	const name = 'Make the picture';
	const { id, nodes } = await chooseCredential('image-to-video');
	const given = emulatorCredentials(stage().emulator.apis).find((one) => one.name === credential);
	const saved = nodes.find((node) => node.name === name)?.credentials?.instaSdApi;
	if (given === undefined || !saved?.id) throw new Error('There is no such credential');
	const style = { title: 'Style Prompt', value: 'oil on canvas' };
	const inputs = { ...theirs.inputs, f1a9d2c4b6e80357: style };
	const data = { ...given.data, requestExample: JSON.stringify({ inputs }) };
	await saveCredential(stage().session, { ...given, data }, saved.id);
	const panel = await openNode(stage().editor, id, name);
	const { result } = await panel.execute();
	await stage().editor.picture('a second prompt');
	const words = "'prompt' can mean 2 inputs: 'Scene Prompt', 'Style Prompt'";
	expect(result.error?.message).toContain(words);
	expect(await panel.output()).toContain('Use the name or the ID of the one you mean');
	expect(stage().sent()).toEqual([]);
});
