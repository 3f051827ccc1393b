import type { INodeProperties, NodeHint } from 'n8n-workflow';

import { nodeOptions } from '../api/nodeOptions';
import { propertyHints } from './builderHint';
import { asTool, creating, options, waiting } from './options';

const byTaskId = ['getStatus', 'waitForTask'];

/** Shown once the node before has run, because n8n cannot count its items earlier. */
export const manyItemsHint: NodeHint = {
	message: `Each input item creates, and is charged as, a task of its own. To limit how many a run may create, set the option '${nodeOptions.taskLimit.label}'.`,
	displayCondition: `={{ ${JSON.stringify(creating)}.includes($parameter["operation"]) && !$parameter["options"]["taskLimit"] && $input.all().length > 1 }}`,
	whenToDisplay: 'beforeExecution',
	location: 'outputPane',
};

/** The parameters of all operations, except the choice of the operation itself. */
export const properties: INodeProperties[] = [
	{
		displayName: 'Inputs',
		name: 'inputMode',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Fields',
				value: 'fields',
				description: 'A field for every input of your API, made from the example in the credential',
			},
			{
				name: 'JSON',
				value: 'json',
				description: 'The request body of Run Task, or values by role, title or ID of the input',
			},
		],
		default: 'fields',
		displayOptions: { show: { operation: creating } },
	},
	{
		displayName: 'Input Values',
		name: 'inputs',
		type: 'resourceMapper',
		noDataExpression: true,
		default: { mappingMode: 'defineBelow', value: null },
		required: true,
		builderHint: { propertyHint: propertyHints.inputs },
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
		displayOptions: { show: { operation: creating, inputMode: ['fields'] } },
	},
	{
		displayName:
			"The item's fields <b>prompt</b>, <b>image</b>, <b>video</b> and <b>seed</b> go to the input that is the API's prompt, image, video or seed. Any other input takes the field with its title or ID; <b>Map Each Column Manually</b> shows the titles, numbered if they repeat. Required inputs, such as a prompt, must be fields of the item; everything else comes from the example.",
		name: 'automaticMapping',
		type: 'notice',
		default: '',
		displayOptions: {
			show: {
				operation: creating,
				inputMode: ['fields'],
				'/inputs.mappingMode': ['autoMapInputData'],
			},
		},
	},
	{
		displayName: 'Input Values (JSON)',
		name: 'inputsJson',
		type: 'json',
		typeOptions: { rows: 8 },
		default: '{}',
		placeholder: 'e.g. { "prompt": "a cat", "seed": "random" }',
		hint: "The names are prompt, image, video and seed, the titles shown under 'Fields', or the IDs in the credential's 'Request Example'",
		description:
			'The whole request body of Run Task, or values by role (prompt, image, video, seed), title or ID of the input. Inputs you leave out are sent as in the example of the credential, with new random seeds. Wrap text from other nodes in JSON.stringify().',
		displayOptions: { show: { operation: creating, inputMode: ['json'] } },
	},
	{
		displayName: 'Task ID',
		name: 'taskId',
		type: 'string',
		default: '={{ $json.task_id }}',
		required: true,
		placeholder: 'e.g. 5f0c2a9e-6f0e-4e0b-9d1c-7a3b1c2d3e4f',
		description: 'The task_id that Run Task returned',
		builderHint: { propertyHint: propertyHints.taskId },
		displayOptions: { show: { operation: byTaskId } },
	},
	{
		displayName: 'Download Files',
		name: 'downloadFiles',
		type: 'boolean',
		default: true,
		description:
			'Whether to download the pictures and videos as binary data. Their links expire after 30 minutes.',
		displayOptions: { show: { operation: waiting }, hide: asTool },
	},
	{
		displayName: 'Download Files',
		name: 'downloadFiles',
		type: 'boolean',
		default: false,
		description:
			'Whether to download the pictures and videos of a finished task as binary data. Their links expire after 30 minutes.',
		displayOptions: { show: { operation: ['getStatus'] }, hide: asTool },
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options,
	},
];
