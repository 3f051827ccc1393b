import { productPicture } from '../../sandbox/emulator/apis.mts';
import { byTestId } from '../realN8n/editor/browser.mts';
import { openEditorStage } from '../realN8n/editor/editorStage.mts';
import { openFromCanvas, openNode, panelOf } from '../realN8n/editor/nodePanel.mts';
import { eventually } from '../realN8n/eventually.mts';
import { continuing, instaSdNode, manually, nodeName, saveNodes } from '../realN8n/nodes.mts';
import { useStage } from '../useStage.mts';

const stage = useStage(() => openEditorStage([productPicture]));

const hint = 'Each input item creates, and is charged as, a task of its own';

/** What the output side of the node says, once the node before it has given `items` items. */
async function outputBeforeRun(
	items: number,
	parameters: Record<string, unknown> = {},
): Promise<() => Promise<string>> {
	const { api, credentialFor, editor } = stage();
	const rows = Array.from({ length: items }, (_, index) => ({ prompt: `a fox ${index}` }));
	const list = {
		...{ name: 'List', type: 'n8n-nodes-base.set', typeVersion: 3.4 },
		parameters: { mode: 'raw', jsonOutput: JSON.stringify({ rows }), options: {} },
	};
	const split = {
		...{ name: 'Rows', type: 'n8n-nodes-base.splitOut', typeVersion: 1 },
		parameters: { fieldToSplitOut: 'rows', options: {} },
	};
	const node = instaSdNode(await credentialFor(api(productPicture.name)));
	const workflow = await saveNodes(stage(), [
		...[manually, list, split],
		{ ...node, parameters: { ...node.parameters, ...parameters } },
	]);
	const before = await openNode(editor, workflow, split.name);
	await before.execute();
	await byTestId(editor.dialog, 'ndv-close-button').click();
	await openFromCanvas(editor, nodeName);
	return panelOf(editor, workflow, nodeName).output;
}

it('says above the output, before the run, that each of several items is a task', async () => {
	const output = await outputBeforeRun(2);
	await eventually(async () => expect(await output()).toContain(hint));
	await stage().editor.picture('hint before a run');
	expect(stage().emulator.statistics().charged).toBe(0);
});

it.each([
	['of one item', 1, {}],
	['where a Task Limit is set', 2, { options: { taskLimit: 5 } }],
	['where no task is created', 2, { operation: 'waitForTask' }],
])('says nothing %s', async (_, items, parameters) => {
	const output = await outputBeforeRun(items, parameters);
	await eventually(async () => expect(await output()).not.toBe(''));
	expect(await output()).not.toContain(hint);
});

it('shows after a run what the service said, letter for letter, and no link or image of its', async () => {
	const { api, credentialFor, editor, emulator } = stage();
	const failWith =
		'<lora:x:0.8> is unknown, see <a href="https://evil.example/">help</a><img src="https://evil.example/a.png">';
	emulator.setBehaviour({ failWith });
	const node = { ...instaSdNode(await credentialFor(api(productPicture.name))), ...continuing };
	// As JSON: a form that a program wrote loses what it gives by role as soon as the editor opens it.
	const inputs = { inputMode: 'json', inputsJson: '{ "prompt": "a fox" }' };
	const workflow = await saveNodes(stage(), [
		manually,
		{ ...node, parameters: { ...node.parameters, ...inputs } },
	]);
	const panel = await openNode(editor, workflow, nodeName);
	await panel.execute();
	const shown = byTestId(editor.dialog, 'node-hint');
	await eventually(async () => expect(await shown.innerText()).toContain(failWith));
	await editor.picture('hint after a failed run');
	expect(await shown.locator('a, img').count()).toBe(0);
});
