import type { WorkflowNode } from '../../sandbox/n8n/workflows.mts';
import { everyKind } from '../realN8n/apis.mts';
import { byTestId } from '../realN8n/editor/browser.mts';
import { openEditorStage } from '../realN8n/editor/editorStage.mts';
import { openNode } from '../realN8n/editor/nodePanel.mts';
import { instaSdNode, saveNodes } from '../realN8n/nodes.mts';
import { useStage } from '../useStage.mts';

const stage = useStage(() => openEditorStage([everyKind]));

const nextNode: WorkflowNode = {
	name: 'Next',
	type: 'n8n-nodes-base.set',
	typeVersion: 3.4,
	parameters: { mode: 'manual', assignments: { assignments: [] }, options: {} },
};

it.each([
	['runAndWait', ['task_id', 'image_urls', 'cost', 'urls_expire_at', 'seed']],
	['getStatus', ['task_id', 'progress', 'submitted_at']],
])('the next node knows the fields of %s before anything was run', async (operation, fields) => {
	const { editor, emulator, credentialFor, api } = stage();
	const node = instaSdNode(await credentialFor(api(everyKind.name)));
	const parameters = { ...node.parameters, operation };
	const workflow = await saveNodes(stage(), [{ ...node, parameters }, nextNode]);
	await openNode(editor, workflow, nextNode.name);
	const input = byTestId(editor.dialog, 'ndv-input-panel');
	for (const field of fields) await input.getByText(field, { exact: true }).first().waitFor();
	await editor.picture(`fields of ${operation} before a run`);
	expect(emulator.statistics().submits).toBe(0);
});
