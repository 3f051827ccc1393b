import getPort from 'get-port';
import { textToImage } from '../../sandbox/emulator/apis.mts';
import type { SavedCredential } from '../../sandbox/n8n/examples.mts';
import { byTestId, type Editor } from '../realN8n/editor/browser.mts';
import { openEditorStage, type EditorStage } from '../realN8n/editor/editorStage.mts';
import { openNode, type NodePanel } from '../realN8n/editor/nodePanel.mts';
import { formWorkflow } from '../realN8n/formWorkflow.mts';
import { nodeName } from '../realN8n/nodes.mts';
import { posters } from './firstPicture.mts';

/** Where pictures are taken: a real n8n with the node in it, the emulator, and the editor. */
export interface Studio extends EditorStage {
	/** The credential for the API of InstaSD's help article. */
	credential: SavedCredential;
	/** Opens the node in a new workflow, with an item that reaches it. */
	openForm(item?: object): Promise<NodePanel>;
	/** The picture of a part of the page, given in CSS pixels from its top left corner. */
	shoot(part: Part): Promise<Buffer>;
}

export interface Part {
	x: number;
	y: number;
	width: number;
	height: number;
}

/** A picture for README or docs. */
export interface PictureMaker {
	/** The name of the file in docs/pictures. */
	file: string;
	make(studio: Studio): Promise<Buffer>;
}

/** The widths of a node's panel in percent: enough for the labels, and for the picture beside them. */
const panels = { left: 8, main: 42, right: 50 };

// It can be seen in the picture of the credential, so it is the same each time if it is free.
const apiPort = 5690;

/** Starts all of it; on a machine where n8n is not installed yet, that takes a few minutes. */
export async function openStudio(): Promise<Studio> {
	const behaviour = { durationMs: 500 };
	// Without it, n8n offers its assistant beside everything.
	const env = { N8N_DISABLED_MODULES: 'instance-ai' };
	const port = await getPort({ port: apiPort, host: '127.0.0.1' });
	const look = {
		viewport: { width: 1240, height: 1240 },
		scale: 1.4,
		storage: { N8N_NDV_PANEL_WIDTH_REGULAR: JSON.stringify(panels) },
	};
	const service = { behaviour, port };
	const stage = await openEditorStage([textToImage, posters], { look, service, n8n: { env } });
	const { editor } = stage;
	const credential = await stage.credentialFor(stage.api(textToImage.name));
	return Object.assign(stage, {
		credential,
		openForm: async (item?: object) => {
			const workflow = await formWorkflow(stage, credential, { item });
			return await openNode(editor, workflow, nodeName);
		},
		shoot: async (clip: Part) => {
			await quiet(editor);
			return await editor.page.screenshot({ clip, animations: 'disabled' });
		},
	});
}

/** Takes away what comes and goes: messages in the corner, and what appears under the mouse or a cursor. */
async function quiet({ page }: Editor): Promise<void> {
	for (const button of await page.locator('.el-notification__closeBtn').all()) {
		await button.click();
	}
	await page.locator('.el-notification').first().waitFor({ state: 'detached' });
	await page.mouse.move(0, 0);
	await page.evaluate(() => {
		if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
	});
}

/** From the top of the node's panel down to a height, without the part that shows its input. */
export async function partsOfPanel(
	{ dialog }: Editor,
	{ parameters, output, height }: { parameters: boolean; output: boolean; height: number },
): Promise<Part> {
	const boxOf = async (id: string): Promise<Part> => {
		const box = await byTestId(dialog, id).first().boundingBox();
		if (box === null) throw new Error(`There is no '${id}' to take a picture of`);
		return box;
	};
	const right = await boxOf('output-panel');
	const left = parameters ? await boxOf('node-parameters') : right;
	const end = output ? right.x + right.width : right.x;
	return { x: left.x, y: right.y, width: end - left.x, height };
}
