import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type ILoadOptionsFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type ResourceMapperFields,
} from 'n8n-workflow';

import { Failure, invalidInput } from './api/failures';
import { formOf } from './credential/form';
import { operationOptions, operations, toolDescriptions } from './operations';
import { builderHint } from './operations/builderHint';
import { failedRun, statusOutputs } from './operations/getStatus';
import { manyItemsHint, properties } from './operations/properties';
import { createsTasks, errorItems, isTool, nodeError } from './run/errors';
import { showFailure } from './run/hints';
import { inSession } from './run/session';

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
				try {
					return formOf(await this.getCredentials('instaSdApi'), isTool(this.getNode()));
				} catch (error) {
					throw nodeError(this.getNode(), error);
				}
			},
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const name = this.getNodeParameter('operation', 0, 'runAndWait');
		try {
			const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
			if (operation === undefined) {
				throw invalidInput(`The operation '${name}' does not exist`, 'Choose one from the list.');
			}
			return await inSession(this, operation);
		} catch (error) {
			if (this.continueOnFail() && error instanceof Failure) {
				const items = errorItems(this, error);
				showFailure(this, items, createsTasks(name));
				return name === 'getStatus' ? failedRun(this.getNode(), items) : [items];
			}
			throw nodeError(this.getNode(), error);
		}
	}
}
