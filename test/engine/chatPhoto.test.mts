import type { IBinaryData, IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { useStage } from '../useStage.mts';
import type { WorkflowFile } from './harness/workflowFile.mts';
import { ids, nodeName } from './stage.mts';
import { openToolStage, readIn, type AgentStep, type ToolSettings } from './toolStage.mts';
import { chainOf, loopAround } from './workflows.mts';

const stage = useStage(() => openToolStage({ behaviour: { durationMs: 0, images: 0 } }));

const chat = 'When clicking Execute workflow';
const named = `$('${chat}').first().binary.data0`;
const about = { fileName: 'photo.png', mimeType: 'image/png' };
/** A photo as a chat has brought it. */
const stored = async (content = 'a photo') =>
	await stage().engine.uploaded(Buffer.from(content), about);
/** A file with its content in the item, as a Code node makes it. */
const inline = async (content = 'a photo'): Promise<IBinaryData> => ({
	...about,
	data: Buffer.from(content).toString('base64'),
});
/** A file of another execution, as n8n describes it. */
const foreign = async () => ({ ...(await stage().engine.binary(Buffer.from('secret'), about)) });
const message = (data0?: IBinaryData, json: IDataObject = {}): INodeExecutionData => ({
	json: { chatInput: 'a fox', ...json },
	...(data0 && { binary: { data0 } }),
});
const twoPhotos = async (make = stored) => [
	message(await make('his')),
	message(await make('hers')),
];
/** What the service got for the image of each task. */
const received = () =>
	stage()
		.created()
		.map((id) => String(stage().emulator.task(id)?.inputs?.[ids.image]?.value))
		.map((base64) => Buffer.from(base64, 'base64').toString());

const json = (image: string): INodeParameters => ({
	inputMode: 'json',
	inputsJson: `={{ ({ "prompt": $fromAI('Prompt', '', 'string'), "image": ${image} }) }}`,
});
const form = (image: string): INodeParameters => ({
	inputs: { value: { [ids.image]: `={{ ${image} }}` } },
});

/** Agents before version 3 call a tool, with what it asks for; since then the engine does, and adds all that the model gave. */
const callers = ['agents 2', 'agents 3'] as const;

interface Asked extends ToolSettings {
	args?: IDataObject;
	itemIndex?: number;
}

/** Runs an agent that calls its tool once: what the model reads. */
async function ask(
	caller: (typeof callers)[number],
	parameters: INodeParameters,
	{ args = {}, itemIndex = 0, ...settings }: Asked,
): Promise<string> {
	const calls = [{ id: 'call', prompt: 'a fox', args, itemIndex }];
	const given = { Prompt: 'a fox', ...args };
	const invoked: AgentStep = async (makeTool) => {
		const tool = await makeTool();
		return [String(await tool.invoke(given).catch((error: unknown) => error))];
	};
	const run = await stage().runAgent(
		caller === 'agents 2' ? { step: invoked } : { calls, toolName: nodeName },
		{ parameters: { operation: 'runTask', ...parameters }, ...settings },
	);
	return readIn(run).join('\n');
}

interface Attack {
	/** What the author has written for the image. */
	image: string;
	/** What the model gives. */
	args?: IDataObject;
	/** What else is in the chat's message. */
	json?: IDataObject;
	/** Makes the workflow differ. */
	change?: (workflow: WorkflowFile) => WorkflowFile;
}
const combined = {
	change: (workflow: WorkflowFile): WorkflowFile => ({
		...workflow,
		settings: { ...workflow.settings, binaryMode: 'combined' },
	}),
};
const fromModel = "$fromAI('Picture', '', 'json')";
const written = { inputsJson: `={{ ${named} }}`, inputs: { value: `={{ ${named} }}` } };
const said = `JSON.parse($('${chat}').first().json.said)`;
const text = (value: unknown) => JSON.stringify(value);
const asText = "$fromAI('Picture')";

const attacks: Record<string, (file: IDataObject) => Attack> = {
	"a model's argument": (file) => ({ image: fromModel, args: { Picture: file } }),
	"a model's expression": () => ({ image: asText, args: { Picture: `={{ ${named} }}` } }),
	"a model's arguments called like parameters": (file) => ({
		...{ image: fromModel, args: { Picture: file, parameters: written, ...written } },
	}),
	'an argument `binary`': (file) => ({
		...{ image: '$json.binary?.data0', args: { binary: { data0: file } } },
	}),
	'its name': (file) => ({ image: '"data0"', args: { binary: { data0: file } } }),
	'an argument `_files`': (file) => ({ image: '"x"', args: { _files: { x: file } }, ...combined }),
	"a chat's text that is JSON": (file) => ({ image: said, json: { said: text(file) } }),
	'the same in binary mode combined, where it looks like a file': (file) => ({
		...{ image: named, json: { binary: { data0: file } }, ...combined },
	}),
	'a forged _files': (file) => ({
		...{ image: `$('${chat}').first()._files.x`, json: { _files: { x: file } }, ...combined },
	}),
};

test.each(
	callers.flatMap((caller) =>
		Object.entries(attacks).map((attack) => [caller, ...attack] as const),
	),
)(
	'nobody gets a file sent by the tool of %s that its author has not named: by %s',
	async (caller, _, attack) => {
		const own = await stored();
		const ofS3 = { ...own, id: own.id?.replace(/^[\w-]+/, 's3') };
		for (const file of [await foreign(), { ...own }, ofS3]) {
			const { image, json: others = {}, ...given } = attack(file);
			const read = await ask(caller, json(image), { items: [message(own, others)], ...given });
			expect(read).toMatch(/Input 'Load Image'|cannot be read/);
		}
		untouched();
	},
);

const untouched = () => expect(stage().created()).toEqual([]);

test.each(callers)(
	'a file of another execution is not sent by the tool of %s beside one that its author has named',
	async (caller) => {
		const either = json(`[${fromModel}, ${named}].find((one) => one.id)`);
		const own = async () => [message(await stored())];
		const read = await ask(caller, either, {
			items: await own(),
			args: { Picture: await foreign() },
		});
		expect(read).toContain("Input 'Load Image'");
		untouched();
		await ask(caller, either, { items: await own(), args: { Picture: { none: true } } });
		expect(received()).toEqual(['a photo']);
	},
);

test('over MCP, where no chat has run, the tool says so', async () => {
	const tool = await stage().toolOfWebhook({ parameters: json(named) });
	await expect(tool.invoke({ Prompt: 'a fox' })).rejects.toThrow(/hasn't been executed.*charged/);
	untouched();
});

describe.each(callers)('the tool of %s', (caller) => {
	test.each([
		['no file where its expression looks for one', json(named.replace('y.', 'y?.'))],
		['something that it reads is not there', json(named)],
		['no file where its expression looks for one', form(named)],
	])('says that a message has no photo, and pays for nothing: %s', async (sentence, given) => {
		const read = await ask(caller, given, { items: [message()] });
		expect(read).toContain(sentence);
		expect(read).toContain('nothing was charged');
		untouched();
	});

	describe.each([
		['stored', stored],
		['inline, as from a Code node', inline],
	])('with a file that is %s', (_, make) => {
		test.each(['first()', 'item'])(
			"sends it by .%s, but not where n8n would give the first item's for all",
			async (way) => {
				const image = `$('${chat}').${way}.binary?.['data0']`;
				const several = { items: await twoPhotos(make), itemIndex: 1 };
				const read = await ask(caller, json(image), several);
				expect(read).toContain("Put the agent into 'Loop Over Items' with a batch size of 1");
				untouched();
				for (const parameters of [json(image), form(image)])
					await ask(caller, parameters, { items: [message(await make())] });
				expect(received()).toEqual(['a photo', 'a photo']);
			},
		);

		test.each(['first()', 'item'])(
			'sends that of its own round in a loop, and none after it: .%s',
			async (way) => {
				const parameters = json(`$('One').${way}.binary?.data0`);
				const after = { items: await twoPhotos(make), itemIndex: 1, change: loop('after it') };
				expect(await ask(caller, parameters, after)).toContain("$('One') has several items");
				untouched();
				await ask(caller, parameters, { items: await twoPhotos(make), change: loop('in it') });
				// By `.item`, n8n gives agents 3 the first one again, which is refused.
				const isRefused = way === 'item' && caller === 'agents 3';
				expect(received()).toEqual(isRefused ? ['his'] : ['his', 'hers']);
			},
		);
	});
});

/** A loop over the chat's items, with the agent behind `One` in it, or after it. */
const loop = (place: 'in it' | 'after it') => (workflow: WorkflowFile) => {
	const { nodes, connections } = loopAround(1);
	const to = (node: string) => ({ main: [[{ node, type: 'main' as const, index: 0 }]] });
	const isIn = place === 'in it';
	return {
		...workflow,
		nodes: [
			...workflow.nodes,
			...nodes.filter(({ name }) => name === 'Loop'),
			...nodes
				.filter(({ name }) => name === 'Done')
				.flatMap((done) => [done, { ...done, id: 'one', name: 'One' }]),
		],
		connections: {
			...{ ...connections, [nodeName]: workflow.connections[nodeName] ?? {} },
			Loop: { main: [...to('Done').main, ...to('One').main] },
			One: to(isIn ? 'Agent' : 'Loop'),
			...(isIn ? { Agent: to('Loop') } : { Done: to('Agent') }),
		},
	};
};

describe('the node as a step', () => {
	const behindAnother = chainOf(
		{ name: 'Another', parameters: { operation: 'runTask' } },
		{
			name: nodeName,
			parameters: { operation: 'runTask', ...form(`$('${chat}').item.binary.data0`) },
		},
	);

	test.each([
		['stored', stored],
		['inline', inline],
	])('sends the file of each item by .item (%s)', async (_, make) => {
		const run = await stage().run({}, { workflow: behindAnother, items: await twoPhotos(make) });
		expect(run.error).toBeUndefined();
		expect(received().slice(2).sort()).toEqual(['hers', 'his']);
	});

	test('sends the photo in a retry, too, though n8n has moved it, and pays once', async () => {
		stage().emulator.addFault({ call: 'submit', kind: 'status', status: 402, taskNumber: 2 });
		const items = [message(await stored())];
		const failed = await stage().run({}, { workflow: behindAnother, items });
		expect(failed.error?.message).toContain('402');
		expect((await stage().retry(failed)).error).toBeUndefined();
		expect(received().slice(1)).toEqual(['a photo']);
	});

	test('does not send what automatic mapping leaves of a form', async () => {
		const photo = await stored();
		const inputs = { mappingMode: 'autoMapInputData', value: { [ids.image]: `={{ ${named} }}` } };
		const mapped = message(undefined, { 'Load Image': { ...photo }, Prompt: 'a fox' });
		const run = await stage().run(
			{ operation: 'runTask', inputs },
			{ items: [message(photo, { 'Load Image': 'data0', Prompt: 'a fox' }), mapped] },
		);
		expect(run.error?.message).toMatch(/Input 'Load Image'.*\[item 1\]/);
		untouched();
	});
});
