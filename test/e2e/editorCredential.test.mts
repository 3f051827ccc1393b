import { postmanCollectionOf } from '../../sandbox/emulator/page.mts';
import { everyKind } from '../realN8n/apis.mts';
import { byTestId } from '../realN8n/editor/browser.mts';
import { newCredential } from '../realN8n/editor/credentialDialog.mts';
import { openEditorStage } from '../realN8n/editor/editorStage.mts';
import { addNode } from '../realN8n/editor/nodePanel.mts';
import { eventually } from '../realN8n/eventually.mts';
import { useStage } from '../useStage.mts';

const titles = ['Prompt', 'Width', 'Strength (0-1)', 'Upscale'];

const stage = useStage(() => openEditorStage([everyKind]));

describe('a credential', () => {
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

		const panel = await addNode(stage().editor);
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
