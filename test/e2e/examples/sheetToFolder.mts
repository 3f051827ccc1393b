import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { productPicture } from '../../../sandbox/emulator/apis.mts';
import { temporaryFolder } from '../../../sandbox/n8n/folders.mts';
import { importExample } from '../../realN8n/importedExamples.mts';
import { isPng } from '../../realN8n/servedFiles.mts';
import { jsonOf, play, promptOf, withParameters, type ExampleStage } from './exampleStage.mts';

const sheet = `name,prompt
fox,"A fox, in the snow"
owl,An owl in the rain
a/b,A deer at the lake
`;

const copy = 'rows of the last run.csv';

/** Promises of examples/sheet-to-folder.json. */
export function sheetToFolder(stage: () => ExampleStage): void {
	/**
	 * Runs the example in the folder of this n8n, with the sheet in it; gives the files that are there then.
	 * @param taken names of files that cannot be written, because folders have them
	 */
	const run = async (content = sheet, taken: string[] = [], folder = stage().folder) => {
		const { api, credentialFor } = stage();
		for (const name of await readdir(folder))
			await rm(path.join(folder, name), { recursive: true });
		for (const name of taken) await mkdir(path.join(folder, name));
		if (content !== '') await writeFile(path.join(folder, 'rows.csv'), content);
		const credential = await credentialFor(api(productPicture.name));
		const workflow = await importExample(stage(), 'sheet-to-folder', credential, (node) =>
			node.name === 'Folder' ? withParameters(node, '/home/node/.n8n-files', folder) : node,
		);
		const execution = await play(stage(), workflow);
		const before = [...taken, 'rows.csv', copy];
		const files = (await readdir(folder)).filter((name) => !before.includes(name));
		return { execution, files: files.sort() };
	};

	it("puts the picture of each row into the folder, under the row's name", async () => {
		const { execution, files } = await run();
		expect(files).toEqual(['a-b.png', 'fox.png', 'owl.png']);
		for (const file of files) {
			expect(isPng(await readFile(path.join(stage().folder, file)))).toBe(true);
		}
		const made = jsonOf(execution, 'Into the folder', 0).map(({ fileName, task_id }) => [
			path.basename(String(fileName)),
			promptOf(stage().emulator.task(String(task_id))?.inputs),
		]);
		expect(Object.fromEntries(made)).toEqual({
			'fox.png': 'A fox, in the snow',
			'owl.png': 'An owl in the rain',
			'a-b.png': 'A deer at the lake',
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

	it.each([
		['begins with a byte order mark, as CSV UTF-8 does', `\u{feff}${sheet}`],
		[
			'has semicolons, as in many languages',
			'Name;Prompt\r\nfox;A fox, in the snow\r\nowl;An owl, wet\r\na/b;"A deer; red"\r\n',
		],
		[
			'has tabs, and names in capitals',
			sheet.replace('name,prompt', 'NAME,PROMPT').replaceAll(',', '\t'),
		],
	])("reads Excel's sheet that %s", async (_what, content) => {
		const { files } = await run(content);
		expect(files).toEqual(['a-b.png', 'fox.png', 'owl.png']);
	});

	it('writes no two images into one file, whatever the names of their rows are', async () => {
		stage().emulator.setBehaviour(({ inputs }) => ({ images: promptOf(inputs) === 'one' ? 2 : 1 }));
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
				'fox-2,eight',
			].join('\n'),
		);
		expect(files).toHaveLength(9);
		expect(stage().emulator.statistics().charged).toBe(8);
		expect(files).toEqual(
			expect.arrayContaining(['Fox (row 3).png', 'unnamed (row 4).png', 'fox-2 (row 9).png']),
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
				`${fox.repeat(40)}.png`,
				`${'x'.repeat(120)}.png`,
				`${family.repeat(4)}.png`,
				`${'x'.repeat(119)}.png`,
				'unnamed (row 6).png',
				`${'x'.repeat(120)} (row 7).png`,
			].sort(),
		);
		expect(jsonOf(execution, 'Not made')).toEqual([]);
		expect(stage().emulator.statistics().charged).toBe(names.length);
	});

	it('writes the rows after one whose file cannot be written, and names that one with the id of its task', async () => {
		const { execution, files } = await run(sheet, ['fox.png']);
		expect(execution.status).toBe('success');
		expect(files).toEqual(['a-b.png', 'owl.png']);
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

	it('pays for nothing, and says why, where it cannot write into the folder or may not read it', async () => {
		const unwritable = await run(sheet, [copy]);
		const outside = await run(sheet, [], await temporaryFolder(path.join(tmpdir(), 'instasd')));
		expect(unwritable.execution.result.error?.message).toMatch(/cannot write into .* directory/);
		expect(outside.execution.result.error?.message).toMatch(
			/cannot read rows.csv in .*not allowed/,
		);
		expect(stage().sent()).toEqual([]);
	});
}
