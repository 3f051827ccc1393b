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
});
