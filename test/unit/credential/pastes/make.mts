/**
 * Writes request bodies as programs and commands do, and asks the real python3, Node.js and bash what each sends:
 * `npx tsx test/unit/credential/pastes/make.mts [seed] [folder] [bodies]`. What is committed was made by seed 1.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { bashSpellings, sentByBash } from './bash.mts';
import { randomBodies, randomBy } from './bodies.mts';
import { javascriptSpellings, sentByJavaScript } from './javascript.mts';
import type { Written } from './texts.mts';

const [seed = '1', folder = import.meta.dirname, count = '12'] = process.argv.slice(2);
console.log(`PASTES_SEED=${seed}`);
const bodies = randomBodies(Number(count), randomBy(Number(seed)));

function run(program: string, args: string[], input?: string): string {
	const { stdout, stderr, status, error } = spawnSync(program, args, {
		encoding: 'utf8',
		input,
		maxBuffer: 100_000_000,
	});
	if (error !== undefined || status !== 0) {
		throw new Error(
			`These texts need a real ${program}, which is missing or fails: ${error?.message ?? stderr}`,
		);
	}
	return stdout;
}

/** Each text with the number of its body, because the same bodies repeat; -1 where it sends no JSON. */
function save(
	name: string,
	version: string,
	written: Array<[spelling: string, text: string, sent: unknown]>,
): void {
	const sentBodies: string[] = [];
	const texts: Written['texts'] = {};
	for (const [spelling, text, sent] of written) {
		const body = JSON.stringify(sent);
		if (sent !== null && !sentBodies.includes(body)) sentBodies.push(body);
		(texts[spelling] ??= []).push([text, sent === null ? -1 : sentBodies.indexOf(body)]);
	}
	mkdirSync(folder, { recursive: true });
	const rows = Object.entries(texts).map(
		([spelling, all]) =>
			`${JSON.stringify(spelling)}: [\n${all.map((row) => JSON.stringify(row)).join(',\n')}\n]`,
	);
	const content = `{"version": ${JSON.stringify(version)}, "bodies": [\n${sentBodies.join(',\n')}\n], "texts": {\n${rows.join(',\n')}\n}}\n`;
	writeFileSync(path.join(folder, `${name}.json`), content);
	console.log(`${name} (${version}): ${written.length} texts`);
}

const python = JSON.parse(
	run('python3', [path.join(import.meta.dirname, 'python.py')], JSON.stringify(bodies)),
);
save('python', `Python ${python.version}`, python.written);

type Text = [spelling: string, text: string];
const javascript = bodies.flatMap((body): Text[] => Object.entries(javascriptSpellings(body)));
save(
	'javascript',
	`Node.js ${process.version}`,
	javascript.map(([spelling, text]) => [spelling, text, sentByJavaScript(text)]),
);

const version = run('bash', ['--version']).split('\n')[0] ?? '';
const bash = bashSpellings(bodies).flatMap((spellings): Text[] => Object.entries(spellings));
const sent = sentByBash(bash.map(([, command]) => command));
save(
	'bash',
	version,
	bash.map(([spelling, text], at) => [spelling, text, sent[at]]),
);
