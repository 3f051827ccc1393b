import { readFileSync } from 'node:fs';
import path from 'node:path';
import { REPOSITORY } from '../../../sandbox/n8n/folders.mts';
import { openSteps, placeholdersIn } from '../../package/placeholders.mts';

const found = (text: string): string[] =>
	placeholdersIn('file', text, 'acme/n8n-nodes-instasd').map(({ line, text }) => `${line} ${text}`);

describe('before the package is published', () => {
	it('an address that nobody has is found, wherever it stands', () => {
		expect(found('Write to\nmaintainers@example.com, please')).toEqual([
			'2 maintainers@example.com',
		]);
	});

	it('an author who is nobody, and a release without a date, are found', () => {
		expect(found('(c) 2026 n8n-nodes-instasd maintainers\n## 0.1.0 (unreleased)')).toEqual([
			'1 n8n-nodes-instasd maintainers',
			'2 (unreleased)',
		]);
	});

	it.each([
		'"url": "git+https://github.com/nobody/n8n-nodes-instasd.git"',
		'https://github.com/nobody/n8n-nodes-instasd?tab=readme-ov-file#credential',
		'https://github.com/acme/n8n-nodes-instasd-old',
	])('another repository than the one it is published from is found: %s', (text) => {
		expect(found(text)).toHaveLength(1);
	});

	it.each([
		'"url": "git+https://github.com/Acme/n8n-nodes-instasd.git"',
		'https://github.com/acme/n8n-nodes-instasd#errors',
		'https://github.com/n8n-io/n8n',
		'https://example.com/sample.png',
	])('what is set is left alone: %s', (text) => {
		expect(found(text)).toEqual([]);
	});

	it('the steps that are not ticked are told, by their list', () => {
		const page = `# Publishing\n## First\n- [x] **Done.** It is\n- [ ] **A name.** \`npm view\`\n## Each release\n1. Push\n`;
		expect([...openSteps(page)]).toEqual([['First', ['A name']]]);
	});

	it('the list of this package names what n8n and npm ask for', () => {
		const page = readFileSync(path.join(REPOSITORY, 'docs/publishing.md'), 'utf8');
		const boxes = page.replaceAll('- [x]', '- [ ]');
		expect([...openSteps(boxes).values()].flat()).toEqual(
			expect.arrayContaining([
				'Name',
				'Author and licence',
				'Provenance',
				'Pictures',
				'Verification',
			]),
		);
	});
});
