import { z } from 'zod';
import { productPicture } from '../../../sandbox/emulator/apis.mts';
import type { Execution } from '../../../sandbox/n8n/executions.mts';
import type { WorkflowNode } from '../../../sandbox/n8n/workflows.mts';
import { createTable, insertRows, tableRows } from '../../realN8n/dataTables.mts';
import { importExample } from '../../realN8n/importedExamples.mts';
import { isPng } from '../../realN8n/servedFiles.mts';
import { downloadBinary } from '../../../sandbox/n8n/executions.mts';
import { jsonOf, play, promptOf, type ExampleStage } from './exampleStage.mts';

const columns = {
	...{ row_id: 'string', prompt: 'string', state: 'string', task_id: 'string' },
	...{ picture_link: 'string', cost: 'number', note: 'string', run: 'string', tries: 'number' },
};

/** Promises of examples/google-sheet-to-drive.json, with a data table as its sheet, and no Drive. */
export function googleSheetToDrive(stage: () => ExampleStage): void {
	const played = async (
		sheet: string,
		{ step, refused }: { step?: string; refused?: string } = {},
	): Promise<Execution> => {
		const { api, credentialFor } = stage();
		const credential = await credentialFor(api(productPicture.name));
		const workflow = await importExample(stage(), 'google-sheet-to-drive', credential, (node) =>
			atHome(node, sheet, refused),
		);
		return await play(stage(), workflow, { trigger: 'Every night', step });
	};
	const run = async (sheet: string, step?: string): Promise<Execution> => {
		const execution = await played(sheet, { step });
		expect(execution.status).toBe('success');
		return execution;
	};
	const sheetOf = async (name: string, count: number): Promise<void> => {
		await createTable(stage().session, name, columns);
		const numbers = Array.from({ length: count }, (_, index) => index + 1);
		await insertRows(
			stage().session,
			name,
			numbers.map((number) => ({
				row_id: `row ${number}`,
				prompt: `A house with ${number} windows`,
			})),
		);
	};
	const charged = (): number => stage().emulator.statistics().charged;

	it('makes a picture of each row in chunks, and writes its link and cost into the sheet', async () => {
		const { emulator, session } = stage();
		await sheetOf('google_rows', 25);
		const execution = await run('google_rows');
		const rows = await tableRows(session, 'google_rows');
		expect(rows).toHaveLength(25);
		for (const { cost, picture_link, prompt, row_id, state, task_id } of rows) {
			expect({ cost, state }).toEqual({ cost: 0.05, state: 'done' });
			expect(picture_link).toBe(`https://drive.example.com/${String(row_id)}`);
			expect(promptOf(emulator.task(String(task_id))?.inputs)).toBe(prompt);
		}
		const uploaded = (execution.result.runData['Into the folder'] ?? []).flatMap(
			({ data }) => data?.main?.[0] ?? [],
		);
		expect(uploaded).toHaveLength(25);
		for (const { binary } of uploaded) {
			if (binary?.data === undefined) throw new Error('Nothing was uploaded');
			expect(isPng(await downloadBinary(session, binary.data))).toBe(true);
		}
		const sizes = (execution.result.runData['Run Task'] ?? []).map(
			({ data }) => data?.main?.[0]?.length,
		);
		expect(sizes).toEqual([20, 5]);
		expect(charged()).toBe(25);

		const second = await run('google_rows');
		expect(jsonOf(second, 'Loop Over Items')).toEqual([]);
		expect(charged()).toBe(25);
	});

	it('collects what is paid, makes a failed row anew, and leaves alone what may be paid', async () => {
		const { emulator, session } = stage();
		await sheetOf('google_failures', 4);
		emulator.addFault({ call: 'submit', kind: 'resetAfter', taskNumber: 1 });
		emulator.addFault({
			call: 'file',
			kind: 'status',
			status: 500,
			taskNumber: 2,
			times: Infinity,
		});
		emulator.setBehaviour(({ number }) => (number === 3 ? { failWith: 'CUDA out of memory' } : {}));
		await run('google_failures');
		const states = async (): Promise<unknown[]> =>
			(await tableRows(session, 'google_failures')).map(({ state }) => state).sort();
		expect(await states()).toEqual(['check', 'done', 'made', 'retry']);
		emulator.clearFaults();
		await run('google_failures');
		expect(await states()).toEqual(['check', 'done', 'done', 'done']);
		expect(charged()).toBe(5);
	});

	it('uploads in the next run what Drive did not take, and pays nothing more', async () => {
		const { session } = stage();
		await sheetOf('google_uploads', 4);
		expect((await played('google_uploads', { refused: 'row 2' })).status).toBe('error');
		const states = async (): Promise<unknown[]> =>
			(await tableRows(session, 'google_uploads')).map(({ state }) => state);
		expect(await states()).toEqual(['made', 'made', 'made', 'made']);
		await run('google_uploads');
		expect(await states()).toEqual(['done', 'done', 'done', 'done']);
		expect(charged()).toBe(4);
	});

	it('makes one picture by hand, and marks nothing', async () => {
		await sheetOf('google_by_hand', 30);
		await run('google_by_hand', 'Run Task');
		expect(charged()).toBe(1);
		const rows = await tableRows(stage().session, 'google_by_hand');
		expect(rows.map(({ state }) => state)).toEqual(rows.map(() => null));
	});
}

const updateSchema = z.object({ columns: z.object({ value: z.record(z.unknown()) }) });

/**
 * A node of Google's, replaced by one that does the same in this n8n.
 * @param refused the row whose upload fails
 */
function atHome(node: WorkflowNode, sheet: string, refused?: string): WorkflowNode {
	const table = { __rl: true, mode: 'name', value: sheet };
	const local = { type: 'n8n-nodes-base.dataTable', typeVersion: 1.1 };
	if (node.type === 'n8n-nodes-base.googleDrive') {
		const row = "$('Loop Over Items').item.json.row_id";
		const value = `={{ ${row} === '${refused}' ? $('Refused by Drive').first() : ${row} }}`;
		const id = { id: 'id', name: 'id', type: 'string', value };
		const link = {
			...{ id: 'link', name: 'webViewLink', type: 'string' },
			value: `=https://drive.example.com/{{ ${row} }}`,
		};
		return {
			...{ ...node, type: 'n8n-nodes-base.set', typeVersion: 3.4 },
			parameters: {
				...{ assignments: { assignments: [id, link] }, includeOtherFields: true },
				options: { stripBinary: false },
			},
		};
	}
	if (node.type !== 'n8n-nodes-base.googleSheets') return node;
	if (node.parameters.operation === 'read') {
		const parameters = { resource: 'row', operation: 'get', dataTableId: table, returnAll: true };
		return { ...node, ...local, parameters };
	}
	const { value } = updateSchema.parse(node.parameters).columns;
	const condition = { keyName: 'row_id', condition: 'eq', keyValue: value.row_id };
	return {
		...{ ...node, ...local },
		parameters: {
			...{ resource: 'row', operation: 'update', dataTableId: table },
			...{ matchType: 'allConditions', filters: { conditions: [condition] } },
			columns: { mappingMode: 'defineBelow', value, matchingColumns: [], schema: [] },
		},
	};
}
