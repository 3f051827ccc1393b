import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { failureCodes } from '../../../nodes/InstaSd/api/failureCodes';
import { nodeOptions } from '../../../nodes/InstaSd/api/nodeOptions';
import { REPOSITORY } from '../../../sandbox/n8n/folders.mts';

const read = (file: string): string => readFileSync(path.join(REPOSITORY, file), 'utf8');
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
	cwd: REPOSITORY,
	encoding: 'utf8',
})
	.trim()
	.split('\n')
	.filter((file) => existsSync(path.join(REPOSITORY, file)));
const pages = files.filter((file) => file.endsWith('.md'));
const withoutCode = (text: string): string => text.replace(/^```[\s\S]*?^```/gm, '');

/** The anchors that GitHub gives the headings of a page. */
const anchorsOf = (page: string): string[] => {
	const headings = [...withoutCode(read(page)).matchAll(/^#{1,6} (.+)$/gm)];
	const slugs = headings.map(([, heading = '']) =>
		heading
			.toLowerCase()
			.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
			.trim()
			.replaceAll(' ', '-'),
	);
	return slugs.map((slug, index) => {
		const before = slugs.slice(0, index).filter((other) => other === slug).length;
		return before === 0 ? slug : `${slug}-${before}`;
	});
};

/** Why a link from a file leads nowhere; undefined when it leads somewhere. */
const broken = (from: string, link: string): string | undefined => {
	const [target = '', anchor] = link.split('#');
	const file = target === '' ? from : path.posix.join(path.posix.dirname(from), target);
	if (!existsSync(path.join(REPOSITORY, file))) return `${from}: ${link} (no such file)`;
	if (anchor === undefined || statSync(path.join(REPOSITORY, file)).isDirectory()) return undefined;
	return anchorsOf(file).includes(anchor) ? undefined : `${from}: ${link} (no such heading)`;
};

describe('the docs', () => {
	it('link to files and headings that exist', () => {
		const links = pages.flatMap((page) =>
			[...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)|src="([^"]+)"/g)]
				.map(([, link, source]) => link ?? source ?? '')
				.filter((link) => !/^[a-z]+:/.test(link))
				.map((link) => broken(page, link)),
		);
		expect(links.length).toBeGreaterThan(50);
		expect(links.filter((link) => link !== undefined)).toEqual([]);
	});

	it('are where the package and the forms for issues link to', () => {
		const sources = files.filter((file) => /^(nodes|credentials|\.github)\//.test(file));
		const repository = /"url": "git\+(.+)\.git"/.exec(read('package.json'))?.[1] ?? 'none';
		const addresses = sources.flatMap((file) =>
			[...read(file).matchAll(/https:\/\/github\.com\/[^\s'"`)]+/g)]
				.map(([address]) => address)
				.filter((address) => address.startsWith(repository))
				.map((address) => address.slice(repository.length)),
		);
		const links = addresses
			.filter((address) => /^(\/blob\/main\/|\?tab=readme-ov-file|#|$)/.test(address))
			.map((address) =>
				address.replace('/blob/main/', '').replace(/^(\?tab=readme-ov-file)?(?=#|$)/, 'README.md'),
			);
		expect(links.length).toBeGreaterThan(2);
		expect(links.map((link) => broken('package.json', link)).filter(Boolean)).toEqual([]);
	});

	it('have a paragraph of its own for each error code, to which an error can link', () => {
		const [, errors = ''] = read('docs/reference.md').split('\n## Errors\n');
		const codes = Object.keys(failureCodes);
		expect([...errors.matchAll(/^### (.+)$/gm)].map(([, code]) => code).sort()).toEqual(
			[...codes].sort(),
		);
		for (const code of codes) expect(errors).toContain(`[\`${code}\`](#${code.toLowerCase()})`);
	});

	it('have a row for each option, with its default', () => {
		const [, options = ''] = read('docs/reference.md').split('\n## Options\n');
		const rows = [...options.matchAll(/^\| ([A-Z][^|]+) \| `?([^|`]+)`? \|/gm)];
		const shown = new Map(rows.map(([, label, shownDefault]) => [label, shownDefault]));
		const words = new Map<unknown, string>([
			[false, 'off'],
			['task', 'One Item per Task'],
			['base64', 'Base64'],
		]);
		for (const { label, default: value } of Object.values(nodeOptions)) {
			expect([label, shown.get(label)]).toEqual([label, words.get(value) ?? String(value)]);
		}
	});
});

describe('README', () => {
	it.each([
		['README.md', 1100],
		['docs/install.md', 700],
	])('%s is no longer than a page that people read', (page, most) => {
		expect(read(page).trim().split(/\s+/).length).toBeLessThanOrEqual(most);
	});

	it('names on its badge the oldest and the newest n8n that it is tested in', () => {
		const header = read('docs/versions.md')
			.split('\n')
			.find((line) => line.includes('(Node.js'));
		const tested = [...(header ?? '').matchAll(/\| (\d+\.\d+)\.\d+ /g)].map(
			([, version]) => version,
		);
		expect(read('README.md')).toContain(`[![Tested with n8n ${tested.at(0)} to ${tested.at(-1)}]`);
		expect(read('README.md')).toContain(`/badge/n8n-${tested.at(0)}%20to%20${tested.at(-1)}-`);
	});
});
