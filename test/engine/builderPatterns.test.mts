import type { IExecuteFunctions, INodeExecutionData, INodeType } from 'n8n-workflow';
import { InstaSd } from '../../nodes/InstaSd/InstaSd.node.ts';
import { operationOptions } from '../../nodes/InstaSd/operations/properties.ts';
import { useStage } from '../useStage.mts';
import { patterns, workflowOf } from './builderPatterns.mts';
import { useNodeTime } from './nodeTime.mts';
import { probeNode } from './probe.mts';
import { ids, itemsOf, openStage } from './stage.mts';

// n8n's AI builder writes nodes as the patterns in the description do.

const time = useNodeTime();
class Wait extends probeNode(() => waitAsTold) implements INodeType {
	constructor() {
		super();
		this.description.properties = [
			{ displayName: 'Amount', name: 'amount', type: 'number', default: 0 },
			{ displayName: 'Unit', name: 'unit', type: 'string', default: 'hours' },
		];
	}
}
async function waitAsTold(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const unit = this.getNodeParameter('unit', 0);
	if (unit !== 'seconds') throw new Error(`The unit is ${String(unit)}`);
	await time.sleep(Number(this.getNodeParameter('amount', 0)) * 1000);
	return [this.getInputData()];
}
const stage = useStage(() =>
	openStage(
		{ time, behaviour: { durationMs: 100_000, images: 1 } },
		{ nodeTypes: { 'n8n-nodes-base.wait': Wait } },
	),
);
const credential = { id: 'instasd-text-to-image', name: 'InstaSD: text to image' };
const sentPrompts = () =>
	stage()
		.emulator.statistics()
		.perTask.map(({ id }) => stage().emulator.task(id)?.inputs?.[ids.prompt]?.value);

test("n8n's AI builder finds a pattern for every operation", () => {
	const shown = patterns().flatMap(({ operations }) => operations);
	expect(shown.sort()).toEqual(operationOptions.map(({ value }) => value).sort());
});

test("the patterns for n8n's AI builder use only parameters and options that the node has", () => {
	const { properties } = new InstaSd().description;
	const known = new Set(properties.map(({ name }) => name));
	const options = properties.find(({ name }) => name === 'options')?.options ?? [];
	const knownOptions = new Set(options.map(({ name }) => name));
	for (const pattern of patterns()) {
		for (const { type, parameters } of workflowOf(pattern, credential).nodes) {
			if (!type.endsWith('.instaSd')) continue;
			expect(Object.keys(parameters).filter((name) => !known.has(name))).toEqual([]);
			const given = Object.keys(Object(parameters.options));
			expect(given.filter((name) => !knownOptions.has(name))).toEqual([]);
		}
	}
});

test.each(patterns().map((pattern) => [pattern.title, pattern] as const))(
	'%s',
	async (_, pattern) => {
		const isStarted = pattern.operations.includes('waitForTask');
		const items = isStarted
			? await stage().submit('a fox', 'an owl')
			: [{ prompt: 'a fox' }, { prompt: 'an owl' }];
		const workflow = workflowOf(pattern, credential);
		// An API that lacks nothing but a prompt.
		const example = String(stage().credential.requestExample);
		const requestExample = example.replace(
			/publicly available URL [^"]*/,
			'https://example.com/me.png',
		);
		const run = await stage().run(
			{},
			{ workflow, items: itemsOf(...items), credential: { ...stage().credential, requestExample } },
		);
		expect(run.error).toBeUndefined();
		const made = run.output('useFile');
		expect(made.map(({ json }) => json.status)).toEqual(['COMPLETED', 'COMPLETED']);
		expect(made.map(({ binary }) => binary?.data?.mimeType)).toEqual(['image/png', 'image/png']);
		expect(run.nodes.report ?? []).toEqual([]);
		expect(sentPrompts()).toEqual(['a fox', 'an owl']);
		expect(stage().emulator.statistics()).toMatchObject({ submits: 2, charged: 2 });
	},
);
