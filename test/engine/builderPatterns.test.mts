import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeType } from 'n8n-workflow';
import { InstaSd } from '../../nodes/InstaSd/InstaSd.node.ts';
import { useStage } from '../useStage.mts';
import { type Pattern, patterns, workflowOf } from './builderPatterns.mts';
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
class If extends probeNode(() => byFirstCondition) implements INodeType {
	constructor() {
		super();
		this.description.outputs = ['main', 'main'];
		this.description.properties = [
			{ displayName: 'Conditions', name: 'conditions', type: 'json', default: {} },
		];
	}
}
async function byFirstCondition(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const isTrue = this.getInputData().map((_, item) =>
		this.getNodeParameter('conditions.conditions[0].leftValue', item),
	);
	expect(isTrue.every((value) => typeof value === 'boolean')).toBe(true);
	return [true, false].map((value) => this.getInputData().filter((_, at) => isTrue[at] === value));
}
const stage = useStage(() =>
	openStage(
		{ time, behaviour: { durationMs: 100_000, images: 1 } },
		{ nodeTypes: { 'n8n-nodes-base.wait': Wait, 'n8n-nodes-base.if': If } },
	),
);
const credential = { id: 'instasd-text-to-image', name: 'InstaSD: text to image' };
const sentPrompts = () =>
	stage()
		.emulator.statistics()
		.perTask.map(({ id }) => stage().emulator.task(id)?.inputs?.[ids.prompt]?.value);

test("n8n's AI builder finds a pattern with every operation", () => {
	const used = new Set(patterns().flatMap(({ operations }) => operations));
	expect([...used].sort()).toEqual(['getStatus', 'runAndWait', 'runTask', 'waitForTask']);
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

/** Runs a pattern, with an API that lacks nothing but a prompt. */
const runPattern = async (pattern: Pattern, ...items: IDataObject[]) => {
	const workflow = workflowOf(pattern, credential);
	const example = String(stage().credential.requestExample);
	const requestExample = example.replace(
		/publicly available URL [^"]*/,
		'https://example.com/me.png',
	);
	const options = { credential: { ...stage().credential, requestExample } };
	const run = await stage().run({}, { workflow, items: itemsOf(...items), ...options });
	expect(run.error).toBeUndefined();
	const made = run.output('useFile');
	expect(made.map(({ json }) => json.status)).toEqual(['COMPLETED', 'COMPLETED']);
	expect(made.map(({ binary }) => binary?.data?.mimeType)).toEqual(['image/png', 'image/png']);
	expect(sentPrompts()).toEqual(['a fox', 'an owl']);
	expect(stage().emulator.statistics()).toMatchObject({ submits: 2, charged: 2 });
	return run;
};
const prompts = [{ prompt: 'a fox' }, { prompt: 'an owl' }];

test.each(patterns().map((pattern) => [pattern.title, pattern] as const))(
	'%s',
	async (_, pattern) => {
		const run = await runPattern(pattern, ...prompts);
		expect(run.nodes.report ?? []).toEqual([]);
	},
);

test('an error branch by the pattern reports what was not paid for, and waits for the rest', async () => {
	// Both downloads, each by two links.
	stage().emulator.addFault({ call: 'file', kind: 'status', status: 403, times: 4 });
	const [pattern] = patterns().filter(({ operations }) => operations.includes('waitForTask'));
	if (pattern === undefined) throw new Error('There is no such pattern');
	const run = await runPattern(pattern, ...prompts, { promt: 'a hare' });
	expect(run.output('report')).toMatchObject([{ json: { error: { code: 'INVALID_INPUT' } } }]);
	expect(run.output('Get Late')).toHaveLength(2);
});
