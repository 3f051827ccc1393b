import { randomBytes } from 'node:crypto';
import { activateWorkflow, type WorkflowNode } from '../../../sandbox/n8n/workflows.mts';
import { promptOnly } from '../../realN8n/apis.mts';
import { openEditor, type Editor } from '../../realN8n/editor/browser.mts';
import { loadedImage } from '../../realN8n/editor/images.mts';
import { importExample } from '../../realN8n/importedExamples.mts';
import { useOpened } from '../../useOpened.mts';
import { promptOf, withParameters, type ExampleStage } from './exampleStage.mts';

const name = 'form-to-picture';

/** Promises of examples/form-to-picture.json. */
export function formToPicture(stage: () => ExampleStage): void {
	const browser = useOpened<Editor>(async () => {
		await activateWorkflow(stage().session, stage().example(name).id);
		return await openEditor(stage());
	});

	/** Fills in the form and sends it, as a visitor does. */
	const submit = async (photo: Buffer, path = 'instasd-form') => {
		const { page, open } = browser();
		await open(`/form/${path}`);
		await page.getByLabel('Description').fill('a "quoted" fox');
		await page
			.locator('input[type=file]')
			.setInputFiles({ name: 'photo.png', mimeType: 'image/png', buffer: photo });
		await page.getByRole('button', { name: 'Make it' }).click();
		return page;
	};

	it('shows the picture on its last page, also when that is loaded again, made of the description and the photo', async () => {
		const photo = Buffer.concat([pngSignature, randomBytes(200)]);
		const page = await submit(photo);
		await page.getByText('Here is your picture').waitFor();
		await loadedImage(page.locator('img'));
		await browser().picture('last page of the form');
		await page.reload({ waitUntil: 'commit' });
		await loadedImage(page.locator('img'));
		const [inputs, ...others] = stage().sent();
		expect(others).toEqual([]);
		expect(promptOf(inputs)).toBe('a "quoted" fox');
		const sent = Object.values(inputs ?? {}).find(({ title }) => title === 'Load Image');
		expect(Buffer.from(String(sent?.value), 'base64').equals(photo)).toBe(true);
	});

	it.each([
		[
			'the service fails',
			{ failWith: 'CUDA out of memory' },
			pngSignature,
			'try another description',
		],
		[
			'the photo is too large',
			{},
			Buffer.concat([pngSignature, randomBytes(8_000_000)]),
			'too large',
		],
	])('has a sentence for the visitor when %s', async (_, behaviour, photo, sentence) => {
		stage().emulator.setBehaviour(behaviour);
		const page = await submit(photo);
		await page.getByText('Your image could not be made').waitFor();
		await page.getByText(sentence).waitFor();
		const text = await page.locator('body').innerText();
		expect(text).not.toMatch(/CUDA|bytes|[0-9a-f]{8}-|\d{6,}/);
	});

	it('makes a picture of the description alone where the API has no image', async () => {
		const { api, credentialFor, emulator, session } = stage();
		const credential = await credentialFor(api(promptOnly.name));
		const { id } = await importExample(stage(), name, credential, (node) =>
			withPath(node, 'instasd-form', 'form-of-another-api'),
		);
		await activateWorkflow(session, id);
		const page = await submit(pngSignature, 'form-of-another-api');
		await page.getByText('Here is your picture').waitFor();
		expect(emulator.statistics().charged).toBe(1);
		expect(stage().sent().map(promptOf)).toEqual(['a "quoted" fox']);
	});
}

/** The form at another address: n8n lets no two workflows share one. */
function withPath(node: WorkflowNode, path: string, other: string): WorkflowNode {
	return node.type === 'n8n-nodes-base.formTrigger' ? withParameters(node, path, other) : node;
}

const pngSignature = Buffer.from('89504e470d0a1a0a', 'hex');
