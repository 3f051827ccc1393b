import { placeholdersIn } from '../../package/placeholders.mts';

const found = (text: string): string[] =>
	placeholdersIn('file', text, 'acme/n8n-nodes-instasd').map(({ line, text }) => `${line} ${text}`);

describe('before the package is published', () => {
	it('an address that nobody has is found, wherever it stands', () => {
		expect(found('Write to\nmaintainers@example.com, please')).toEqual([
			'2 maintainers@example.com',
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
});
