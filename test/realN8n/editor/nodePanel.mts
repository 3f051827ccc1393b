import type { Locator } from 'playwright-core';
import { finishedExecution, type Execution } from '../../../sandbox/n8n/executions.mts';
import { readWorkflow, type WorkflowNode } from '../../../sandbox/n8n/workflows.mts';
import { eventually, busyMachineMs } from '../eventually.mts';
import { manually, saveNodes } from '../nodes.mts';
import { byTestId, chooseFromList, nodeOnCanvas, type Editor } from './browser.mts';
import { startedExecution } from './startedExecution.mts';
import { formSchema, type StoredForm } from './storedForm.mts';

/** The panel of a node, as a person works with it. Inputs are named by their ids. */
export interface NodePanel {
	/** The labels of the form's fields, from top to bottom. */
	labels(): Promise<string[]>;
	/** Those of the labels whose end is not seen. */
	cutOffLabels(): Promise<string[]>;
	/** What a field of the form shows. */
	shown(input: string): Promise<string | boolean>;
	/** Types into a field of the form, or empties it, and leaves it. */
	fill(input: string, text: string): Promise<void>;
	/** Flips the switch of a boolean input. */
	flip(input: string): Promise<void>;
	/** Turns a field into an expression. */
	express(input: string, expression: string): Promise<void>;
	/** Clicks a field's button "let the model define this parameter". */
	leaveToModel(input: string): Promise<void>;
	remove(input: string): Promise<void>;
	/** Drags a field of the item from the input side onto a field of the form. */
	drag(itemField: string, input: string): Promise<void>;
	/** The text between the input and the output side. */
	parameters(): Promise<string>;
	/** Chooses another credential by its name. */
	chooseCredential(name: string): Promise<void>;
	/** Chooses from the list of a parameter, such as `operation`. */
	choose(parameter: string, option: string): Promise<void>;
	/** Chooses that the item's own fields fill in the form. */
	mapAutomatically(): Promise<void>;
	/** The line that stands in place of the form. */
	line(): Promise<string>;
	/** The notice that stands in place of the form, below that line. */
	notice(): Promise<string>;
	/** Clicks n8n's "Retry" at the end of the line. */
	retry(): Promise<void>;
	/** Clicks "Refresh input list". */
	refresh(): Promise<void>;
	/** What the workflow keeps of the node once it satisfies the check; the editor saves by itself. */
	stored(check?: (form: StoredForm, node: WorkflowNode) => void): Promise<StoredForm>;
	/** Clicks "Execute step" and waits for its end. */
	execute(): Promise<Execution>;
	/** The text of the output side. */
	output(): Promise<string>;
	/** Closes the panel and opens it again. */
	reopen(): Promise<void>;
}

/** Opens a workflow, and a node of it. */
export async function openNode(editor: Editor, workflow: string, name: string): Promise<NodePanel> {
	await editor.open(`/workflow/${workflow}`);
	await openFromCanvas(editor, name);
	return panelOf(editor, workflow, name);
}

/** Adds the node to a new workflow; n8n gives it the credential that was made last. */
export async function addNode(editor: Editor): Promise<NodePanel> {
	const { page, dialog, stage } = editor;
	const workflow = await saveNodes(stage, [manually]);
	await editor.open(`/workflow/${workflow}`);
	await byTestId(page, 'canvas-handle-plus').click();
	await byTestId(page, 'node-creator-search-bar').fill('InstaSD');
	await byTestId(page, 'node-creator-item-name').filter({ hasText: 'InstaSD' }).click();
	await editor.picture('actions');
	await page.getByText('Generate image or video', { exact: true }).click();
	await byTestId(dialog, 'node-parameters').waitFor();
	return panelOf(editor, workflow, 'Generate image or video');
}

