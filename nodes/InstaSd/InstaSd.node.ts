import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type ILoadOptionsFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type ResourceMapperFields,
} from 'n8n-workflow';

import { builderHint } from './operations/builderHint';
import { manyItemsHint, outputs, properties, subtitle } from './operations/properties';

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
		subtitle,
		description: 'Generate images and videos with your InstaSD APIs',
		defaults: { name: 'InstaSD' },
		usableAsTool: true,
		builderHint,
		inputs: [NodeConnectionTypes.Main],
		outputs,
		credentials: [{ name: 'instaSdApi', required: true }],
		hints: [manyItemsHint],
		properties,
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
