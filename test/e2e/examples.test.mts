import { NodeHelpers, type INodeParameters, type INodeTypeDescription } from 'n8n-workflow';
import { z } from 'zod';
import { isInstaSd } from '../../sandbox/n8n/examples.mts';
import { useStage } from '../useStage.mts';
import { aiAgent } from './examples/aiAgent.mts';
import { alarm } from './examples/alarm.mts';
import { chatPhoto } from './examples/chatPhoto.mts';
import { exampleNames, openExampleStage, type ExampleStage } from './examples/exampleStage.mts';
import { formToPicture } from './examples/formToPicture.mts';
import { googleSheetToDrive } from './examples/googleSheetToDrive.mts';
import { imageToVideo } from './examples/imageToVideo.mts';
import { longJob } from './examples/longJob.mts';
import { mcpServer } from './examples/mcpServer.mts';
import { picturePage } from './examples/picturePage.mts';
import { sheetToFolder } from './examples/sheetToFolder.mts';
import { telegram } from './examples/telegram.mts';
import { textToImage } from './examples/textToImage.mts';

/** What each example promises, by its file's name. */
const promises: Record<string, (stage: () => ExampleStage) => void> = {
	'ai-agent': aiAgent,
	alarm,
	'chat-photo': chatPhoto,
	'form-to-picture': formToPicture,
	'google-sheet-to-drive': googleSheetToDrive,
	'image-to-video': imageToVideo,
	'long-job': longJob,
	'mcp-server': mcpServer,
	'picture-page': picturePage,
	'sheet-to-folder': sheetToFolder,
	telegram,
	'text-to-image': textToImage,
};

/** What examplesPaidOnce.test.mts runs. */
const elsewhere = ['batch', 'paid-once', 'webhook-answer-at-once', 'webhook-with-picture'];

const stage = useStage(openExampleStage);

it('every example is run by a test, and no test is left without its example', () => {
	expect(exampleNames).toEqual([...Object.keys(promises), ...elsewhere].sort());
});

describe.each(exampleNames)('the example %s', (name) => {
	it('consists of nodes that n8n knows, in a version that it knows', async () => {
		const known = await knownNodes(stage());
		const unknown = stage()
			.example(name)
			.nodes.filter(({ type, typeVersion }) => !known.has(`${type} ${String(typeVersion)}`));
		expect(unknown).toEqual([]);
	});

	it('has no parameter that n8n does not know or would not show', async () => {
		const types = await nodeTypesOf(stage());
		for (const node of stage().example(name).nodes) {
			const type = types.find(
				(each) =>
					each.name === node.type && [each.version].flat().includes(Number(node.typeVersion)),
			);
			if (type === undefined) throw new Error(`n8n does not know '${node.type}'`);
			const given = parametersSchema.parse(node.parameters);
			const version = { typeVersion: Number(node.typeVersion) };
			const known = NodeHelpers.getNodeParameters(
				type.properties,
				given,
				true,
				false,
				version,
				type,
			);
			expect({ [node.name]: known }).toMatchObject({ [node.name]: given });
		}
	});

	it('has no code to edit', () => {
		const types = stage()
			.example(name)
			.nodes.map(({ type }) => type);
		expect(types).not.toContain('n8n-nodes-base.code');
	});

	it('fits every API: it has no form of one, and brings no link that would be sent as an image', () => {
		for (const { parameters } of stage().example(name).nodes.filter(isInstaSd)) {
			// Without a schema the editor asks for that of the credential which its user chose.
			const noForm = { mappingMode: 'autoMapInputData', schema: [] };
			if (parameters.inputs !== undefined) expect(parameters.inputs).toMatchObject(noForm);
		}
		expect(JSON.stringify(stage().example(name).nodes)).not.toMatch(
			/https?:[^"]*\.(?:png|jpe?g|webp)|(?:image|video)\W+(?:value\W+)?https?:/,
		);
	});

	promises[name]?.(stage);
});

const nodeTypes = z.array(
	z.custom<INodeTypeDescription>((type) => z.object({ name: z.string() }).safeParse(type).success),
);
const parametersSchema = z.custom<INodeParameters>();

async function nodeTypesOf({ session }: ExampleStage): Promise<INodeTypeDescription[]> {
	return nodeTypes.parse(await (await session.fetch('/types/nodes.json')).json());
}

async function knownNodes(opened: ExampleStage): Promise<Set<string>> {
	const types = await nodeTypesOf(opened);
	return new Set(
		types.flatMap(({ name, version }) => [version].flat().map((number) => `${name} ${number}`)),
	);
}
