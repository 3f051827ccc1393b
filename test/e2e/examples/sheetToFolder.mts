import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { productPicture } from '../../../sandbox/emulator/apis.mts';
import { importExample } from '../../realN8n/importedExamples.mts';
import { isPng } from '../../realN8n/servedFiles.mts';
import { jsonOf, play, promptOf, withParameters, type ExampleStage } from './exampleStage.mts';

const sheet = `name,prompt
fox,"A fox, in the snow"
owl,An owl in the rain
a/b,A deer at the lake
`;

/** Promises of examples/sheet-to-folder.json. */
export function sheetToFolder(stage: () => ExampleStage): void {
	/**
	 * Runs the example in the folder of this n8n, with the sheet in it; gives the files that are there then.
	 * @param taken names of files that cannot be written, because folders have them
	 */
	const run = async (content: string | undefined = sheet, taken: string[] = []) => {
		const { api, credentialFor, folder } = stage();
		for (const name of await readdir(folder))
			await rm(path.join(folder, name), { recursive: true });
		for (const name of taken) await mkdir(path.join(folder, name));
		if (content !== '') await writeFile(path.join(folder, 'rows.csv'), content);
		const credential = await credentialFor(api(productPicture.name));
		const workflow = await importExample(stage(), 'sheet-to-folder', credential, (node) =>
			node.name === 'Folder' ? withParameters(node, '/home/node/.n8n-files', folder) : node,
		);
		const execution = await play(stage(), workflow);
		const files = (await readdir(folder)).filter((name) => ![...taken, 'rows.csv'].includes(name));
		return { execution, files: files.sort() };
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
			name: missing?.replace('/', '-'),
			what_happened: expect.stringContaining('CUDA out of memory'),
			task_id: expect.stringMatching(/./),
		});
	});

	it("reads Excel's CSV UTF-8, which begins with a byte order mark", async () => {
		const { files } = await run(`\u{feff}${sheet}`);
		expect(files).toEqual(['a-b-1.png', 'fox-1.png', 'owl-1.png']);
	});

	it('writes no two rows into one file, whatever their names are', async () => {
		const { files } = await run(
			[
				'name,prompt',
				'fox,one',
				'Fox,two',
				',three',
				',four',
				'fox (row 3),five',
				'a/b,six',
				'a:b,seven',
			].join('\n'),
		);
		expect(files).toHaveLength(7);
		expect(stage().emulator.statistics().charged).toBe(7);
		expect(files).toEqual(
			expect.arrayContaining(['fox-1.png', 'Fox (row 3)-1.png', 'unnamed (row 4)-1.png']),
		);
	});

	it('cuts names that are too long for a file, never within a character, and makes all rows', async () => {
		const fox = '\u{72d0}';
		const family = '\u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467}\u{200d}\u{1f466}';
		const names = [
			fox.repeat(90),
			'x'.repeat(260),
			family.repeat(40),
			`${'x'.repeat(119)}e\u{301}`,
			`a${'\u{301}'.repeat(200)}`,
			`${'x'.repeat(10_000)}y`,
		];
		const { execution, files } = await run(
			['name,prompt', ...names.map((name) => `${name},a fox`)].join('\n'),
		);
		expect(execution.status).toBe('success');
		expect(files).toEqual(
			[
				`${fox.repeat(40)}-1.png`,
				`${'x'.repeat(120)}-1.png`,
				`${family.repeat(4)}-1.png`,
				`${'x'.repeat(119)}-1.png`,
				'unnamed (row 6)-1.png',
				`${'x'.repeat(120)} (row 7)-1.png`,
			].sort(),
		);
		expect(jsonOf(execution, 'Not made')).toEqual([]);
		expect(stage().emulator.statistics().charged).toBe(names.length);
	});

	it('writes the rows after one whose file cannot be written, and names that one with the id of its task', async () => {
		const { execution, files } = await run(sheet, ['fox-1.png']);
		expect(execution.status).toBe('success');
		expect(files).toEqual(['a-b-1.png', 'owl-1.png']);
		const fox = stage()
			.emulator.statistics()
			.perTask.find(
				({ id }) => promptOf(stage().emulator.task(id)?.inputs) === 'A fox, in the snow',
			);
		expect(jsonOf(execution, 'Not made')).toEqual([
			{
				name: 'fox',
				what_happened: expect.stringMatching(/could not be written: .*directory/),
				what_to_do: expect.stringContaining('*Get Status*'),
				task_id: fox?.id,
			},
		]);
	});

	it('says what to look at when there is no sheet', async () => {
		const { execution } = await run('');
		expect(execution.status).toBe('error');
		expect(execution.result.error?.message).toContain('n8n found no file rows.csv');
	});
}
