import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { calls, durationMs, loadFigures } from './load.mts';
import { madeBy } from './machine.mts';
import { mebibyte } from './memory.mts';
import { waitingFigures } from './waitingMemory.mts';

const file = 'docs/load.md';
const mib = (bytes: number): string => `${Math.round(bytes / mebibyte)} MiB`;
const table = (...rows: string[][]): string =>
	rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');

interface Part {
	title: string;
	text: () => Promise<string>;
}

const parts: Part[] = [
	{
		title: `${calls} webhook calls at once`,
		text: async () => `Each call runs a task of ${durationMs / 1000} seconds and is answered with it.

${table(
	['n8n', 'answered', 'charged', 'seconds', 'a minute', 'main grew', 'workers grew'],
	['---', '---', '---', '---', '---', '---', '---'],
	...(await loadFigures()).map((row) => [
		row.setting,
		`${row.answered} of ${calls}`,
		`${row.charged}`,
		row.seconds.toFixed(1),
		((row.answered / row.seconds) * 60).toFixed(0),
		mib(row.mainGrown),
		row.setting.startsWith('queue') ? mib(row.workersGrown) : '',
	]),
)}

In queue mode a worker runs no more executions at once than its concurrency, and one that waits in the node counts: the
ideal is ${durationMs / 1000} seconds for each round of them, and what is above that is the work of n8n, and of whatever else the machine does. Memory is what the
kernel counts as resident, at most, beyond what the processes had after a few runs.`,
	},
	{
		title: 'What waiting costs',
		text: async () => `${table(
			['50 tasks under way', 'n8n grew', 'at most'],
			['---', '---', '---'],
			...(await waitingFigures()).map(({ way, held, atMost }) => [way, mib(held), mib(atMost)]),
		)}

The executions come five at a time. One that waits in the node holds an expression engine of n8n's until it ends, a parked
one holds none, and one execution that waits for fifty tasks holds one engine. For jobs of many minutes,
or more of them at once than your workers have slots, use the parked pattern or many tasks in one execution.`,
	},
];

const [busy = 0] = loadavg();
const page = [
	'# Load',
	`${madeBy('npm run bench:load')} Before the start the machine's load average was ${busy.toFixed(1)}.`,
];
for (const { title, text } of parts) page.push(`## ${title}\n\n${await text()}`);
writeFileSync(file, `${page.join('\n\n')}\n`);
process.stdout.write(`Written to ${file}\n`);
