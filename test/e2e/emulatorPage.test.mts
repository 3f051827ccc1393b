import type { Page } from 'playwright-core';
import { ownApis, productPicture, type ApiDefinition } from '../../sandbox/emulator/apis.mts';
import { byTestId } from '../realN8n/editor/browser.mts';
import { newCredentialInPanel } from '../realN8n/editor/credentialDialog.mts';
import { openEditorStage } from '../realN8n/editor/editorStage.mts';
import { loadedImage } from '../realN8n/editor/images.mts';
import { addNode } from '../realN8n/editor/nodePanel.mts';
import { outputPanel } from '../realN8n/editor/outputPanel.mts';
import { importedExamples } from '../realN8n/importedExamples.mts';
import { useStage } from '../useStage.mts';

const hostile: ApiDefinition = {
	name: '<img src=x onerror="document.title=1">',
	inputs: { a: { title: '</pre><script>document.title=2</script>', value: '&lt;"\'`' } },
};
const stage = useStage(() => openEditorStage([hostile, ...ownApis]));

/** Opens the emulator's page beside the editor. */
const openPage = async (viewport = { width: 1280, height: 900 }): Promise<Page> => {
	const context = stage().editor.page.context();
	await context.grantPermissions(['clipboard-read', 'clipboard-write']);
	const page = await context.newPage();
	await page.setViewportSize(viewport);
	await page.goto(stage().emulator.pageUrl);
	await page.getByRole('radio', { name: 'All is well' }).first().waitFor();
	return page;
};

const [prompt = ''] = Object.keys(productPicture.inputs);

test('what is copied from the page gives the credential, then the image, and a fault is seen in n8n', async () => {
	const { editor, emulator } = stage();
	await importedExamples(stage());
	const page = await openPage();
	const panel = await addNode(editor);
	// A new node opens with the credential of an API that makes images.
	const chosen = byTestId(editor.dialog, 'node-credentials-select').locator('input');
	expect(await chosen.inputValue()).toBe(`InstaSD sandbox: ${productPicture.name}`);
	const dialog = await newCredentialInPanel(editor);
	await page.bringToFront();
	await page.getByText(productPicture.name, { exact: true }).click();
	for (const [part, field] of [
		['API URL', 'apiUrl'],
		['API Token', 'apiToken'],
		['Sample Request Body', 'requestExample'],
	] as const) {
		await page.bringToFront();
		await page.getByRole('button', { name: `Copy ${part} of ${productPicture.name}` }).click();
		await page.getByText(`${part} of ${productPicture.name} copied`).waitFor();
		await editor.page.bringToFront();
		await dialog.paste(field);
	}
	await dialog.rename('Product photos');
	expect(await dialog.save()).toMatchObject({ works: true });
	await dialog.close();
	expect(await chosen.inputValue()).toBe('Product photos');
	await panel.fill(prompt, 'a lighthouse above the clouds');
	expect((await panel.execute()).status).toBe('success');
	const output = outputPanel(editor);
	await output.files();
	expect((await loadedImage(await output.viewImage(0))).width).toBeGreaterThan(0);
	expect(stage().sentValues()).toMatchObject([{ [prompt]: 'a lighthouse above the clouds' }]);
	await editor.picture('the image');

	await page.bringToFront();
	await page.getByRole('radio', { name: 'The task fails' }).check();
	await page.getByText('From now on: The task fails').waitFor();
	await page.reload();
	expect(await page.getByRole('radio', { name: 'The task fails' }).isChecked()).toBe(true);
	await editor.page.bringToFront();
	expect((await panel.execute()).status).toBe('error');
	expect((await output.error()).message).toContain('CUDA out of memory');
	await editor.picture('the fault');
	await page.getByText('Tasks charged so far: 2').waitFor();
	expect(emulator.statistics().leaked).toBe(0);
	await page.close();
});

test.each([
	['a desktop', { width: 1280, height: 900 }],
	['a phone', { width: 390, height: 844 }],
])('the page fits %s, and shows names as they are written', async (_screen, viewport) => {
	const page = await openPage(viewport);
	expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width);
	await page.getByText(hostile.name, { exact: true }).waitFor();
	const sample = page.getByRole('group', { name: `Sample Request Body of ${hostile.name}` });
	expect(await sample.textContent()).toBe(stage().api(hostile.name).requestExample);
	expect(await page.title()).toBe('API Instructions · InstaSD emulator');
	await stage().editor.picture(`${viewport.width} pixels`, page);
	await page.close();
});
