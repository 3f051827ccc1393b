import { readFileSync, writeFileSync } from 'node:fs';
import { batchFigures } from './batch.mts';
import { bigVideoFigures } from './bigVideo.mts';
import { tableOf, type Figure } from './figures.mts';
import { formFigures } from './form.mts';
import { madeBy } from './machine.mts';
import { ownWorkFigures } from './ownWork.mts';
import { packageFigures } from './package.mts';
import { crowdFigures } from './pace/crowds.mts';
import { tasksPerFigure } from './pace/classes.mts';
import { batchPaceFigures, paceFigures } from './pace/figures.mts';
import { planningFigures } from './planning.mts';
import { worstReplyFigures } from './worstReply.mts';

const print = (text: string) => process.stdout.write(`${text}\n`);

const pollingAbout = `Each row: ${tasksPerFigure} tasks. Late: from "completed at the service" to the question that finds it so, median / 95 of 100 / at worst, where a call takes 20 to 300 ms; the goal is 95 of 100 within 0.5 s or 5 % of the task and one round trip, and all within 6 s. Questions: as a multiple of those of an SDK that asks every 500 ms, without a network (the goal) and across the internet. Comfy's SDKs wait 0.5 s × 1.5, at most 5 s.`;

interface Section {
	title: string;
	/** How its rows are to be read. */
	about?: string;
	figures: () => Promise<Figure[]>;
}

const sections: Section[] = [
	{ title: 'The package', figures: packageFigures },
	{ title: 'The form, in a real n8n', figures: formFigures },
	{ title: 'A batch, in a real n8n', figures: batchFigures },
	{ title: 'One big file, in a real n8n', figures: bigVideoFigures },
	{ title: 'Own work, on the n8n engine', figures: ownWorkFigures },
	{
		title: 'Planning, on the n8n engine',
		about:
			"What the node itself takes: expressions are evaluated by n8n's older evaluator, because each takes n8n's newer ones milliseconds.",
		figures: planningFigures,
	},
	{ title: 'The worst replies, on the n8n engine', figures: worstReplyFigures },
	{
		title: 'Polling, simulated in virtual time',
		about: pollingAbout,
		figures: async () => [...(await paceFigures()), ...(await batchPaceFigures())],
	},
	{ title: 'Polling by many tasks, simulated in virtual time', figures: crowdFigures },
];

// `npm run bench -- polling` measures the sections with that word in their title, and leaves the others as they are.
const [, , wanted = ''] = process.argv;
const file = 'docs/benchmarks.md';
const before = readFileSync(file, 'utf8').split(/^(?=## )/m);
const measured: string[] = [];
for (const { title, about, figures } of sections) {
	const heading = `## ${title}\n`;
	const earlier = before.find((section) => section.startsWith(heading));
	if (!title.toLowerCase().includes(wanted.toLowerCase())) {
		if (earlier !== undefined) measured.push(`${earlier.trim()}\n`);
		continue;
	}
	const table = tableOf(await figures());
	const section = [heading, ...(about === undefined ? [] : [`${about}\n`]), `${table}\n`].join(
		'\n',
	);
	print(section);
	measured.push(section);
}
const heading = `# Benchmarks\n\n${madeBy('npm run build && npm run bench')}\n`;
writeFileSync(file, `${heading}\n${measured.join('\n')}`);
print(`Written to ${file}`);
