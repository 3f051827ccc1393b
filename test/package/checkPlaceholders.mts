import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { openSteps, placeholdersIn } from './placeholders.mts';

// Lists what is still open before the package is published, and fails if that is anything: in the files, and of the first
// list of docs/publishing.md. It needs nothing but Node, so that it can come before all other checks.

/** What users and n8n read; examples, sandbox and tests hold addresses that are meant to lead nowhere. */
const published = [':!examples', ':!sandbox', ':!test', ':!docs/*.png', ':!package-lock.json'];

const git = (...words: string[]): string => execFileSync('git', words, { encoding: 'utf8' }).trim();

/** The repository that this runs in: GitHub's word, or else the one that git fetches from. */
function repositoryHere(): string {
	if (process.env.GITHUB_REPOSITORY) return process.env.GITHUB_REPOSITORY;
	const origin = git('config', '--default', '', '--get', 'remote.origin.url');
	return /github\.com[/:]([\w.-]+\/[\w.-]+?)(\.git)?$/.exec(origin)?.[1] ?? 'owner/name';
}

const repository = repositoryHere();
const files = git('ls-files', '--', '.', ...published).split('\n');
const found = files.flatMap((file) => placeholdersIn(file, readFileSync(file, 'utf8'), repository));
const manifest = readFileSync('package.json', 'utf8');
if (!manifest.toLowerCase().includes(`github.com/${repository.toLowerCase()}.git`)) {
	found.push({ file: 'package.json', line: 1, text: `no repository ${repository}` });
}
if (found.length > 0) console.log(`To be set, to publish from github.com/${repository}:`);
for (const { file, line, text } of found) console.log(`  ${file}:${line}: ${text}`);

const checklist = 'docs/publishing.md';
const open = openSteps(readFileSync(checklist, 'utf8'));
for (const [section, steps] of open) console.log(`${checklist}, ${section}: ${steps.join(', ')}`);
if (found.length > 0 || open.has('Before the first release')) process.exitCode = 1;
