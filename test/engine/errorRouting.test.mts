import type { IExecuteFunctions, INode, INodeExecutionData, INodeType } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { useStage } from '../useStage.mts';
import { useNodeTime } from './nodeTime.mts';
import { itemsOf, openStage, promptOfItem } from './stage.mts';
import { loopAround, nodeName } from './workflows.mts';

const { Main } = NodeConnectionTypes;

/** A Switch: what has a prompt of `bad` leaves by the third output, all else by the first. */
class Switch implements INodeType {
	description = {
		...{ displayName: 'Switch', name: 'switch', group: ['transform' as const], version: 1 },
		...{ description: '', defaults: { name: 'Switch' }, properties: [] },
		...{ inputs: [Main], outputs: [Main, Main, Main] },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const items = this.getInputData().map(({ json }, item) => ({ json, pairedItem: { item } }));
		const isBad = ({ json }: INodeExecutionData) => json.prompt === 'bad';
		return [items.filter((item) => !isBad(item)), [], items.filter(isBad)];
	}
}

const time = useNodeTime();
const stage = useStage(() =>
	openStage({ time, behaviour: { durationMs: 20 } }, { nodeTypes: { 'test.switch': Switch } }),
);

const to = (node: string) => [{ node, type: 'main' as const, index: 0 }];
const byPrompt: INode = {
	...{ id: 'switch', name: 'Switch', type: 'test.switch', typeVersion: 1 },
	...{ position: [0, 0], parameters: {} },
};

// n8n looks up the input item of each error item, and where that fails, sends the *input* on as if all were well (#37407).
test.each([1, 2, 4])(
	'behind a Switch in a loop of %i items a round, each failed item leaves by the error output only',
	async (batchSize) => {
		stage().emulator.setBehaviour(({ inputs }) =>
			Object.values(inputs).some(({ value }) => value === 'bad') ? { failWith: 'no memory' } : {},
		);
		const around = loopAround(batchSize, {
			...{ onError: 'continueErrorOutput', parameters: promptOfItem },
		});
		const workflow = {
			...around,
			nodes: [...around.nodes, byPrompt],
			connections: {
				...around.connections,
				Loop: { main: [to('Done'), to('Switch')] },
				Switch: { main: [to(nodeName), [], to(nodeName)] },
				[nodeName]: { main: [to('Loop'), to('Loop')] },
			},
		};
		const prompts = ['a', 'bad', 'b', 'bad'].map((prompt) => ({ prompt }));
		const run = await stage().run({}, { workflow, items: itemsOf(...prompts) });
		expect(run.error).toBeUndefined();
		const runs = run.nodes[nodeName] ?? [];
		const succeeded = runs.flatMap(({ main }) => main[0] ?? []);
		const failed = runs.flatMap(({ main }) => main[1] ?? []);
		expect(succeeded).toHaveLength(2);
		for (const { json } of succeeded) expect(json).toMatchObject({ status: 'COMPLETED' });
		// n8n puts the input's own fields beside those of an error.
		expect(failed).toMatchObject([
			{ json: { prompt: 'bad', error: { code: 'TASK_FAILED' } } },
			{ json: { prompt: 'bad', error: { code: 'TASK_FAILED' } } },
		]);
	},
);
