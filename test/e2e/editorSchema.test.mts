import { createWorkflow, type WorkflowNode } from '../../sandbox/n8n/workflows.mts';
import { everyKind } from '../realN8n/apis.mts';
import { byTestId, openEditor, type Editor } from '../realN8n/editor/browser.mts';
import { openNode } from '../realN8n/editor/nodePanel.mts';
import { instaSdNode, openStage, type Stage } from '../realN8n/stage.mts';

let stage: Stage;
let editor: Editor;
beforeAll(async () => {
	stage = await openStage([everyKind]);
	editor = await openEditor(stage);
});
afterAll(async () => {
	await editor?.close();
	await stage?.close();
});

const nextNode: WorkflowNode = {
	id: 'next',
	name: 'Next',
	type: 'n8n-nodes-base.set',
	typeVersion: 3.4,
	position: [240, 0],
	parameters: { mode: 'manual', assignments: { assignments: [] }, options: {} },
};

it.each([
	['runAndWait', ['task_id', 'image_urls', 'cost', 'urls_expire_at', 'inputs']],
	['getStatus', ['task_id', 'progress', 'all_finished']],
])('the next node knows the fields of %s before anything was run', async (operation, fields) => {
	const credential = await stage.credentialFor(stage.api(everyKind.name));
	const node = instaSdNode(credential);
	const { id } = await createWorkflow(stage.session, {
		name: `Fields of ${operation}`,
		settings: { executionOrder: 'v1' },
		nodes: [{ ...node, parameters: { ...node.parameters, operation } }, nextNode],
		connections: { [node.name]: { main: [[{ node: 'Next', type: 'main', index: 0 }]] } },
	});
	await openNode(editor, id, 'Next');
	const input = byTestId(editor.dialog, 'ndv-input-panel');
	for (const field of fields) await input.getByText(field, { exact: true }).first().waitFor();
	await editor.picture(`fields of ${operation} before a run`);
	expect(stage.emulator.statistics().submits).toBe(0);
});
