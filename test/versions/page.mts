import type { Version } from './versions.mts';

export type Row = { promise: string; seen: string[] };

/**
 * The page docs/versions.md: the versions, and what does not work in all of them.
 * @param before the page as it is: what it says of versions that no test can run stays
 */
export function pageOf(versions: Version[], rows: Row[], before: string): string {
	const head = ['', ...versions.map(({ n8n, nodeMajor }) => `${n8n} (Node.js ${nodeMajor})`)];
	const exceptions = rows.filter(({ seen }) => seen.some((word) => word !== 'yes'));
	const lines = exceptions.map(({ promise, seen }) => [promise, ...seen]);
	return `# Versions of n8n

For n8n 2.0 and newer, on the Node.js that n8n asks for. Credential, form, operations, files, errors, retries, *Stop*, agents
and MCP are tried in a real n8n of each version in this table, with the package as it is published. All of it works in each,
but for:

${tableOf(head, lines)}

The tests write this table (\`UPDATE_DOCS=1 npm run test:versions\`) and fail when it is no longer true.

${before.slice(before.indexOf('## '))}`;
}

function tableOf(head: string[], lines: string[][]): string {
	const row = (cells: string[]) => `| ${cells.join(' | ')} |`;
	return [row(head), row(head.map(() => '---')), ...lines.map(row)].join('\n');
}
