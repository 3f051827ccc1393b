import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';
import { nodeOperations } from '../../nodes/InstaSd/api/nodeOperations.ts';
import { nodeName, openStage } from './stage.mts';
import { useStage } from '../useStage.mts';

const folder = path.join(__dirname, '../../nodes/InstaSd/__schema__/v1.0.0/task');
const operations = Object.entries(nodeOperations);
const schemaFile = z
	.object({
		type: z.literal('object'),
		properties: z.record(
			z
				.object({
					type: z.string(),
					items: z
						.object({ type: z.string(), properties: z.record(z.unknown()).optional() })
						.optional(),
				})
				.strict(),
		),
		version: z.literal(1),
	})
	.strict();

const stage = useStage(() => openStage({ behaviour: { durationMs: 0, images: 1, videos: 1 } }));

const typeOf = (value: unknown): object => {
	if (value === null) return { type: 'null' };
	if (Array.isArray(value)) return { type: 'array', items: typeOfEntry(value[0]) };
	if (typeof value === 'number') return { type: 'number' };
	return { type: typeof value };
};
const typeOfEntry = (entry: unknown): object =>
	typeof entry === 'object' && entry !== null
		? { type: 'object', properties: typesIn({ ...entry }) }
		: typeOf(entry);
const typesIn = (item: IDataObject) =>
	Object.fromEntries(Object.entries(item).map(([field, value]) => [field, typeOf(value)]));

test('every operation has a schema, so that the editor knows its fields before the first run', () => {
	const files = readdirSync(folder).map((file) => path.basename(file, '.json'));
	expect(files.sort()).toEqual(Object.keys(nodeOperations).sort());
});

test.each(operations)(
	'the schema of %s says what its items hold, in their order',
	async (operation, { fields }) => {
		const { properties } = schemaFile.parse(
			JSON.parse(readFileSync(path.join(folder, `${operation}.json`), 'utf8')),
		);
		expect(Object.keys(properties)).toEqual(fields);
		expect(fields.length).toBeLessThanOrEqual(10);
		const [task] = await stage().submit('a');
		const run = await stage().run(
			{ operation, downloadFiles: true, simplify: true },
			{ items: [{ json: { ...task } }] },
		);
		const told = JSON.stringify(properties).replaceAll('integer', 'number');
		// A new task has no links yet, of which the schema knows the type.
		const file = typeOfEntry({ url: '', kind: '' });
		const held = JSON.stringify(typesIn(run.output(nodeName)[0]?.json ?? {}))
			.replace(
				'"files":{"type":"array","items":{"type":"undefined"}}',
				`"files":{"type":"array","items":${JSON.stringify(file)}}`,
			)
			.replaceAll('"items":{"type":"undefined"}', '"items":{"type":"string"}');
		expect(JSON.parse(held)).toEqual(JSON.parse(told));
		expect(Object.keys(JSON.parse(held))).toEqual(Object.keys(JSON.parse(told)));
	},
);
