import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isPng } from '../../realN8n/servedFiles.mts';
import { changedCopy, jsonOf, play, promptOf, withParameters } from './exampleStage.mts';
import type { ExampleStage } from './exampleStage.mts';

const sheet = `name,prompt
fox,"A fox, in the snow"
owl,An owl in the rain
a/b,A deer at the lake
`;

/** Promises of examples/sheet-to-folder.json. */
export function sheetToFolder(stage: () => ExampleStage): void {
	/** Runs the example in the folder of this n8n, with the sheet in it; gives the files that are there then. */
	const run = async () => {
		const { folder, example } = stage();
		for (const name of await readdir(folder)) await rm(path.join(folder, name));
		await writeFile(path.join(folder, 'rows.csv'), sheet);
		const workflow = await changedCopy(stage(), example('sheet-to-folder'), (node) =>
			node.name === 'Folder' ? withParameters(node, '/home/node/.n8n-files', folder) : node,
		);
		const execution = await play(stage(), workflow);
		expect(execution.status).toBe('success');
		const files = (await readdir(folder)).filter((name) => name !== 'rows.csv').sort();
		return { execution, files };
	};

	it("puts the picture of each row into the folder, under the row's name", async () => {
		const { execution, files } = await run();
		expect(files).toEqual(['a-b-1.png', 'fox-1.png', 'owl-1.png']);
		for (const file of files) {
			expect(isPng(await readFile(path.join(stage().folder, file)))).toBe(true);
		}
		const made = jsonOf(execution, 'Into the folder', 0).map(({ fileName, task_id }) => [
			path.basename(String(fileName)),
			promptOf(stage().emulator.task(String(task_id))?.inputs),
		]);
		expect(Object.fromEntries(made)).toEqual({
			'fox-1.png': 'A fox, in the snow',
			'owl-1.png': 'An owl in the rain',
			'a-b-1.png': 'A deer at the lake',
		});
	});

	it('makes all pictures of a row, and names the rows that failed', async () => {
		stage().emulator.setBehaviour(({ number }) =>
			number === 2 ? { failWith: 'CUDA out of memory' } : { images: 2 },
		);
		const { execution, files } = await run();
		expect(files).toHaveLength(4);
		const [failed, ...others] = jsonOf(execution, 'Not made');
		expect(others).toEqual([]);
		const [missing] = ['fox', 'owl', 'a/b'].filter(
			(name) => !files.includes(`${name.replace('/', '-')}-2.png`),
		);
		expect(failed).toMatchObject({
			name: missing,
			what_happened: expect.stringContaining('CUDA out of memory'),
			task_id: expect.stringMatching(/./),
		});
	});
}
