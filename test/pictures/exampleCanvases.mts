import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { ownApis } from '../../sandbox/emulator/apis.mts';
import { REPOSITORY } from '../../sandbox/n8n/folders.mts';
import type { SavedWorkflow } from '../../sandbox/n8n/workflows.mts';
import { byTestId, type Editor } from '../realN8n/editor/browser.mts';
import { openEditorStage, type EditorStage } from '../realN8n/editor/editorStage.mts';
import { importedExamples } from '../realN8n/importedExamples.mts';

const folder = path.join(REPOSITORY, 'docs/pictures');

/** What a picture may have at most. */
const limits = { width: 1400, bytes: 180_000 };

/**
 * Takes a picture of each example's canvas, in the light theme, for docs/examples.md.
 * @returns the files
 * @throws Error when a picture has more bytes than it may
 */
export async function takeExampleCanvases(): Promise<string[]> {
	const stage = await openEditorStage(ownApis);
	try {
		return await takeAll(stage);
	} finally {
		await stage.close();
	}
}

async function takeAll(stage: EditorStage): Promise<string[]> {
	const { editor } = stage;
	await mkdir(folder, { recursive: true });
	await editor.page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
	const files: string[] = [];
	for (const [name, workflow] of await importedExamples(stage)) {
		const file = path.join(folder, `example-${name}.png`);
		await takeCanvas(editor, workflow, file);
		const { size } = await stat(file);
		if (size > limits.bytes) throw new Error(`${file} has ${size} bytes`);
		files.push(file);
	}
	return files;
}

/** What lies over the canvas and is no part of the workflow; boxes around these go with them. */
const controls = [
	'canvas-controls',
	'execute-workflow-button',
	'workflow-chat-button',
	'add-sticky-button',
	'radio-button-workflow',
];
const bare = controls
	.map((id) => `[data-test-id='${id}']`)
	.map((control) => `div:has(${control}):not(:has([data-test-id='canvas-node'], header, main))`)
	.concat("[data-test-id='canvas-controls']", "[data-test-id^='execute-workflow-button-']")
	.map((selector) => `${selector}, ${selector} * { visibility: hidden !important; }`)
	.join('\n');

async function takeCanvas(
	{ page, open }: Editor,
	workflow: SavedWorkflow,
	file: string,
): Promise<void> {
	const room = { width: 1500, height: 1000 };
	await page.setViewportSize(room);
	await open(`/workflow/${workflow.id}`);
	const nodes = workflow.nodes.filter(({ type }) => type !== 'n8n-nodes-base.stickyNote');
	await byTestId(page, 'canvas-node')
		.nth(nodes.length - 1)
		.waitFor();
	const canvas = byTestId(page, 'canvas-wrapper');
	const box = await canvas.boundingBox();
	if (box === null) throw new Error('The canvas cannot be seen');
	const { width, height } = sizeOf(workflow);
	const scale = Math.min(1, limits.width / width);
	await page.setViewportSize({
		width: Math.floor(room.width - box.width + width * scale),
		height: Math.floor(room.height - box.height + height * scale),
	});
	await byTestId(page, 'zoom-to-fit').click();
	await page.addStyleTag({ content: bare });
	await page.mouse.move(1, 1);
	await stillness(page);
	await canvas.screenshot({ path: file, animations: 'disabled' });
}

/** Waits until the canvas has ended its move to the new place. */
async function stillness(page: Editor['page']): Promise<void> {
	await page.waitForFunction(
		() => {
			const { style } = document.querySelector<HTMLElement>('.vue-flow__transformationpane') ?? {};
			const before = document.body.dataset.lastTransform;
			document.body.dataset.lastTransform = style?.transform ?? '';
			return before !== undefined && before !== '' && before === style?.transform;
		},
		undefined,
		{ polling: 500 },
	);
}

const size = z.object({ width: z.number(), height: z.number() });
const place = z.tuple([z.number(), z.number()]);

/** How much room a workflow takes on the canvas, with a margin. */
function sizeOf({ nodes }: SavedWorkflow): z.infer<typeof size> {
	const boxes = nodes.map(({ position, parameters }) => {
		const [left, top] = place.parse(position);
		// A note says how large it is; any other node is a square with its name below.
		const { width, height } = size.catch({ width: 100, height: 150 }).parse(parameters);
		return { left, top, right: left + width, bottom: top + height };
	});
	const most = (side: 'right' | 'bottom') => Math.max(...boxes.map((box) => box[side]));
	const least = (side: 'left' | 'top') => Math.min(...boxes.map((box) => box[side]));
	const margin = 120;
	return {
		width: Math.max(700, most('right') - least('left') + margin),
		height: Math.max(300, most('bottom') - least('top') + margin),
	};
}
