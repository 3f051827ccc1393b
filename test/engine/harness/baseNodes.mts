import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	ITriggerFunctions,
	ITriggerResponse,
} from 'n8n-workflow';
import type { NodeClass } from './nodeTypes.mts';

// The few nodes of n8n-nodes-base that test workflows are built from, under their real names and
// parameters, so that the workflow files open in the editor.

type Declared = Pick<INodeTypeDescription, 'displayName' | 'name' | 'version'> &
	Partial<INodeTypeDescription>;

function describe(declared: Declared): INodeTypeDescription {
	return {
		group: [],
		description: '',
		defaults: { name: declared.displayName },
		inputs: ['main'],
		outputs: ['main'],
		properties: [],
		...declared,
	};
}

class ManualTrigger implements INodeType {
	description = describe({
		displayName: 'Manual Trigger',
		name: 'manualTrigger',
		version: 1,
		group: ['trigger'],
		inputs: [],
	});

	async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
		return {
			manualTriggerFunction: async () => this.emit([this.helpers.returnJsonArray([{}])]),
		};
	}
}

class NoOp implements INodeType {
	description = describe({
		displayName: 'No Operation, do nothing',
		name: 'noOp',
		version: 1,
	});

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [this.getInputData()];
	}
}

/** A note on the canvas, which does nothing. */
class StickyNote implements INodeType {
	description = describe({
		displayName: 'Sticky Note',
		name: 'stickyNote',
		version: 1,
		inputs: [],
		outputs: [],
	});
}

/** Loop Over Items: hands out `batchSize` items at its second output until none are left. */
class SplitInBatches implements INodeType {
	description = describe({
		displayName: 'Loop Over Items (Split in Batches)',
		name: 'splitInBatches',
		version: 3,
		outputs: ['main', 'main'],
		outputNames: ['done', 'loop'],
		properties: [{ displayName: 'Batch Size', name: 'batchSize', type: 'number', default: 1 }],
	});

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const context: { waiting?: INodeExecutionData[]; done?: INodeExecutionData[] } =
			this.getContext('node');
		const input = this.getInputData();
		if (context.waiting === undefined) context.waiting = [...input];
		else context.done = [...(context.done ?? []), ...input];

		const batch = context.waiting.splice(0, Number(this.getNodeParameter('batchSize', 0)));
		return batch.length > 0 ? [[], batch] : [context.done ?? [], []];
	}
}

export const baseNodes: Readonly<Record<string, NodeClass>> = {
	'n8n-nodes-base.manualTrigger': ManualTrigger,
	'n8n-nodes-base.noOp': NoOp,
	'n8n-nodes-base.stickyNote': StickyNote,
	'n8n-nodes-base.splitInBatches': SplitInBatches,
};
