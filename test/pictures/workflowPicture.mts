import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { NODE_TYPE } from '../../sandbox/n8n/examples.mts';
import { REPOSITORY } from '../../sandbox/n8n/folders.mts';
import { createWorkflow, workflowSchema } from '../../sandbox/n8n/workflows.mts';
import { byTestId } from '../e2e/browser.mts';
import { openCanvas } from '../e2e/canvas.mts';
import { eventually } from '../e2e/eventually.mts';
import type { PictureMaker } from './studio.mts';

/** The canvas of the example "text to image" after a run. */
export const workflow: PictureMaker = {
	name: 'workflow',
	make: async ({ stage, editor, credential, shoot }) => {
		const file = path.join(REPOSITORY, 'examples', 'text-to-image.json');
		const example = workflowSchema.parse(JSON.parse(await readFile(file, 'utf8')));
		const nodes = example.nodes.map((node) =>
			node.type === NODE_TYPE ? { ...node, credentials: { instaSdApi: credential } } : node,
		);
		const { id } = await createWorkflow(stage.session, { ...example, nodes });
		const canvas = await openCanvas(editor, id);
		await canvas.run();
		await eventually(async () => {
			const marks = nodes.map(async ({ name }) => await canvas.mark(name));
			if ((await Promise.all(marks)).some((mark) => mark !== 'success')) {
				throw new Error('The workflow has not run to its end');
			}
		});
		await byTestId(editor.page, 'zoom-to-fit').click();
		const boxes = await Promise.all(
			(await byTestId(editor.page, 'canvas-node').all()).map(async (node) => {
				const box = await node.boundingBox();
				if (box === null) throw new Error('A node is not on the canvas');
				return box;
			}),
		);
		const left = Math.min(...boxes.map(({ x }) => x));
		const right = Math.max(...boxes.map(({ x, width }) => x + width));
		const top = Math.min(...boxes.map(({ y }) => y));
		const bottom = Math.max(...boxes.map(({ y, height }) => y + height));
		const clip = {
			x: left - 120,
			y: top - 50,
			width: right - left + 290,
			height: bottom - top + 120,
		};
		return await shoot(clip);
	},
};
