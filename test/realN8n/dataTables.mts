import { z } from 'zod';
import type { Session } from '../../sandbox/n8n/session.mts';

const tablesSchema = z.object({
	data: z.array(
		z.object({ id: z.string(), name: z.string(), projectId: z.string() }).passthrough(),
	),
});
const projectSchema = z.object({ id: z.string() }).passthrough();
const rowsSchema = z.object({
	count: z.number(),
	data: z.array(z.object({ id: z.number() }).passthrough()),
});

/** A row of a data table, with n8n's own columns `id`, `createdAt` and `updatedAt`. */
export type TableRow = Record<string, unknown>;

/** Makes a data table in the owner's own project; `columns` names each with its type. */
export async function createTable(
	session: Session,
	name: string,
	columns: Record<string, string>,
): Promise<void> {
	const { id } = projectSchema.parse(await session.request('GET', '/rest/projects/personal'));
	const typed = Object.entries(columns).map(([column, type]) => ({ name: column, type }));
	await session.request('POST', `/rest/projects/${id}/data-tables`, { name, columns: typed });
}

/** All rows of a data table, in the order in which they were inserted. */
export async function tableRows(session: Session, name: string): Promise<TableRow[]> {
	const table = await tablePath(session, name);
	const rows: TableRow[] = [];
	for (;;) {
		const query = new URLSearchParams({ take: '250', skip: `${rows.length}`, sortBy: 'id:asc' });
		const page = rowsSchema.parse(await session.request('GET', `${table}/rows?${query}`));
		rows.push(...page.data);
		if (page.data.length === 0 || rows.length >= page.count) return rows;
	}
}

/** Adds rows, as somebody who types them into the table. */
export async function insertRows(session: Session, name: string, rows: TableRow[]): Promise<void> {
	const table = await tablePath(session, name);
	await session.request('POST', `${table}/insert`, { data: rows, returnType: 'count' });
}

/** Changes the rows with this value in a column. */
export async function changeRows(
	session: Session,
	name: string,
	[columnName, value]: [column: string, value: unknown],
	data: TableRow,
): Promise<void> {
	const filters = [{ columnName, condition: 'eq', value }];
	await session.request('PATCH', `${await tablePath(session, name)}/rows`, {
		filter: { type: 'and', filters },
		data,
	});
}

/** @throws Error when no table has exactly this name */
async function tablePath(session: Session, name: string): Promise<string> {
	const filter = JSON.stringify({ name });
	const query = new URLSearchParams({ filter });
	const reply = await session.request('GET', `/rest/data-tables-global?${query}`);
	const table = tablesSchema.parse(reply).data.find((each) => each.name === name);
	if (table === undefined) throw new Error(`There is no data table '${name}'`);
	return `/rest/projects/${table.projectId}/data-tables/${table.id}`;
}
