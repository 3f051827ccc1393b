import path from 'node:path';
import { z } from 'zod';
import { SANDBOX_FOLDER, madeOnce } from '../../sandbox/n8n/folders.mts';
import { npmInstall } from '../../sandbox/n8n/npm.mts';
import { PlainError } from '../../sandbox/n8n/terminal.mts';
import { run } from '../../sandbox/n8n/processes.mts';

const SCANNER = '@n8n/scan-community-package';
const VERSION = '0.32.0';

/** What n8n's gate reads of the repository and of the published package. */
export const scanned = {
	source: ['package.json', '{nodes,credentials}/**/*.{js,ts,json}'],
	package: ['**/*.js', 'package.json'],
};

// The scanner's own command takes only the name of a package that is published already.
const analyse = `
	import { analyzePackage } from '${SCANNER}/scanner/scanner.mjs';
	const { passed, message, details } = await analyzePackage(...JSON.parse(process.argv[1]));
	console.log(JSON.stringify({ passed, message, details }));
`;

const verdict = z.object({
	passed: z.boolean(),
	message: z.string().optional(),
	details: z.string().optional(),
});

/**
 * Runs the scanner that every community node has to pass over the files of a folder. It heeds no
 * comment that switches a rule off. Fetched on first use.
 * @throws PlainError with what it found
 */
export async function scan(folder: string, patterns: string[]): Promise<void> {
	const { code, stdout, log } = await run(
		process.execPath,
		['--input-type=module', '--eval', analyse, JSON.stringify([folder, patterns])],
		{ cwd: await installScanner() },
	);
	if (code !== 0) throw new PlainError('The scanner could not be run', { log });
	const { passed, message, details } = verdict.parse(JSON.parse(stdout));
	if (!passed) throw new PlainError(message ?? 'The scan failed', { log: details });
}

/** The scanner's version. */
export const scanner = `${SCANNER} ${VERSION}`;

async function installScanner(): Promise<string> {
	return await madeOnce(path.join(SANDBOX_FOLDER, `scan-community-package-${VERSION}`), (folder) =>
		npmInstall(folder, [`${SCANNER}@${VERSION}`]),
	);
}
