import { readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { answerCalls, answerFigures } from './answerAtOnce.mts';
import { calls, durationMs, loadFigures } from './load.mts';
import { madeBy } from './machine.mts';
import { mebibyte } from './memory.mts';
import { batchTaskMs, nightFigures } from './nightlyBatch.mts';
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
		title: `${answerCalls} calls that are answered at once`,
		text: async () => `The example [Webhook, answer at once](examples.md#webhook-answer-at-once), regular mode, SQLite. An answer comes when the
delivery is written down, its task exists and its id is written down, too.

${table(
	['setting', 'answered', 'charged', 'median', 'slowest'],
	['---', '---', '---', '---', '---'],
	...(await answerFigures()).map(({ setting, answered, charged, median, slowest }) => [
		...[setting, `${answered} of ${answerCalls}`, `${charged}`],
		...[`${median.toFixed(1)} s`, `${slowest.toFixed(1)} s`],
	]),
)}

Half of the work is that n8n makes an expression engine for each execution; the older one is quicker, and less shut off from
n8n.`,
	},
	{
		title: 'A night of the example Batch',
		text: async () => {
			const row = await nightFigures();
			return `The example [Batch](examples.md#batch) once, regular mode, SQLite. Each task takes ${batchTaskMs / 1000} seconds and gives a file of 1 MB.

${table(
	['rows', 'done', 'charged', 'minutes', 'n8n held before', 'at half of the rows', 'at most'],
	['---', '---', '---', '---', '---', '---', '---'],
	[
		...[`${row.rows}`, `${row.done}`, `${row.charged}`, (row.seconds / 60).toFixed(1)],
		...[mib(row.before), mib(row.atHalf), mib(row.atMost)],
	],
)}`;
		},
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

// `npm run bench:load -- night` measures the parts with that word in their title, and leaves the others as they are.
const [, , wanted = ''] = process.argv;
const [head = '', ...sections] = readFileSync(file, 'utf8').trimEnd().split('\n\n## ');
const written = new Map(
	sections.map((section): [string, string] => {
		const [title = '', ...text] = section.split('\n\n');
		return [title, text.join('\n\n')];
	}),
);
const [busy = 0] = loadavg();
const measuredBy = `${madeBy('npm run bench:load')} Before the start the machine's load average was ${busy.toFixed(1)}.`;
for (const { title, text } of parts) {
	if (!title.toLowerCase().includes(wanted.toLowerCase())) continue;
	const measured = await text();
	written.set(title, wanted === '' ? measured : `${measured}\n\n${measuredBy}`);
	process.stdout.write(`${measured}\n`);
}
const page = [wanted === '' ? `# Load\n\n${measuredBy}` : head];
for (const { title } of parts) {
	const text = written.get(title);
	if (text !== undefined) page.push(`## ${title}\n\n${text}`);
}
writeFileSync(file, `${page.join('\n\n')}\n`);
process.stdout.write(`Written to ${file}\n`);
