import { connectionOf, inputsOf } from '../../../nodes/InstaSd/credential/credential';
import { articleBody, refusalOf } from '../inputs/support.mts';

const url = 'https://api.instasd.com/api_endpoints/abc123def456gh';
const own = '{ "inputs": { "a": { "title": "Mine", "value": 1 } } }';

function collectionWith(raw: string | undefined): string {
	return JSON.stringify({
		item: [
			{
				name: 'Run Task',
				request: {
					url: `${url}/run_task`,
					auth: { type: 'bearer', bearer: [{ key: 'token', value: 'from-postman' }] },
					...(raw === undefined ? {} : { body: { mode: 'raw', raw } }),
				},
			},
		],
	});
}
const manual = { setup: 'manual', apiUrl: `${url}/run_task`, apiToken: 'Bearer typed' };
const postman = {
	setup: 'postman',
	postmanCollectionWithToken: collectionWith(JSON.stringify(articleBody)),
};

test('URL and token come from the fields, or from the collection, as the setup says', () => {
	const both = { ...manual, ...postman };
	expect(connectionOf({ ...both, setup: 'manual' })).toEqual({ baseUrl: url, token: 'typed' });
	expect(connectionOf({ ...both, setup: 'postman' })).toEqual({
		baseUrl: url,
		token: 'from-postman',
	});
});

test('a credential without a setup, as a program may write it, is a manual one', () => {
	expect(connectionOf({ apiUrl: url, apiToken: 't' })).toEqual({ baseUrl: url, token: 't' });
	expect(connectionOf({ ...manual, setup: 'unknown' })).toEqual({ baseUrl: url, token: 'typed' });
});

test('an incomplete credential says which part is missing', () => {
	expect(refusalOf(() => connectionOf({})).message).toContain('API URL');
	for (const other of [undefined, null, 7, {}]) {
		const message = (field: string) =>
			refusalOf(() => connectionOf({ ...manual, [field]: other })).message;
		expect(message('apiToken')).toContain("'API Token' in the credential is empty");
		expect(message('apiUrl')).toContain("'API URL' in the credential is empty");
	}
	expect(refusalOf(() => connectionOf({ setup: 'postman' })).message).toContain(
		'Postman Collection',
	);
});

test('a collection over http is refused like a typed URL', () => {
	const collection = postman.postmanCollectionWithToken.replace('https://', 'http://');
	expect(
		refusalOf(() => connectionOf({ ...postman, postmanCollectionWithToken: collection })).message,
	).toContain('https://');
});

test.each([undefined, '', '  \n'])(
	'the collection gives the inputs where the example is %p',
	(requestExample) => {
		expect(inputsOf({ ...postman, requestExample })).toHaveLength(10);
	},
);

test('an example in the credential wins over that of the collection', () => {
	expect(inputsOf({ ...postman, requestExample: own })?.map(({ title }) => title)).toEqual([
		'Mine',
	]);
	expect(
		inputsOf({ ...postman, postmanCollectionWithToken: 'broken', requestExample: own }),
	).toHaveLength(1);
});

test('a manual credential has the inputs of its example only', () => {
	expect(inputsOf({ ...manual, requestExample: own })).toHaveLength(1);
	expect(inputsOf({ ...postman, setup: 'manual' })).toBeUndefined();
	expect(inputsOf(manual)).toBeUndefined();
});

test('a collection without a sample body has no inputs, which is no error', () => {
	expect(
		inputsOf({ ...postman, postmanCollectionWithToken: collectionWith(undefined) }),
	).toBeUndefined();
});

test('an example that cannot be read is refused, not passed over for that of the collection', () => {
	expect(refusalOf(() => inputsOf({ ...postman, requestExample: '{' })).message).toContain(
		'sample request body',
	);
});
