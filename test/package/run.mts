import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { colors } from '../../sandbox/n8n/terminal.mts';
import { z } from 'zod';
import { REPOSITORY } from '../../sandbox/n8n/folders.mts';
import { PlainError, lastLines } from '../../sandbox/n8n/terminal.mts';
import { run } from '../../sandbox/n8n/processes.mts';
import { pictureBeside } from './besideZod.mts';
import { loadWithN8n } from './load.mts';
import { MOST_BYTES, pack, type Packed } from './packed.mts';
import { scan, scanned, scanner } from './scan.mts';
import { newestZod, olderZods } from './zods.mts';

const manifest = z
	.object({ peerDependencies: z.record(z.string()), scripts: z.record(z.string()).default({}) })
	.passthrough();

/** Says in a word what it saw, or throws. */
type Check = [promise: string, check: (packed: Packed) => Promise<string | void>];

const checks: Check[] = [
	['the package holds what ships and nothing else', contents],
	['the package is small', size],
	['the package needs no other package', dependencies],
	['the licences of the libraries in it are in the package', licences],
	["the packed node and credential load with n8n's modules", loads],
	['it makes a picture with no zod in reach', (packed) => pictureBeside(undefined, packed)],
	...olderZods.map(
		(zod): Check => [`it makes a picture below zod ${zod}`, (packed) => pictureBeside(zod, packed)],
	),
	['it makes a picture below the newest zod', pictureBesideNewest],
	[`n8n's scanner passes the package`, ({ folder }) => scan(folder, scanned.package)],
	[`n8n's scanner passes the source`, () => scan(REPOSITORY, scanned.source)],
	["the linter's settings are the default ones", lintSettings],
	['no rule is switched off in the source', lintExceptions],
];

const packed = await pack();
try {
	console.log(`${path.basename(REPOSITORY)}, with ${scanner}`);
	for (const [promise, check] of checks) {
		try {
			const seen = await check(packed);
			console.log(`${colors.green('✓')} ${promise}${seen ? colors.dim(` ${seen}`) : ''}`);
		} catch (error) {
			process.exitCode = 1;
			console.log(`${colors.red('✗')} ${promise}: ${String(error)}`);
			if (error instanceof PlainError && error.log) console.log(error.log);
		}
	}
} finally {
	await packed.remove();
}

async function contents(): Promise<string> {
	const gulp = path.join(REPOSITORY, 'node_modules/gulp/bin/gulp.js');
	const { code, log } = await run(process.execPath, [gulp, 'checkPacked'], { cwd: REPOSITORY });
	if (code !== 0) throw new PlainError('gulp checkPacked failed', { log: lastLines(log) });
	return /Packed: (.*)/.exec(log)?.[1] ?? '';
}

async function size({ bytes }: Packed): Promise<string> {
	const seen = `${(bytes / 1000).toFixed(1)} kB`;
	if (bytes > MOST_BYTES) throw new PlainError(`${seen} are more than ${MOST_BYTES / 1000} kB`);
	return seen;
}

async function dependencies({ folder }: Packed): Promise<void> {
	const { peerDependencies, scripts, ...rest } = manifest.parse(
		JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')),
	);
	const wanted = ['dependencies', 'optionalDependencies', 'bundledDependencies', 'overrides'];
	const found = [
		...wanted.filter((field) => field in rest),
		...Object.keys(peerDependencies).filter((name) => name !== 'n8n-workflow'),
		...['preinstall', 'install', 'postinstall'].filter((name) => name in scripts),
	];
	if (found.length > 0) throw new PlainError(`package.json has ${found.join(', ')}`);
}

async function licences({ folder }: Packed): Promise<void> {
	const bundle = await readFile(path.join(folder, 'dist/nodes/InstaSd/bundle.js'), 'utf8');
	const text = await readFile(path.join(REPOSITORY, 'node_modules/zod/LICENSE'), 'utf8');
	if (!bundle.includes(text.trim())) throw new PlainError("bundle.js lacks zod's licence");
}

async function loads({ folder }: Packed): Promise<string> {
	const { names, ms } = await loadWithN8n(folder);
	return `${names.join(', ')} in ${ms.toFixed(0)} ms`;
}

async function pictureBesideNewest(packed: Packed): Promise<string> {
	const zod = await newestZod();
	return `${zod}: ${await pictureBeside(zod, packed)}`;
}

async function lintSettings(): Promise<void> {
	const template = 'node_modules/@n8n/node-cli/dist/template/templates/shared/default';
	const [own, given] = await Promise.all(
		['.', template].map((folder) => readFile(path.join(REPOSITORY, folder, 'eslint.config.mjs'))),
	);
	if (own === undefined || given === undefined || !own.equals(given)) {
		throw new PlainError(`eslint.config.mjs is not the one of ${template}`);
	}
}

async function lintExceptions(): Promise<void> {
	const found: string[] = [];
	for (const folder of ['nodes', 'credentials']) {
		for (const name of await readdir(path.join(REPOSITORY, folder), { recursive: true })) {
			if (!name.endsWith('.ts')) continue;
			const text = await readFile(path.join(REPOSITORY, folder, name), 'utf8');
			if (/eslint-disable|@ts-(ignore|nocheck|expect-error)/.test(text)) {
				found.push(`${folder}/${name}`);
			}
		}
	}
	if (found.length > 0) throw new PlainError(found.join(', '));
}
