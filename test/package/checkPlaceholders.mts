import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { placeholdersIn } from './placeholders.mts';

// Lists what has to be set before the package is published, and fails if there is anything. It needs nothing but Node,
// so that it can come before all other checks.

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
for (const { file, line, text } of found) console.log(`${file}:${line}: ${text}`);
if (found.length > 0) {
	console.log(`\nTo be set before the package is published from github.com/${repository}.`);
	process.exitCode = 1;
}
