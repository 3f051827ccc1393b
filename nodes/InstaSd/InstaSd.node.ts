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
import { operationOptions, operations } from './operations';
import { properties } from './operations/properties';
import { errorItems, nodeError } from './run/nodeError';
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
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'instaSdApi', required: true }],
		properties: [
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				options: operationOptions,
				default: 'runAndWait',
			},
			...properties,
		],
	};

	methods = {
		resourceMapping: {
			async getInputFields(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
				try {
					return formOf(await this.getCredentials('instaSdApi'));
				} catch (error) {
					throw nodeError(this.getNode(), error);
				}
			},
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		try {
			const operation = operations[this.getNodeParameter('operation', 0, 'runAndWait')];
			if (operation === undefined) {
				throw invalidInput('The operation is not known', 'Choose one of the list.');
			}
			return [await inSession(this, operation)];
		} catch (error) {
			if (this.continueOnFail() && error instanceof Failure) {
				return [errorItems(this, error)];
			}
			throw nodeError(this.getNode(), error);
		}
	}
}
