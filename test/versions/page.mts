import type { Version } from './versions.mts';

export type Row = { promise: string; seen: string[] };

/** The page docs/versions.md. */
export function pageOf(versions: Version[], rows: Row[]): string {
	const head = ['', ...versions.map(({ n8n, nodeMajor }) => `${n8n} (Node.js ${nodeMajor})`)];
	const lines = rows.map(({ promise, seen }) => [promise, ...seen]);
	return `# Versions of n8n

Tested in a real n8n of each version, with the package as it is published, the newest zod installed above n8n's folder,
and the emulator as the service. The tests write this page (\`UPDATE_DOCS=1 npm run test:versions\`) and fail when it is no longer
true.

${tableOf(head, lines)}
`;
}

function tableOf(head: string[], lines: string[][]): string {
	const row = (cells: string[]) => `| ${cells.join(' | ')} |`;
	return [row(head), row(head.map(() => '---')), ...lines.map(row)].join('\n');
}
