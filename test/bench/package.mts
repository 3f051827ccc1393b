import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { pack } from '../package/packed.mts';
import { median, ms, type Figure } from './figures.mts';

const manifest = z.object({ dependencies: z.record(z.string()).default({}) });

/** Loads the built node where n8n's own modules are loaded already, as when n8n starts. */
const load = `
	require('n8n-workflow'); require('zod'); require('node:crypto');
	const start = performance.now();
	new (require('./dist/nodes/InstaSd/InstaSd.node.js').InstaSd)();
	new (require('./dist/credentials/InstaSdApi.credentials.js').InstaSdApi)();
	console.log(performance.now() - start);
`;

/** What the built package weighs, and how long n8n needs to load it. */
export async function packageFigures(): Promise<Figure[]> {
	const times = Array.from({ length: 15 }, () =>
		Number(execFileSync(process.execPath, ['-e', load], { encoding: 'utf8', env: {} })),
	);
	const { bytes, remove } = await pack();
	await remove();
	const { dependencies } = manifest.parse(JSON.parse(readFileSync('package.json', 'utf8')));
	const count = Object.keys(dependencies).length;
	return [
		{
			what: 'the package is loaded, median of 15 processes',
			goal: '≤ 15 ms',
			figure: ms(median(times)),
			met: median(times) <= 15,
		},
		{
			what: 'packed size, runtime dependencies',
			goal: '≤ 60 kB, none',
			figure: `${(bytes / 1000).toFixed(1)} kB, ${count}`,
			met: bytes <= 60_000 && count === 0,
		},
	];
}
