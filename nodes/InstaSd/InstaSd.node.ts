import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type ILoadOptionsFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type ResourceMapperFields,
} from 'n8n-workflow';

import { statusOutputs } from './api/nodeOptions';
import { builderHint } from './operations/builderHint';
import { operationOptions, toolDescriptions } from './operations/descriptions';
import { manyItemsHint, properties } from './operations/properties';

/**
 * Kept for as long as the class. When n8n unloads the package, tool calls under way go on with this class, and only the
 * modules that they began with know what was paid for.
 */
let operations: typeof import('./operations') | undefined;

/**
 * n8n loads the nodes of all packages when it starts. What a description does without is imported at its first use: with
 * it, n8n's start took ten times as long for this package.
 */
export class InstaSd implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'InstaSD',
		name: 'instaSd',
		icon: { light: 'file:instaSd.svg', dark: 'file:instaSd.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ { runAndWait: "Run and Wait", runTask: "Run Task", getStatus: "Get Status", waitForTask: "Wait for Task" }[$parameter["operation"]] }}',
		description: 'Generate pictures and videos with your InstaSD APIs',
		defaults: { name: 'InstaSD' },
		usableAsTool: true,
		builderHint,
		inputs: [NodeConnectionTypes.Main],
		outputs: `={{ $parameter["operation"] === "getStatus" ? ${JSON.stringify(statusOutputs.map((displayName) => ({ type: NodeConnectionTypes.Main, displayName })))} : ["${NodeConnectionTypes.Main}"] }}`,
		credentials: [{ name: 'instaSdApi', required: true }],
		hints: [manyItemsHint],
		properties: [
			...toolDescriptions,
			{
				// n8n names a tool after its operation only if the operation belongs to a resource.
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				options: [{ name: 'Task', value: 'task' }],
				default: 'task',
			},
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				options: operationOptions,
				default: 'runAndWait',
				displayOptions: { show: { resource: ['task'] } },
			},
			...properties,
		],
	};

	methods = {
		resourceMapping: {
			async getInputFields(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
				const { formOf } = await import('./credential/form');
				const { isTool, nodeError } = await import('./run/errors');
				try {
					return formOf(await this.getCredentials('instaSdApi'), isTool(this.getNode()));
				} catch (error) {
					throw nodeError(this.getNode(), error);
				}
			},
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		operations ??= await import('./operations');
		return await operations.execute(this);
	}
}
