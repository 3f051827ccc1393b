import type { SavedCredential } from '../../sandbox/n8n/examples.mts';
import { everyKind, everyKindChanged, imageWanted } from '../realN8n/apis.mts';
import { openEditor, type Editor } from '../realN8n/editor/browser.mts';
import { formWorkflow, nodeName } from '../realN8n/formWorkflow.mts';
import { openNode, type NodePanel } from '../realN8n/editor/nodePanel.mts';
import { openStage, type Stage } from '../realN8n/stage.mts';

/** What there is to begin with. */
export interface FormSetting {
	/** The item that reaches the node. */
	item?: object;
	/** The name of the emulated API. */
	api?: string;
	/** Parameters of the node. */
	parameters?: Record<string, unknown>;
}

/** The form in the editor, and what comes of it at the service. */
export interface FormStage {
	stage: Stage;
	editor: Editor;
	/** The node's panel in a new workflow, and the credential it uses. */
	openForm(setting?: FormSetting): Promise<NodePanel & { credential: SavedCredential }>;
	/** The values of the only task that was sent. */
	sentValues(): Record<string, unknown>;
	/** What was sent for an input, task by task. */
	sentFor(input: string): unknown[];
	close(): Promise<void>;
}

/** A real n8n with the editor open, and the APIs its tests use. */
export async function openFormStage(): Promise<FormStage> {
	const stage = await openStage([everyKind, everyKindChanged, imageWanted]);
	const editor = await openEditor(stage).catch(async (error) => {
		await stage.close();
		throw error;
	});
	return {
		stage,
		editor,
		openForm: async ({ item, api = everyKind.name, parameters } = {}) => {
			const credential = await stage.credentialFor(stage.api(api));
			const workflow = await formWorkflow(stage, credential, { item, parameters });
			return { ...(await openNode(editor, workflow, nodeName)), credential };
		},
		sentValues: () => {
			const sent = stage.sent();
			expect(sent).toHaveLength(1);
			const entries = Object.entries(sent[0] ?? {});
			return Object.fromEntries(entries.map(([id, { value }]) => [id, value]));
		},
		sentFor: (input) => stage.sent().map((inputs) => inputs[input]?.value),
		close: async () => {
			await editor.close();
			await stage.close();
		},
	};
}
