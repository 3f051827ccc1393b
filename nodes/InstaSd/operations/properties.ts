import {
	type INodeProperties,
	type INodePropertyOptions,
	NodeConnectionTypes,
	type NodeHint,
} from 'n8n-workflow';

import { type NodeOperation, nodeOperations } from '../api/nodeOperations';
import {
	all,
	checking,
	creating,
	type NodeOption,
	nodeOptions,
	nodeParameters,
	waiting,
} from '../api/nodeOptions';

const operations = Object.entries<NodeOperation>(nodeOperations);

/** The names of the operations that are such. */
const operationsThat = (are: (operation: NodeOperation) => boolean) =>
	operations.filter(([, operation]) => are(operation)).map(([name]) => name);

const asTool = { '@tool': [true] };

/** The operations as the editor lists them. */
export const operationOptions = operations.map(
	([value, { label, action, description }]): INodePropertyOptions => ({
		...{ name: label, value, action, description },
	}),
);

/** An expression with a value for the operation that the node is set to. */
const byOperation = (valueOf: (operation: NodeOperation) => unknown) => {
	const values = operations.map(([name, operation]) => [name, valueOf(operation)]);
	return `${JSON.stringify(Object.fromEntries(values))}[$parameter["operation"]]` as const;
};

/** Below the name of the node. */
export const subtitle = `={{ ${byOperation(({ label }) => label)} }}`;

/** The outputs of the operation that the node is set to. */
export const outputs = `={{ ${byOperation(({ outputs: names }) =>
	names?.map((displayName) => ({ type: NodeConnectionTypes.Main, displayName })),
)} ?? ["${NodeConnectionTypes.Main}"] }}` as const;

const toolDescriptions = operations.map(
	([name, { toolDescription }]): INodeProperties => ({
		displayName: 'Tool Description',
		name: 'toolDescription',
		type: 'string',
		typeOptions: { rows: 4 },
		default: toolDescription,
		required: true,
		description: 'Tells the model what this tool does and when to use it',
		displayOptions: { show: { ...asTool, operation: [name] } },
	}),
);

/** Shown once the node before has run, because n8n cannot count its items earlier. */
export const manyItemsHint: NodeHint = {
	message: `Each input item creates, and is charged as, a task of its own. To limit how many a run may create, set the option '${nodeOptions.taskLimit.label}'.`,
	displayCondition: `={{ ${JSON.stringify(operationsThat(creating))}.includes($parameter["operation"]) && !$parameter["options"]["taskLimit"] && $input.all().length > 1 }}`,
	whenToDisplay: 'beforeExecution',
	location: 'outputPane',
};

/** The fields that a tool's user can select: `image_urls` is called Image URLs. */
const selectable = [...new Set(operations.flatMap(([, { fields }]) => fields))]
	// The first is always there, and `files` only repeats the links.
	.filter((name) => name !== 'task_id' && name !== 'files')
	.sort()
	.map((value) => {
		const words = value.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
		return { name: words.join(' ').replace('Url', 'URL'), value };
	});

/** The parameters of all operations. */
export const properties: INodeProperties[] = [
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
	{
		displayName: 'Inputs',
		name: 'inputMode',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Fields',
				value: 'fields',
				description: 'A field for every input of your API, made from the sample in the credential',
			},
			{
				name: 'JSON',
				value: 'json',
				description: 'The request body of Run Task, or values by role, title or ID of the input',
			},
		],
		default: 'fields',
		displayOptions: { show: { operation: operationsThat(creating) } },
	},
	{
		displayName: 'Input Values',
		name: 'inputs',
		type: 'resourceMapper',
		noDataExpression: true,
		default: { mappingMode: 'defineBelow', value: null },
		required: true,
		builderHint: {
			propertyHint:
				"Use inputMode 'json': when a person opens the node, n8n's editor drops the values that a program wrote here.",
		},
		typeOptions: {
			resourceMapper: {
				resourceMapperMethod: 'getInputFields',
				mode: 'add',
				valuesLabel: 'Values',
				fieldWords: { singular: 'input', plural: 'inputs' },
				addAllFields: true,
				supportAutoMap: true,
				noFieldsError: "To show your API's inputs, click",
				refreshStaleSchemaOnOpen: true,
			},
		},
		displayOptions: { show: { operation: operationsThat(creating), inputMode: ['fields'] } },
	},
	{
		displayName: 'Input Values (JSON)',
		name: 'inputsJson',
		type: 'json',
		typeOptions: { rows: 8 },
		default: '{}',
		placeholder: 'e.g. { "prompt": "a cat", "seed": "random" }',
		hint: "The names are prompt, image, video and seed, the titles shown under 'Fields', or the IDs in the credential's 'Sample Request Body'. From other nodes: {{ { prompt: $json.prompt } }}.",
		description:
			'The whole request body of Run Task, or values by role, title or ID of the input. Inputs you leave out are sent as in the sample, with new random seeds. For values of other nodes, an expression returns an object.',
		builderHint: {
			propertyHint:
				"An object. Its keys: role (prompt, image, video or seed, where the API has just one) or title; ask the user for titles. A wrong name is refused, with a list of all inputs, before anything is paid for. Inputs left out are sent as in the sample, but a prompt or image must be given. An image is a link, the name of the item's binary field, or another node's file, also in a tool: $('Chat').first().binary?.data0",
		},
		displayOptions: { show: { operation: operationsThat(creating), inputMode: ['json'] } },
	},
	{
		displayName: 'Task ID',
		name: 'taskId',
		type: 'string',
		default: '={{ $json.task_id }}',
		required: true,
		placeholder: 'e.g. 5f0c2a9e-6f0e-4e0b-9d1c-7a3b1c2d3e4f',
		description: 'The task_id that Run Task returned',
		builderHint: {
			propertyHint:
				'Keep the default after runTask and for error items: it finds the id in the incoming item.',
		},
		displayOptions: { show: { operation: operationsThat((operation) => !creating(operation)) } },
	},
	...[waiting, checking].map((of) =>
		propertyOf('downloadFiles', { ...nodeParameters.downloadFiles, of, default: of === waiting }),
	),
	propertyOf('simplify', nodeParameters.simplify),
	propertyOf('output', nodeParameters.output),
	{
		displayName: 'Fields',
		name: 'fields',
		type: 'multiOptions',
		options: selectable,
		default: [],
		description: 'The fields that the model reads beside the task_id',
		displayOptions: { show: { operation: operationsThat(all), ...asTool, output: ['fields'] } },
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: Object.entries<NodeOption>(nodeOptions).map(([name, option]) =>
			propertyOf(name, option, '/operation'),
		),
	},
];

/** @param operation where the operation is, seen from the property */
function propertyOf(
	name: string,
	option: NodeOption,
	operation: 'operation' | '/operation' = 'operation',
): INodeProperties {
	const { label, description, min, choices, of, tool, builderHint } = option;
	const kind = typeof option.default;
	const show = {
		...(of && { [operation]: operationsThat(of) }),
		...(tool === 'only' && asTool),
	};
	return {
		displayName: label,
		name,
		type: choices ? 'options' : kind === 'number' || kind === 'boolean' ? kind : 'string',
		...(choices && {
			options: Object.entries(choices).map(([value, choice]) => ({ ...choice, value })),
		}),
		...(min !== undefined && { typeOptions: { minValue: min } }),
		default: option.default,
		description,
		...(builderHint && { builderHint: { propertyHint: builderHint } }),
		displayOptions: { show, ...(tool === 'never' && { hide: asTool }) },
	};
}
