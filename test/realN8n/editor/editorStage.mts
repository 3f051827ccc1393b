import type { ApiDefinition } from '../../../sandbox/emulator/apis.mts';
import { openStage, type Stage } from '../stage.mts';
import { openEditor, type Editor, type Look } from './browser.mts';

/** A stage with the editor of its n8n open in a browser. */
export interface EditorStage extends Stage {
	editor: Editor;
}

/** Opens a stage, and the editor in it. */
export async function openEditorStage(
	apis: ApiDefinition[],
	{ look, service, n8n }: EditorStageOptions = {},
): Promise<EditorStage> {
	const stage = await openStage(apis, service, n8n);
	const { close } = stage;
	const editor = await openEditor(stage, look).catch(async (error) => {
		await close();
		throw error;
	});
	return Object.assign(stage, {
		editor,
		close: async () => {
			await editor.close();
			await close();
		},
	});
}

interface EditorStageOptions {
	look?: Look;
	service?: Parameters<typeof openStage>[1];
	n8n?: Parameters<typeof openStage>[2];
}
