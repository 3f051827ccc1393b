import type { Locator } from 'playwright-core';
import { byTestId, nodeOnCanvas, type Editor } from '../realN8n/editor/browser.mts';
import { openFromCanvas } from '../realN8n/editor/nodePanel.mts';
import { startedExecution } from '../realN8n/editor/startedExecution.mts';

/** The canvas of a workflow, as a person works with it. Nodes are named by their names. */
export interface Canvas {
	/** Clicks "Execute workflow" and gives the execution's id. */
	run(): Promise<string>;
	/** Clicks the button that stops the running execution. */
	stop(): Promise<void>;
	/** Waits until no execution runs any more, as far as the editor knows. */
	idle(): Promise<void>;
	/** Whether a node is marked green or red. */
	mark(node: string): Promise<'success' | 'error' | 'none'>;
	/** The texts of the messages in the corner. */
	notices(): Promise<string[]>;
	/** Opens a node's panel. */
	openNode(node: string): Promise<void>;
}

/** Opens a workflow. */
export async function openCanvas(editor: Editor, workflow: string): Promise<Canvas> {
	const { page } = editor;
	await editor.open(`/workflow/${workflow}`);
	await byTestId(page, 'canvas-node').first().waitFor();
	const nodeOf = (name: string): Locator => nodeOnCanvas(page, name);
	const runButton = byTestId(page, 'execute-workflow-button').first();
	return {
		run: async () => await startedExecution(page, async () => await runButton.click()),
		stop: async () => await byTestId(page, 'stop-execution-button').click(),
		idle: async () => {
			await byTestId(page, 'stop-execution-button').waitFor({ state: 'hidden' });
			await runButton.and(page.locator(':enabled')).waitFor();
		},
		mark: async (name) => {
			if ((await byTestId(nodeOf(name), 'canvas-node-status-mark-error').count()) > 0) {
				return 'error';
			}
			const good = byTestId(nodeOf(name), 'canvas-node-status-success');
			return (await good.count()) > 0 ? 'success' : 'none';
		},
		notices: async () => await page.locator('.el-notification').allInnerTexts(),
		openNode: async (name) => await openFromCanvas(editor, name),
	};
}
