import { formFields } from '../../sandbox/n8n/dynamicFields.mts';
import { apiWith } from '../realN8n/apis.mts';
import { instaSdNode } from '../realN8n/nodes.mts';
import { openStage } from '../realN8n/stage.mts';
import { useStage } from '../useStage.mts';

const counts = [10, 40, 200];

const stage = useStage(() => openStage(counts.map(apiWith)));

describe("the editor's question for the form", () => {
	it.each(counts)('is answered with all %i inputs, each with its title and type', async (count) => {
		const { inputs, name } = apiWith(count);
		const credential = await stage().credentialFor(stage().api(name));
		const { fields } = await formFields(stage().session, instaSdNode(credential));
		expect(fields.map(({ id }) => id)).toEqual(Object.keys(inputs));
		const expected = Object.values(inputs).map(({ title, value }) => {
			if (title.startsWith('Prompt')) return { title: `${title} (required)`, type: 'string' };
			if (title.startsWith('Seed')) return { title, type: 'string', defaultValue: 'random' };
			return { title, type: typeof value, defaultValue: value };
		});
		fields.forEach((field, index) => {
			const { title = '', type, defaultValue } = expected[index] ?? {};
			expect(field).toMatchObject({ type, readOnly: false, removed: false, required: false });
			expect(field.defaultValue).toBe(defaultValue);
			expect(field.displayName.startsWith(title)).toBe(true);
		});
		expect(new Set(fields.map(({ displayName }) => displayName)).size).toBe(count);
	});

	it.each([
		['while the credential has no example', '', 'has no request example yet'],
		['when the example is cut off', '{ "inputs": ', 'its brackets do not close'],
		['when the example is something else', '<p>Inputs</p>', 'is a web page'],
		[
			'when the example has more inputs than the editor can take',
			JSON.stringify({ inputs: apiWith(501).inputs }),
			'501 inputs',
		],
	])('is answered with a notice in place of fields %s', async (_when, requestExample, words) => {
		const api = stage().api('10 inputs');
		const credential = await stage().credentialFor(api, { requestExample });
		const answer = await formFields(stage().session, instaSdNode(credential));
		expect(answer.fields).toEqual([]);
		expect(answer.emptyFieldsNotice).toContain(words);
	});
});
