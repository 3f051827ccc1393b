import fc from 'fast-check';

import { inputsOf, readPastedSetup } from '../../../nodes/InstaSd/credential/credential';
import { readRequestExample } from '../../../nodes/InstaSd/credential/requestExample';
import { inputKinds } from '../../../nodes/InstaSd/inputs/inputTypes';
import { unlessRefused } from '../inputs/support.mts';
import { hostilePastes } from './hostilePastes.mts';

test('whatever is pasted into the credential, it is read or refused in words', () => {
	const json = fc.oneof(
		fc.json(),
		fc.string(),
		fc
			.dictionary(
				fc.constantFrom('title', 'value', 'type', 'options'),
				fc.oneof(fc.jsonValue(), fc.constantFrom(...Object.keys(inputKinds))),
			)
			.map((described) => JSON.stringify({ inputs: { a: described } })),
		postmanLike().map((found) => JSON.stringify(found)),
	);
	fc.assert(
		fc.property(json, fc.constantFrom('manual', 'postman'), (text, setup) => {
			unlessRefused(() => readRequestExample(text));
			unlessRefused(() => readPastedSetup(text));
			unlessRefused(() =>
				inputsOf({ setup, requestExample: text, postmanCollectionWithToken: text }),
			);
		}),
		{ numRuns: 500 },
	);
});

/** Collections whose every part may be what the format says, or anything. */
function postmanLike() {
	const or = (...right: unknown[]) =>
		fc.oneof(fc.constantFrom(...right), fc.jsonValue({ maxDepth: 1 }));
	const auth = or(
		{ type: 'bearer', bearer: [{ key: 'token', value: 't' }] },
		{ type: 'bearer', bearer: { token: '{{t}}' } },
		{ type: 'noauth' },
	);
	const variable = or([{ key: 't', value: '{{t}}' }], [null, { id: 'x', value: 7 }]);
	const request = fc.oneof(
		fc.record({
			url: or('https://a/run_task', { raw: '{{t}}/run_task' }, { host: ['a'], path: ['run_task'] }),
			auth,
			header: or('Authorization: x', [{ key: 'Authorization', value: 'x' }]),
			body: or({ mode: 'raw', raw: '{{t}}' }),
		}),
		or('https://a/run_task'),
	);
	const item = fc.array(
		fc.oneof(fc.record({ name: or('R'), request, auth, variable }), fc.jsonValue({ maxDepth: 1 })),
		{ maxLength: 3 },
	);
	return fc.record({
		item: fc.oneof(
			item,
			item.map((inner) => [{ item: inner }]),
		),
		auth,
		variable,
	});
}

// Without bounds, these take minutes.
test.each(Object.keys(hostilePastes))('a long paste is read or refused in time: %s', (name) => {
	const text = hostilePastes[name] ?? '';
	unlessRefused(() => readRequestExample(text));
	unlessRefused(() => readPastedSetup(text));
});
