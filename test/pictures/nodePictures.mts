import { byTestId } from '../realN8n/editor/browser.mts';
import { loadedImage } from '../realN8n/editor/images.mts';
import { outputPanel } from '../realN8n/editor/outputPanel.mts';
import { entries, fillIn, idOf } from './articleForm.mts';
import { partsOfPanel, type PictureMaker, type Studio } from './studio.mts';

const seed = 'InstaSD API Input - Seed';

/** The form of the article's ten inputs, filled in. */
export const form: PictureMaker = {
	file: 'form.png',
	make: async (studio) => {
		const panel = await studio.openForm();
		await fillIn(panel, entries);
		const parts = { parameters: true, output: false, height: 1092 };
		return await studio.shoot(await partsOfPanel(studio.editor, parts));
	},
};

/** The form on the left, the picture it makes on the right. */
export const hero: PictureMaker = {
	file: 'hero.png',
	make: async (studio) => {
		const panel = await studio.openForm();
		await fillIn(panel, { ...entries, 'Output Height': '640', [seed]: '12' });
		await panel.execute();
		return await withPicture(studio, 552);
	},
};

/** An expression on the left, the picture it makes on the right. */
export const output: PictureMaker = {
	file: 'output.png',
	make: async (studio) => {
		const panel = await studio.openForm({ topic: 'blue mountains in the morning' });
		await fillIn(panel, { ...entries, [seed]: '3' });
		await panel.express(idOf('Prompt'), 'A picture of {{ $json.topic }}');
		await panel.stored(({ value }) => {
			if (!String(value?.[idOf('Prompt')]).startsWith('=')) throw new Error('Not saved yet');
		});
		await panel.execute();
		return await withPicture(studio, 505);
	},
};

/** What a failed task looks like. */
export const error: PictureMaker = {
	file: 'error.png',
	make: async (studio) => {
		const { emulator } = studio;
		emulator.setBehaviour({ failWith: 'CUDA out of memory' });
		try {
			const panel = await studio.openForm();
			await fillIn(panel, entries);
			await panel.execute();
			await outputPanel(studio.editor).error();
			const parts = { parameters: true, output: true, height: 348 };
			return await studio.shoot(await partsOfPanel(studio.editor, parts));
		} finally {
			emulator.reset();
		}
	},
};

async function withPicture(studio: Studio, height: number): Promise<Buffer> {
	const output = outputPanel(studio.editor);
	await output.files();
	await loadedImage(await output.viewImage(0));
	await byTestId(studio.editor.dialog, 'node-parameters').evaluate((part) => part.scrollTo(0, 0));
	const parts = { parameters: true, output: true, height };
	return await studio.shoot(await partsOfPanel(studio.editor, parts));
}
