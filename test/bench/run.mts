import { writeFileSync } from 'node:fs';
import { batchFigures } from './batch.mts';
import { bigVideoFigures } from './bigVideo.mts';
import { tableOf, type Figure } from './figures.mts';
import { formFigures } from './form.mts';
import { madeBy } from './machine.mts';
import { ownWorkFigures } from './ownWork.mts';
import { packageFigures } from './package.mts';
import { paceFigures } from './pace/figures.mts';
import { worstReplyFigures } from './worstReply.mts';

const print = (text: string) => process.stdout.write(`${text}\n`);

const sections: Array<{ title: string; figures: () => Promise<Figure[]> }> = [
	{ title: 'The package', figures: packageFigures },
	{ title: 'The form, in a real n8n', figures: formFigures },
	{ title: 'A batch, in a real n8n', figures: batchFigures },
	{ title: 'One big file, in a real n8n', figures: bigVideoFigures },
	{ title: 'Own work, on the n8n engine', figures: ownWorkFigures },
	{ title: 'The worst replies, on the n8n engine', figures: worstReplyFigures },
	{ title: 'Polling, simulated in virtual time', figures: paceFigures },
];

const measured: string[] = [];
for (const { title, figures } of sections) {
	const section = `## ${title}\n\n${tableOf(await figures())}\n`;
	print(section);
	measured.push(section);
}
const heading = `# Benchmarks\n\n${madeBy('npm run build && npm run bench')}\n`;
writeFileSync('docs/benchmarks.md', `${heading}\n${measured.join('\n')}`);
print('Written to docs/benchmarks.md');
