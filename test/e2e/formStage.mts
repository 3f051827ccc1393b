import type { SavedCredential } from '../../sandbox/n8n/examples.mts';
import { everyKind, everyKindChanged, imageWanted, inChinese } from '../realN8n/apis.mts';
import { openEditorStage, type EditorStage } from '../realN8n/editor/editorStage.mts';
import { openNode, type NodePanel } from '../realN8n/editor/nodePanel.mts';
import { formWorkflow } from '../realN8n/formWorkflow.mts';
import { nodeName } from '../realN8n/nodes.mts';

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
export interface FormStage extends EditorStage {
	/** The node's panel in a new workflow, and the credential it uses. */
	openForm(setting?: FormSetting): Promise<NodePanel & { credential: SavedCredential }>;
	/** What was sent for an input, task by task. */
	sentFor(input: string): unknown[];
}

/** A real n8n with the editor open, and the APIs its tests use. */
export async function openFormStage(): Promise<FormStage> {
	const stage = await openEditorStage([everyKind, everyKindChanged, imageWanted, inChinese]);
	return Object.assign(stage, {
		openForm: async ({ item, api = everyKind.name, parameters }: FormSetting = {}) => {
			const credential = await stage.credentialFor(stage.api(api));
			const workflow = await formWorkflow(stage, credential, { item, parameters });
			return { ...(await openNode(stage.editor, workflow, nodeName)), credential };
		},
		sentFor: (input: string) => stage.sentValues().map((values) => values[input]),
	});
}
