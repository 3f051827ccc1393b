import { everyKind } from '../realN8n/apis.mts';
import { nodeOnCanvas } from '../realN8n/editor/browser.mts';
import { openEditorStage } from '../realN8n/editor/editorStage.mts';
import { eventually } from '../realN8n/eventually.mts';
import { instaSdNode, manually, saveNodes } from '../realN8n/nodes.mts';
import { useStage } from '../useStage.mts';
import { openCanvas } from './canvas.mts';

const stage = useStage(() => openEditorStage([everyKind]));

it('Get Status has three outputs with names on the canvas, any other operation one', async () => {
	const { editor } = stage();
	const node = instaSdNode(await stage().credentialFor(stage().api(everyKind.name)));
	const nodes = ['getStatus', 'runAndWait', 'runTask', 'waitForTask'].map((operation) => ({
		...node,
		name: operation,
		parameters: { ...node.parameters, operation },
	}));
	const routed = { ...nodes[0], name: 'routed', onError: 'continueErrorOutput' };
	const workflow = await saveNodes(stage(), [manually, ...nodes, { ...node, ...routed }]);
	await openCanvas(editor, workflow);
	const words = async (name: string) => {
		const text = await nodeOnCanvas(editor.page, name).innerText();
		return ['Completed', 'Running', 'Failed', 'Error'].filter((output) => text.includes(output));
	};
	await eventually(async () =>
		expect(await words('getStatus')).toEqual(['Completed', 'Running', 'Failed']),
	);
	expect(await words('routed')).toEqual(['Completed', 'Running', 'Failed', 'Error']);
	for (const other of ['runAndWait', 'runTask', 'waitForTask']) {
		expect(await words(other)).toEqual([]);
	}
	await editor.picture('outputs of Get Status');
});
