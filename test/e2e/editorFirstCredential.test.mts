import { everyKind } from '../realN8n/apis.mts';
import { byTestId } from '../realN8n/editor/browser.mts';
import { credentialDialog, newCredentialInPanel } from '../realN8n/editor/credentialDialog.mts';
import { openEditorStage } from '../realN8n/editor/editorStage.mts';
import { openNode } from '../realN8n/editor/nodePanel.mts';
import { removeCredentials } from '../../sandbox/n8n/session.mts';
import { NODE_TYPE } from '../../sandbox/n8n/examples.mts';
import { manually, nodeName, saveNodes } from '../realN8n/nodes.mts';
import { useStage } from '../useStage.mts';

const stage = useStage(() => openEditorStage([everyKind]));
// n8n gives a new node the credential that there is.
beforeEach(async () => await removeCredentials(stage().session, 'instaSdApi'));

/** The panel of a node that has no credential yet, in a new workflow. */
const openNewNode = async () => {
	const node = { name: nodeName, type: NODE_TYPE, typeVersion: 1, parameters: {} };
	const workflow = await saveNodes(stage(), [manually, node]);
	return await openNode(stage().editor, workflow, nodeName);
};

/** Opens the credential of the node that is open now. */
const editCredential = async () => {
	await byTestId(stage().editor.dialog, 'credential-edit-button').click();
	await byTestId(stage().editor.page, 'editCredential-modal').waitFor();
	return credentialDialog(stage().editor);
};

describe('a credential that is made from the node', () => {
	it('gives the form after the click that the node asks for', async () => {
		const { apiUrl, token, requestExample } = stage().api(everyKind.name);
		const panel = await openNewNode();
		const dialog = await newCredentialInPanel(stage().editor);
		await dialog.paste('apiUrl', apiUrl);
		await dialog.paste('apiToken', token);
		await dialog.paste('requestExample', requestExample);
		expect(await dialog.save()).toMatchObject({ works: true });
		await dialog.close();

		await stage().editor.picture('after the first credential');
		expect(await panel.line()).toMatch(/^To show your API's inputs, click\s+Retry$/);
		await panel.retry();
		expect(await panel.labels()).toEqual(expect.arrayContaining(['Prompt', 'Width']));
		await stage().editor.picture('the form after Retry');
	});

	it.each([
		['a ComfyUI workflow', '{"3":{"class_type":"KSampler","inputs":{}}}', 'is a ComfyUI workflow'],
		['an OpenAPI document', '{"openapi":"3.1.0","paths":{}}', 'is an OpenAPI document'],
		['half of it', '{"inputs": {"a": {"title": "<b>", "value": 1', 'its brackets do not close'],
	])('with %s in it is red, and the node says why', async (_what, requestExample, words) => {
		const { apiUrl, token } = stage().api(everyKind.name);
		const panel = await openNewNode();
		const dialog = await newCredentialInPanel(stage().editor);
		await dialog.paste('apiUrl', apiUrl);
		await dialog.paste('apiToken', token);
		await dialog.paste('requestExample', requestExample);
		const { works, message } = await dialog.save();
		await stage().editor.picture('not an example');
		expect(works).toBe(false);
		expect(message).toContain(words);
		expect(message).toContain('API Instructions');
		await dialog.close();

		await panel.retry();
		await stage().editor.picture('the reason in the node');
		expect(await panel.notice()).toContain(words);
		expect(await panel.line()).toMatch(/^To show your API's inputs, click\s+Retry$/);
	});

	it('without an example is green, and the node says what to paste; then it has the form', async () => {
		const { apiUrl, token, requestExample } = stage().api(everyKind.name);
		const panel = await openNewNode();
		const dialog = await newCredentialInPanel(stage().editor);
		await dialog.paste('apiUrl', apiUrl);
		await dialog.paste('apiToken', token);
		await dialog.says('without it, you have to write JSON');
		await stage().editor.picture('no sample yet');
		expect(await dialog.save()).toMatchObject({ works: true });
		await dialog.close();
		await panel.retry();
		expect(await panel.notice()).toContain('has no sample request body yet');

		const again = await editCredential();
		const command = `curl -X POST ${apiUrl}/run_task -H 'Authorization: Bearer ${token}' \\\n -d '${requestExample}'`;
		await again.paste('requestExample', command);
		await again.says('may contain a token');
		await stage().editor.picture('a token in the example');
		expect(await again.save()).toMatchObject({ works: true });
		await again.close();
		await panel.retry();
		expect(await panel.labels()).toEqual(expect.arrayContaining(['Prompt', 'Width']));

		await panel.mapAutomatically();
		await stage().editor.picture('mapped automatically');
		const notice = await panel.notice();
		expect(notice).not.toContain(token);
		expect(notice).toContain("these names are taken: 'prompt' or 'Prompt'");
	});
});
