import { randomBytes } from 'node:crypto';
import { activateWorkflow } from '../../../sandbox/n8n/workflows.mts';
import { openEditor, type Editor } from '../../realN8n/editor/browser.mts';
import { loadedImage } from '../../realN8n/editor/images.mts';
import { useOpened } from '../../useOpened.mts';
import { promptOf, type ExampleStage } from './exampleStage.mts';

const name = 'form-to-picture';

/** Promises of examples/form-to-picture.json. */
export function formToPicture(stage: () => ExampleStage): void {
	const browser = useOpened<Editor>(async () => {
		await activateWorkflow(stage().session, stage().example(name).id);
		return await openEditor(stage());
	});

	/** Fills in the form and sends it, as a visitor does. */
	const submit = async (photo: Buffer) => {
		const { page, open } = browser();
		await open('/form/instasd-form');
		await page.getByLabel('Description').fill('a "quoted" fox');
		await page
			.locator('input[type=file]')
			.setInputFiles({ name: 'photo.png', mimeType: 'image/png', buffer: photo });
		await page.getByRole('button', { name: 'Make it' }).click();
		return page;
	};

	it('shows the picture on its last page, made of the description and the photo', async () => {
		const photo = Buffer.concat([pngSignature, randomBytes(200)]);
		const page = await submit(photo);
		await page.getByText('Here is your picture').waitFor();
		await loadedImage(page.locator('img'));
		await browser().picture('last page of the form');
		const [inputs, ...others] = stage().sent();
		expect(others).toEqual([]);
		expect(promptOf(inputs)).toBe('a "quoted" fox');
		const sent = Object.values(inputs ?? {}).find(({ title }) => title === 'Load Image');
		expect(Buffer.from(String(sent?.value), 'base64').equals(photo)).toBe(true);
	});

	it('says on its last page why there is no picture', async () => {
		stage().emulator.setBehaviour({ failWith: 'CUDA out of memory' });
		const page = await submit(pngSignature);
		await page.getByText('There is no picture').waitFor();
		await page.getByText('CUDA out of memory').waitFor();
	});
}

const pngSignature = Buffer.from('89504e470d0a1a0a', 'hex');
