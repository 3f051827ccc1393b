import { connectionFor } from '../../../nodes/InstaSd/credential/credential';
import { formOf, inputFields } from '../../../nodes/InstaSd/credential/form';
import { readRequestExample } from '../../../nodes/InstaSd/credential/requestExample';
import { productPicture } from '../../../sandbox/emulator/apis.mts';
import { refusalOf } from '../inputs/support.mts';

const manual = { setup: 'manual', apiUrl: 'https://a.example/x', apiToken: 'sk-1' };
const form = (requestExample: string) => formOf({ ...manual, requestExample });

function exampleOf(count: number): string {
	const inputs = Array.from({ length: count }, (_, index) => [`id${index}`, { value: index }]);
	return JSON.stringify({ inputs: Object.fromEntries(inputs) });
}

test('an example gives a field for each input, and the names that automatic mapping looks for', () => {
	expect(form(exampleOf(3))).toEqual({
		fields: inputFields(readRequestExample(exampleOf(3)).inputs),
		emptyFieldsNotice:
			'The item&#39;s fields with these names are taken: &#39;id0&#39;, &#39;id1&#39;, &#39;id2&#39;.',
	});
	const inputs = {
		a: { title: 'Load Image' },
		b: { title: 'Load Image' },
		c: { title: 'InstaSD API Input - Seed' },
		d: { title: ' ' },
	};
	expect(form(JSON.stringify({ inputs })).emptyFieldsNotice).toMatch(
		/these names are taken: &#39;Load Image 1&#39; \(a\), &#39;Load Image 2&#39; \(b\), &#39;Seed&#39;, &#39;d&#39;\.$/,
	);
	expect(form(exampleOf(40)).emptyFieldsNotice).toMatch(/&#39;id19&#39; and 20 more\.$/);
});

test('the names that mean the same in every API come first', () => {
	const { inputs } = productPicture;
	expect(form(JSON.stringify({ inputs })).emptyFieldsNotice).toMatch(
		/these names are taken: &#39;prompt&#39; or &#39;Positive Prompt&#39;, &#39;image&#39; or &#39;Product Photo&#39;, &#39;seed&#39; or &#39;Noise Seed&#39;, &#39;Width&#39;\.$/,
	);
});

test('without an example the form says where to find one, and that JSON needs none', () => {
	const { fields, emptyFieldsNotice = '' } = form(' ');
	expect(fields).toEqual([]);
	expect(emptyFieldsNotice).toMatch(/API Instructions.*Sample Request Body.*JSON/);
});

test('an example that cannot be read is told with its reason, as the text that it is', () => {
	const { fields, emptyFieldsNotice = '' } = form(
		'{"inputs":{"<img src=x onerror=alert(1)>\\"\'&":{"value":[]}}}',
	);
	expect(fields).toEqual([]);
	expect(emptyFieldsNotice).toContain('&#60;img src=x onerror=alert(1)&#62;&#34;&#39;&#38;');
	expect(emptyFieldsNotice).toContain('the value text, a number, true or false');
	expect(emptyFieldsNotice).not.toMatch(/[<>"']/);
});

test.each([
	'a cat',
	exampleOf(0),
	exampleOf(500),
	exampleOf(501),
	`{"inputs":{"${'x'.repeat(10_000)}":{"value":[]}}}`,
	`curl https://a.example -H 'Authorization: Bearer sk-1' -d '{'`,
])('a notice is short', (requestExample) => {
	expect(form(requestExample).emptyFieldsNotice?.length).toBeLessThan(700);
});

test('up to 500 inputs are fields, and with more the form names JSON as the way', () => {
	expect(form(exampleOf(500)).fields).toHaveLength(500);
	const { fields, emptyFieldsNotice } = form(exampleOf(501));
	expect(fields).toEqual([]);
	expect(emptyFieldsNotice).toMatch(/has 501 inputs.*&#39;Inputs&#39; to JSON/);
});

describe("the credential's own test", () => {
	test('reads the example too, and says in one text what is wrong and what to do', () => {
		const { message } = refusalOf(() =>
			connectionFor({ ...manual, requestExample: '<html>' }, {}, true),
		);
		expect(message).toMatch(/is a web page.*\. Copy .* from 'API Instructions'/);
	});

	test.each(['', exampleOf(1)])('finds nothing wrong with the example %j', (requestExample) => {
		expect(connectionFor({ ...manual, requestExample }, {}, true)).toEqual({
			baseUrl: 'https://a.example/x',
			token: 'sk-1',
		});
	});
});
