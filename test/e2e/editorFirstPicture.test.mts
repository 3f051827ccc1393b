import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { textToImage } from '../../sandbox/emulator/apis.mts';
import { REPOSITORY } from '../../sandbox/n8n/folders.mts';
import { byTestId } from '../realN8n/editor/browser.mts';
import { credentialDialog } from '../realN8n/editor/credentialDialog.mts';
import { openEditorStage } from '../realN8n/editor/editorStage.mts';
import { loadedImage } from '../realN8n/editor/images.mts';
import { useStage } from '../useStage.mts';

const stage = useStage(
	async () =>
		await openEditorStage([textToImage], { look: { viewport: { width: 1440, height: 900 } } }),
);

/** What README's steps to the first picture print in bold: the names that n8n shows, in their order. */
const boldNames = async (): Promise<string[]> => {
	const readme = await readFile(path.join(REPOSITORY, 'README.md'), 'utf8');
	const [, section = ''] = readme.split('\n## Your first picture\n');
	const steps = section.split('\n').filter((line) => /^[2-9]\. /.test(line));
	return [...steps.join('\n').matchAll(/\*\*(.+?)\*\*/g)].map(([, name = '']) => name);
};

test("in an n8n with nothing in it, README's steps lead to a picture", async () => {
	const { editor } = stage();
	const { page, dialog } = editor;
	const { apiUrl, token, requestExample } = stage().api(textToImage.name);
	const seen: string[] = [];
	const click = async (name: string, place: Locator): Promise<void> => {
		await place.filter({ visible: true }).first().click();
		seen.push(name);
	};
	const named = (name: string): Locator => page.getByText(name, { exact: true });

	await editor.open('/');
	await click('+', byTestId(page, 'universal-add'));
	await click('New workflow', named('New workflow'));
	await page.getByText('Add first step').waitFor();
	await click('Add first step', byTestId(page, 'canvas-add-button').locator('button'));
	await page.keyboard.insertText('InstaSD');
	await editor.picture('searched');
	await named('InstaSD').first().click();
	await click('Generate image or video', named('Generate image or video'));
	await byTestId(dialog, 'node-parameters').waitFor();
	await editor.picture('the new node');
	await click('Connect to InstaSD', named('Connect to InstaSD'));
	const credential = credentialDialog(editor);
	for (const [name, field, text] of [
		['API URL', 'apiUrl', apiUrl],
		['API Token', 'apiToken', token],
		['Sample Request Body', 'requestExample', requestExample],
	] as const) {
		await page.locator('label').filter({ hasText: name }).first().waitFor();
		seen.push(name);
		await credential.paste(field, text);
	}
	await credential.rename('Product photos');
	seen.push('Save');
	expect(await credential.save()).toMatchObject({ works: true });
	await byTestId(page, 'editCredential-modal').waitFor({ state: 'hidden' });
	await editor.picture('saved');

	const field = (label: string): Locator =>
		dialog
			.locator('.parameter-item')
			.filter({ has: page.getByText(label, { exact: true }) })
			.locator('input');
	const prompt = field('Prompt (required)');
	await click('Retry', dialog.getByText('Retry', { exact: true }));
	await prompt.fill('a lighthouse above the clouds');
	await field('Load Image (required)').fill('https://example.com/cat.png');
	await editor.picture('filled in');
	await click('Execute step', byTestId(dialog, 'node-execute-button'));
	const output = byTestId(dialog, 'output-panel');
	await click('Binary', output.getByText('Binary', { exact: true }));
	await click('View', output.getByText('View', { exact: true }));
	const image = byTestId(output, 'ndv-data-container').locator('img');
	await editor.picture('the picture');

	expect((await loadedImage(image)).width).toBeGreaterThan(0);
	expect(stage().sent()).toHaveLength(1);
	expect(await boldNames()).toEqual(seen);
});
