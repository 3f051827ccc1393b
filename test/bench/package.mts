import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { median, ms, type Figure } from './figures.mts';

const packed = z.array(z.object({ filename: z.string() }));
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
export function packageFigures(): Figure[] {
	const times = Array.from({ length: 15 }, () =>
		Number(execFileSync(process.execPath, ['-e', load], { encoding: 'utf8', env: {} })),
	);
	const bytes = packedBytes();
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

function packedBytes(): number {
	const folder = mkdtempSync(path.join(tmpdir(), 'instasd-pack-'));
	try {
		const options = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
		const [file] = packed.parse(
			Object.values(JSON.parse(execFileSync('npm', options, { encoding: 'utf8' }))),
		);
		return statSync(path.join(folder, file?.filename ?? '')).size;
	} finally {
		rmSync(folder, { recursive: true });
	}
}
