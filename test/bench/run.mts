import { readFileSync, writeFileSync } from 'node:fs';
import { batchFigures } from './batch.mts';
import { bigVideoFigures } from './bigVideo.mts';
import { tableHead, tableRow, type Figure } from './figures.mts';
import { formFigures } from './form.mts';
import { madeBy } from './machine.mts';
import { ownWorkFigures } from './ownWork.mts';
import { packageFigures } from './package.mts';
import { classes, tasksPerFigure } from './pace/classes.mts';
import { pollingFigures } from './pace/polling.mts';
import { planningFigures } from './planning.mts';
import { requestRateFigures } from './requestRate.mts';
import { waitingFigures } from './waitingMemory.mts';
import { worstPasteFigures } from './worstPaste.mts';
import { worstReplyFigures } from './worstReply.mts';

const print = (text: string) => process.stdout.write(`${text}\n`);

interface Part {
	name: string;
	/** What its figures mean. */
	about: string;
	figures: () => Promise<Figure[]>;
}

const parts: Part[] = [
	{
		name: 'package',
		about: 'what installing it costs, beside a node in wide use.',
		figures: packageFigures,
	},
	{
		name: 'form',
		about: "in a real n8n, from the editor's question to the fields.",
		figures: formFigures,
	},
	{
		name: 'batch',
		about:
			'in a real n8n. Ideal: the tasks alone. Late: from "completed at the service" to "known to the node"; too late: by more than 0.5 s or 5% of the task.',
		figures: batchFigures,
	},
	{
		name: 'big file',
		about: 'in a real n8n, how much memory a download takes at most.',
		figures: bigVideoFigures,
	},
	{
		name: 'waiting',
		about:
			"by how much a real n8n's process grows. The executions come five at a time. One that waits in the node holds an expression engine of n8n's until it ends, a parked one holds none, and one that waits for fifty tasks holds one. For jobs of many minutes, or more of them at once than your workers have slots, use the parked pattern or many tasks in one execution.",
		figures: waitingFigures,
	},
	{
		name: 'own work',
		about:
			"on n8n's engine, beside a node that only makes the same two calls with the same pause between them.",
		figures: ownWorkFigures,
	},
	{
		name: 'planning',
		about:
			"on n8n's engine with its older, faster evaluator: how long checking the items held the event loop at a stretch.",
		figures: planningFigures,
	},
	{
		name: 'replies',
		about: "on n8n's engine, what one status costs at worst.",
		figures: worstReplyFigures,
	},
	{
		name: 'pastes',
		about: 'what reading a hostile text in the credential costs at worst.',
		figures: worstPasteFigures,
	},
	{
		name: 'polling',
		about: `simulated, ${tasksPerFigure} tasks of each of ${classes.length} classes (alone, in a queue, siblings, uneven ones); the worst is shown. Latest: the share that is too late (by more than 0.5 s or 5% of the task, and one round trip); late by median, 95 of 100, worst; the worst of all classes. Questions: a multiple of those of an SDK that asks every 500 ms. Batches: 20 tasks at once.`,
		figures: pollingFigures,
	},
	{
		name: 'request rate',
		about:
			"a service that answers 429 to some requests. The first on n8n's engine; the others simulated, the median of five: time; replies of 429; how late ends are noticed, 95 of 100 and the worst, as a multiple of 0.5 s or 5% of the task. Ideal: what the tasks, or the service's limit, cost at least.",
		figures: requestRateFigures,
	},
];

// `npm run bench -- polling` measures the parts with that word in their name, and leaves the rows of the others as they are.
const [, , wanted = ''] = process.argv;
const file = 'docs/benchmarks.md';
const before = readFileSync(file, 'utf8').split('\n');
const rows: string[] = [];
for (const { name, figures } of parts) {
	const measured = name.includes(wanted.toLowerCase())
		? (await figures()).map((figure) => tableRow(name, figure))
		: before.filter((line) => line.startsWith(`| ${name} |`));
	print(measured.join('\n'));
	rows.push(...measured);
}

const page = `# Benchmarks

${madeBy('npm run build && npm run bench')}

${[tableHead, ...rows].join('\n')}

## What the figures mean

${parts.map(({ name, about }) => `- **${name}**: ${about}`).join('\n')}

## Measuring again

\`npm run bench\` measures everything and writes this page; \`npm run bench -- polling\` only the parts with that word in their name.
`;
writeFileSync(file, page);
print(`Written to ${file}`);
