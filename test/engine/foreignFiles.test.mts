import type { IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { useStage } from '../useStage.mts';
import { ids, nodeName, openStage, workflowWith, type StageOptions } from './stage.mts';

const stage = useStage(() =>
	openStage({ behaviour: { durationMs: 0, images: 0 } }, { publicUrl: 'https://n8n.example.com/' }),
);

const secret = Buffer.from('the file of somebody else '.repeat(10));
/** A file of another execution, described as n8n describes it. */
const foreign = async (): Promise<IDataObject> => ({
	...(await stage().engine.binary(secret, { fileName: 'secret.png', mimeType: 'image/png' })),
});
const ownPhoto = async () =>
	await stage().engine.binary(Buffer.from('own'), { fileName: 'photo.png', mimeType: 'image/png' });
/** What has reached the service. */
const received = () =>
	JSON.stringify(
		stage()
			.emulator.statistics()
			.perTask.map(({ id }) => stage().emulator.task(id)?.inputs),
	);

const runTask = async (
	json: IDataObject,
	parameters: INodeParameters,
	{ binary, ...options }: StageOptions & Pick<INodeExecutionData, 'binary'> = {},
) =>
	await stage().run(
		{ operation: 'runTask', ...parameters },
		{ items: [{ json, ...(binary === undefined ? {} : { binary }) }], ...options },
	);
const form = (value: unknown): INodeParameters => ({
	inputs: {
		mappingMode: 'defineBelow',
		value: { [ids.prompt]: 'a cat', [ids.image]: value as string },
		schema: [],
	},
});

const ways: Array<[string, (file: IDataObject) => IDataObject, INodeParameters]> = [
	['an expression in the form', (file) => ({ file }), form('={{ $json.file }}')],
	[
		'the JSON',
		(file) => ({ file }),
		{ inputMode: 'json', inputsJson: `={{ ({ "${ids.image}": $json.file }) }}` },
	],
	[
		'text that is the JSON',
		(file) => ({ body: JSON.stringify({ 'Load Image': file }) }),
		{ inputMode: 'json', inputsJson: '={{ $json.body }}' },
	],
	[
		'automatic mapping',
		(file) => ({ 'Load Image': file }),
		{ inputs: { mappingMode: 'autoMapInputData', value: null, schema: [] } },
	],
	[
		'the form, as a signed link',
		(file) => ({ file }),
		{ ...form('={{ $json.file }}'), options: { sendFilesAs: 'url' } },
	],
	['a name that is a path into the json', (file) => ({ _files: { file } }), form('_files.file')],
	['a name of the json', (file) => ({ file }), form('file')],
];

test.each(ways)(
	'nobody gets a file of another execution sent by naming it in %s',
	async (_, json, parameters) => {
		const run = await runTask(json(await foreign()), parameters);
		expect(run.error?.message).toContain("Input 'Load Image'");
		expect(run.error?.description).toContain('The item has no files');
		expect(stage().emulator.statistics().submits).toBe(0);
	},
);

test('not even for an item that has a file of its own', async () => {
	const photo = await ownPhoto();
	const run = await runTask({ file: await foreign() }, form('={{ $json.file }}'), {
		binary: { photo },
	});
	expect(run.error?.description).toContain("The item's files: 'photo'");
	expect(run.error?.description).toContain(
		"A file of another node's item is read only where the expression names it",
	);
});

test('a file of the item itself is sent, whatever else its object claims', async () => {
	const photo = await ownPhoto();
	const parameters = form('={{ ({ ...$binary.photo, data: "c2VjcmV0", bytes: 1 }) }}');
	const run = await runTask({}, parameters, { binary: { photo } });
	expect(run.error).toBeUndefined();
	expect(received()).toContain(Buffer.from('own').toString('base64'));
});

describe('in binary mode "combined"', () => {
	const workflow = {
		...workflowWith({}),
		settings: { binaryMode: 'combined' as const },
	};
	const runCombined = async (json: IDataObject, parameters: INodeParameters) => {
		const changed = {
			...workflow,
			nodes: workflow.nodes.map((node) =>
				node.name === nodeName
					? { ...node, parameters: { ...node.parameters, operation: 'runTask', ...parameters } }
					: node,
			),
		};
		return await stage().run({}, { workflow: changed, items: [{ json }] });
	};

	test.each(['photo', '_files.photo', '={{ $json._files.photo }}'])(
		'a file of the item is sent by %s',
		async (given) => {
			const photo = await foreign();
			const run = await runCombined({ _files: { photo } }, form(given));
			expect(run.error).toBeUndefined();
			expect(received()).toContain(secret.toString('base64'));
		},
	);

	test.each(['body.photo', '={{ $json.body.photo }}'])(
		'the caller of a webhook cannot have a file sent by naming it: %s',
		async (given) => {
			const run = await runCombined({ body: { photo: await foreign() } }, form(given));
			expect(run.error?.message).toContain("Input 'Load Image'");
			expect(stage().emulator.statistics().submits).toBe(0);
		},
	);
});
