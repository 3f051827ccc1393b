import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { REPOSITORY } from '../../sandbox/n8n/folders.mts';
import type { SavedWorkflow } from '../../sandbox/n8n/workflows.mts';
import { byTestId, type Editor } from '../e2e/browser.mts';
import { importedExamples } from '../e2e/examples/exampleStage.mts';

const folder = path.join(REPOSITORY, 'docs/pictures');

/** What a picture may have at most. */
const limits = { width: 1400, bytes: 150_000 };

/**
 * Takes a picture of each example's canvas, in the light theme, for docs/examples.md.
 * @returns the files
 * @throws Error when a picture has more bytes than it may
 */
export async function exampleCanvases(editor: Editor): Promise<string[]> {
	await mkdir(folder, { recursive: true });
	await editor.page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
	const files: string[] = [];
	for (const [name, workflow] of await importedExamples(editor.stage)) {
		const file = path.join(folder, `example-${name}.png`);
		await takeCanvas(editor, workflow, file);
		const { size } = await stat(file);
		if (size > limits.bytes) throw new Error(`${file} has ${size} bytes`);
		files.push(file);
	}
	return files;
}

const bare = `
	[data-test-id='canvas-controls'], [class*='executionButtons'], [class*='nodeButtonsWrapper'],
	[data-test-id='node-creator-plus-button'], .vue-flow__minimap { display: none !important; }
`;

async function takeCanvas({ page, open }: Editor, workflow: SavedWorkflow, file: string) {
	const { width, height } = sizeOf(workflow);
	await page.setViewportSize({ width: 1500, height: 1000 });
	await open(`/workflow/${workflow.id}`);
	const canvas = byTestId(page, 'canvas-wrapper');
	await byTestId(page, 'canvas-node')
		.nth(workflow.nodes.length - 1)
		.waitFor();
	await page.addStyleTag({ content: bare });
	const box = await canvas.boundingBox();
	if (box === null) throw new Error('The canvas cannot be seen');
	const scale = Math.min(1, limits.width / width);
	await page.setViewportSize({
		width: Math.ceil(1500 - box.width + width * scale),
		height: Math.ceil(1000 - box.height + height * scale),
	});
	await canvas.click({ position: { x: 3, y: 3 } });
	await page.keyboard.press('1');
	await canvas.screenshot({ path: file, animations: 'disabled' });
}

const size = z.object({ width: z.number(), height: z.number() });
const place = z.tuple([z.number(), z.number()]);

/** How much room a workflow takes on the canvas, with a margin. */
function sizeOf({ nodes }: SavedWorkflow): z.infer<typeof size> {
	const boxes = nodes.map(({ position, parameters }) => {
		const [left, top] = place.parse(position);
		// A note says how large it is; any other node takes a square, and its name stands below.
		const { width, height } = size.catch({ width: 100, height: 150 }).parse(parameters);
		return { left, top, right: left + width, bottom: top + height };
	});
	const margin = 120;
	return {
		width:
			Math.max(...boxes.map(({ right }) => right)) -
			Math.min(...boxes.map(({ left }) => left)) +
			margin,
		height:
			Math.max(...boxes.map(({ bottom }) => bottom)) -
			Math.min(...boxes.map(({ top }) => top)) +
			margin,
	};
}