/** The panel that is open now. */
export function panelOf(editor: Editor, workflow: string, name: string): NodePanel {
	const { dialog, page, stage } = editor;
	const entry = (input: string): Locator => byTestId(dialog, `parameter-input-${input}`);
	const field = (input: string): Locator =>
		dialog
			.locator('.parameter-item')
			.filter({ has: byTestId(page, `remove-field-button-${input}`) });
	const retry = byTestId(dialog, 'resource-mapper-container').getByText('Retry', { exact: true });
	/** A click on nothing, so that a field notices that it was left. */
	const leave = async (): Promise<void> =>
		await byTestId(dialog, 'node-parameters').click({ position: { x: 10, y: 2 } });

	const write = async (parameter: Locator, expression: string): Promise<void> => {
		await parameter.locator('.cm-content').click();
		await page.keyboard.press('ControlOrMeta+a');
		await page.keyboard.insertText(expression);
		await leave();
	};

	const labelTitles = async (): Promise<Locator> => {
		const labels = byTestId(dialog, 'mapping-fields-container').locator('label[for^="value["]');
		await labels.first().waitFor();
		return labels.locator('[class*="_title_"]');
	};

	return {
		labels: async () => (await (await labelTitles()).allInnerTexts()).map((text) => text.trim()),
		cutOffLabels: async () =>
			await (await labelTitles())
				.locator('> *')
				.evaluateAll((titles) =>
					titles
						.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
						.map(({ textContent }) => textContent?.trim() ?? ''),
				),
		shown: async (input) => {
			const toggle = entry(input).locator('[role="switch"]');
			if ((await toggle.count()) > 0) return await toggle.isChecked();
			return await entry(input).locator('input').inputValue();
		},
		fill: async (input, text) => {
			await entry(input).locator('input').fill(text);
			await leave();
		},
		flip: async (input) => await entry(input).locator('.el-switch').click(),
		express: async (input, expression) => {
			await field(input).locator('label').hover();
			await byTestId(field(input), 'radio-button-expression').click();
			await write(entry(input), expression);
		},
		leaveToModel: async (input) => {
			await field(input).hover();
			await byTestId(field(input), 'from-ai-override-button').click();
		},
		remove: async (input) => await byTestId(dialog, `remove-field-button-${input}`).click(),
		drag: async (itemField, input) => {
			const pill = byTestId(dialog, 'ndv-input-panel')
				.locator('[data-target="mappable"]')
				.filter({ hasText: itemField })
				.first();
			await pill.hover();
			await page.mouse.down();
			const target = await entry(input).boundingBox();
			if (target === null) throw new Error(`The field ${input} is not in sight`);
			await page.mouse.move(target.x + 60, target.y + 30, { steps: 10 });
			await page.mouse.move(target.x + 50, target.y + target.height / 2, { steps: 10 });
			await page.mouse.up();
		},
		parameters: async () => await byTestId(dialog, 'node-parameters').innerText(),
		chooseCredential: async (wanted) => {
			await byTestId(dialog, 'node-credentials-select').first().click();
			await page.getByText(wanted, { exact: true }).last().click();
		},
		choose: async (parameter, option) => {
			await entry(parameter).locator('input').click();
			await chooseFromList(page, option);
		},
		mapAutomatically: async () => {
			await byTestId(dialog, 'mapping-mode-select').locator('input').click();
			await chooseFromList(page, 'Automatically');
		},
		line: async () => {
			const line = retry.locator('xpath=ancestor::*[contains(., "To show your API")][1]');
			return (await line.innerText()).trim();
		},
		notice: async () => await byTestId(dialog, 'empty-fields-notice').innerText(),
		retry: async () => await retry.click(),
		refresh: async () => {
			const menu = byTestId(dialog, 'columns-parameter-input-options-container');
			await byTestId(menu, 'action-toggle').click();
			await page.getByRole('menuitem').filter({ hasText: 'Refresh Input List' }).click();
		},
		stored: async (check = () => undefined) =>
			await eventually(async () => {
				const saved = await readWorkflow(stage.session, workflow);
				const node = saved?.nodes.find((candidate) => candidate.name === name);
				if (node === undefined) throw new Error(`The workflow has no node '${name}'`);
				const form = formSchema.parse(node.parameters.inputs ?? {});
				check(form, node);
				return form;
			}),
		execute: async () => {
			const button = byTestId(dialog, 'node-execute-button').first();
			const id = await startedExecution(page, async () => await button.click());
			return await finishedExecution(stage.session, id, { timeoutSeconds: busyMachineMs / 1000 });
		},
		output: async () => await byTestId(dialog, 'output-panel').innerText(),
		reopen: async () => {
			await byTestId(dialog, 'ndv-close-button').click();
			await openFromCanvas(editor, name);
		},
	};
}

/** Opens the panel of a node that is on the canvas. */
export async function openFromCanvas({ page, dialog }: Editor, name: string): Promise<void> {
	await nodeOnCanvas(page, name).dblclick();
	await byTestId(dialog, 'node-parameters').waitFor();
}
