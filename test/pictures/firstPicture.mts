import type { ApiDefinition } from '../../sandbox/emulator/apis.mts';
import { removeCredentials } from '../../sandbox/n8n/session.mts';
import { NODE_TYPE } from '../../sandbox/n8n/examples.mts';
import { byTestId } from '../realN8n/editor/browser.mts';
import { credentialDialog } from '../realN8n/editor/credentialDialog.mts';
import { loadedImage } from '../realN8n/editor/images.mts';
import { openNode, type NodePanel } from '../realN8n/editor/nodePanel.mts';
import { manually, nodeName, saveNodes } from '../realN8n/nodes.mts';
import { openCamera, type Camera } from './camera.mts';
import { partsOfPanel, type Part, type PictureMaker, type Studio } from './studio.mts';

const prompt = '7b7fae99f81ef925';
const seed = '94c18e9e703d2087';

/** An API whose form fits on the screen: what is filmed should be seen. */
export const posters: ApiDefinition = {
	name: 'posters',
	inputs: {
		[prompt]: { title: 'Prompt', value: 'A cabin in the woods, seen from above' },
		b0c46c069a9e96c8: { title: 'Output Width', value: 768 },
		b138cda90d074df1: { title: 'Output Height', value: 640 },
		[seed]: { title: 'InstaSD API Input - Seed', value: 42 },
	},
	behaviour: { durationMs: 1500 },
};

/** A film: the picture; then how the sample is pasted into the credential, the form appears, and the picture is made. */
export const firstPicture: PictureMaker = {
	file: 'first-picture.gif',
	make: async (studio) => {
		const { page } = studio.editor;
		const before = page.viewportSize();
		await page.setViewportSize({ width: 1120, height: 780 });
		await page.emulateMedia({ reducedMotion: 'reduce' });
		await removeCredentials(studio.session, 'instaSdApi');
		const panel = await openNewNode(studio);
		await page.addStyleTag({ content: '.el-notification { display: none !important; }' });
		const camera = await openCamera(page, await panelWithoutInput(studio));
		try {
			await camera.hold(4);
			await pasteCredential(studio, camera);
			await fillInAndRun(studio, camera, panel);
			return await camera.develop(10);
		} finally {
			await camera.close();
			if (before !== null) await page.setViewportSize(before);
		}
	},
};

/** What is filmed: the node's panel, whose input side would only take room. */
async function panelWithoutInput({ editor }: Studio): Promise<Part> {
	return await partsOfPanel(editor, { parameters: true, output: true, height: 686 });
}

async function openNewNode(studio: Studio): Promise<NodePanel> {
	const node = { name: nodeName, type: NODE_TYPE, typeVersion: 1, parameters: {} };
	const workflow = await saveNodes(studio, [manually, node]);
	return await openNode(studio.editor, workflow, nodeName);
}

async function pasteCredential({ api, editor }: Studio, camera: Camera): Promise<void> {
	const { page, dialog } = editor;
	await camera.click(byTestId(dialog, 'node-credentials-empty-state').locator('button'));
	const modal = byTestId(page, 'editCredential-modal');
	await modal.waitFor();
	await camera.hold(3);
	const { apiUrl, token, requestExample } = api(posters.name);
	for (const [field, text] of [
		['apiUrl', apiUrl],
		['apiToken', token],
		['requestExample', requestExample],
	] as const) {
		await camera.click(byTestId(modal, `parameter-input-${field}`).locator('input, textarea'));
		await page.keyboard.insertText(text);
		await camera.hold(field === 'requestExample' ? 6 : 2);
	}
	await camera.pointAt(byTestId(modal, 'credential-save-button'));
	const { works, message } = await credentialDialog(editor).save();
	if (!works) throw new Error(`The credential does not work: ${message}`);
	await modal.waitFor({ state: 'hidden' });
	await camera.hold(3);
}

async function fillInAndRun({ editor }: Studio, camera: Camera, panel: NodePanel): Promise<void> {
	const { dialog, page } = editor;
	const output = byTestId(dialog, 'output-panel');
	const mapper = byTestId(dialog, 'resource-mapper-container');
	await camera.click(mapper.getByText('Retry', { exact: true }));
	await panel.labels();
	await camera.hold(4);
	for (const top of [80, 160, 240]) {
		await byTestId(dialog, 'node-parameters').evaluate((part, y) => part.scrollTo(0, y), top);
		await camera.hold(top === 240 ? 4 : 1);
	}
	await camera.click(byTestId(dialog, `parameter-input-${prompt}`).locator('input'));
	await camera.type('The sun rises behind a chain of mountains');
	await camera.click(byTestId(dialog, `parameter-input-${seed}`).locator('input'));
	await page.keyboard.press('ControlOrMeta+a');
	await camera.type('12');
	await camera.hold(1);
	await camera.click(byTestId(dialog, 'node-execute-button').first());
	const binary = byTestId(output, 'radio-button-binary');
	await camera.until(binary.waitFor(), 16);
	await camera.hold(2);
	await camera.click(binary);
	const view = byTestId(output, 'ndv-view-binary-data').first();
	await view.waitFor();
	await camera.hold(2);
	await camera.click(view);
	await loadedImage(byTestId(output, 'ndv-data-container').locator('img'));
	// Away from the picture.
	await camera.pointAt(binary);
	await camera.hold(10);
}
