import type { Version } from './versions.mts';

export type Row = { promise: string; seen: string[] };

/**
 * The page docs/versions.md.
 * @param before the page as it is: what it says of versions that no test can run stays
 */
export function pageOf(versions: Version[], rows: Row[], before: string): string {
	const head = ['', ...versions.map(({ n8n, nodeMajor }) => `${n8n} (Node.js ${nodeMajor})`)];
	const lines = rows.map(({ promise, seen }) => [promise, ...seen]);
	return `# Versions of n8n

Tested in a real n8n of each version, with the package as it is published, the newest zod installed above n8n's folder,
and the emulator as the service. The tests write this page (\`UPDATE_DOCS=1 npm run test:versions\`) and fail when it is no longer
true.

${tableOf(head, lines)}

${before.slice(before.indexOf('## '))}`;
}

function tableOf(head: string[], lines: string[][]): string {
	const row = (cells: string[]) => `| ${cells.join(' | ')} |`;
	return [row(head), row(head.map(() => '---')), ...lines.map(row)].join('\n');
}
