import { everyKind } from '../realN8n/apis.mts';
import { byTestId } from '../realN8n/editor/browser.mts';
import { newCredential } from '../realN8n/editor/credentialDialog.mts';
import { openEditorStage } from '../realN8n/editor/editorStage.mts';
import { panelOf } from '../realN8n/editor/nodePanel.mts';
import { eventually } from '../realN8n/eventually.mts';
import { manually, saveNodes } from '../realN8n/nodes.mts';
import { useStage } from '../useStage.mts';
import { postmanCollectionOf } from './postmanCollection.mts';

const titles = ['Prompt', 'Width', 'Strength (0-1)', 'Upscale'];

const stage = useStage(() => openEditorStage([everyKind]));

/** Adds the node to a new workflow; n8n gives it the credential that was made last. */
const addNode = async () => {
	const { editor } = stage();
	const workflow = await saveNodes(stage(), [manually]);
	await editor.open(`/workflow/${workflow}`);
	await byTestId(editor.page, 'canvas-handle-plus').click();
	await byTestId(editor.page, 'node-creator-search-bar').fill('InstaSD');
	await byTestId(editor.page, 'node-creator-item-name').filter({ hasText: 'InstaSD' }).click();
	await editor.picture('actions');
	await editor.page.getByText('Generate an image or video', { exact: true }).click();
	await byTestId(editor.dialog, 'node-parameters').waitFor();
	return panelOf(editor, workflow, 'Generate an image or video');
};

describe('a credential', () => {
	it('made by pasting URL, token and sample works at once, and gives the node its form', async () => {
		const { apiUrl, token, requestExample } = stage().api(everyKind.name);
		const dialog = await newCredential(stage().editor);
		await stage().editor.picture('new credential');
		await dialog.paste('apiUrl', ` ${apiUrl}/run_task `);
		await dialog.paste('apiToken', `Bearer ${token}`);
		await dialog.paste('requestExample', requestExample);
		const { works } = await dialog.save();
		await stage().editor.picture('credential works');
		expect(works).toBe(true);
		await dialog.close();

		const panel = await addNode();
		expect(await panel.labels()).toEqual(expect.arrayContaining(titles));
		await stage().editor.picture('node with its form');
		const { status } = await panel.execute();
		expect(status).toBe('success');
		expect(stage().sent()).toHaveLength(1);
	});

	it('made by pasting the Postman collection works at once, and gives the node its form', async () => {
		const dialog = await newCredential(stage().editor);
		await dialog.setUpWith('Paste Postman Collection');
		await dialog.paste(
			'postmanCollectionWithToken',
			postmanCollectionOf(stage().api(everyKind.name)),
		);
		const { works } = await dialog.save();
		await stage().editor.picture('Postman works');
		expect(works).toBe(true);
		await dialog.close();

		const panel = await addNode();
		expect(await panel.labels()).toEqual(expect.arrayContaining(titles));
		await panel.execute();
		expect(stage().sent()).toHaveLength(1);
	});

	it('whose service cannot be reached is told so, and works once it can', async () => {
		const { apiUrl, token } = stage().api(everyKind.name);
		const dialog = await newCredential(stage().editor);
		await dialog.paste('apiUrl', apiUrl);
		await dialog.paste('apiToken', token);
		await stage().emulator.stopListening();
		try {
			const { works, message } = await dialog.save();
			await stage().editor.picture('unreachable');
			expect(works).toBe(false);
			expect(message).toMatch(/ECONNREFUSED|refused/i);
		} finally {
			await stage().emulator.listenAgain();
		}
		await stage().editor.dialog.getByRole('button', { name: 'Retry' }).click();
		await eventually(async () =>
			expect(
				await byTestId(stage().editor.dialog, 'credentials-config-container-test-success').count(),
			).toBe(1),
		);
	});
});
