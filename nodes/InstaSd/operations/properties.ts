import type { INodeProperties } from 'n8n-workflow';

import { fileTransports, nodeOptions, optionDefault } from '../api/nodeOptions';

const running = ['runAndWait', 'runTask'];
const asking = ['getStatus', 'waitForTask'];
const waiting = ['runAndWait', 'waitForTask'];
/** Where an agent uses the node: agents drop binary data, and know what they have given. */
const asTool = { '@tool': [true] };

/** The parameters of all operations but the choice of the operation itself. */
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
				description: 'The body of Run Task, or values by input ID or title',
			},
		],
		default: 'fields',
		displayOptions: { show: { operation: running } },
	},
	{
		displayName: 'Input Values',
		name: 'inputs',
		type: 'resourceMapper',
		noDataExpression: true,
		default: { mappingMode: 'defineBelow', value: null },
		required: true,
		typeOptions: {
			resourceMapper: {
				resourceMapperMethod: 'getInputFields',
				mode: 'add',
				valuesLabel: 'Values',
				fieldWords: { singular: 'input', plural: 'inputs' },
				addAllFields: true,
				supportAutoMap: true,
				noFieldsError: "No fields yet. When the credential has its 'Request Example', click",
				refreshStaleSchemaOnOpen: true,
			},
		},
		displayOptions: { show: { operation: running, inputMode: ['fields'] } },
	},
	{
		displayName:
			"An input takes the item's field that has its title or ID as its name: <b>Map Each Column Manually</b> shows the titles, numbered where they repeat. What must be given, such as a prompt, must be among the fields; the rest comes from the example.",
		name: 'automaticMapping',
		type: 'notice',
		default: '',
		displayOptions: {
			show: {
				operation: running,
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
		placeholder: 'e.g. { "Prompt": "a cat", "Seed": "random" }',
		hint: "The names are the titles that 'Fields' shows, or the IDs in the credential's 'Request Example'",
		description:
			'The whole body of Run Task, or values by input ID or title. Inputs you leave out are sent as in the example of the credential; seeds are drawn anew. Wrap text from other nodes in JSON.stringify().',
		displayOptions: { show: { operation: running, inputMode: ['json'] } },
	},
	{
		displayName: 'Task ID',
		name: 'taskId',
		type: 'string',
		default: '={{ $json.task_id }}',
		required: true,
		placeholder: 'e.g. 5f0c2a9e-6f0e-4e0b-9d1c-7a3b1c2d3e4f',
		description: 'The task_id that Run Task gave',
		displayOptions: { show: { operation: asking } },
	},
	{
		displayName: 'Download Files',
		name: 'downloadFiles',
		type: 'boolean',
		default: true,
		description:
			'Whether to fetch the pictures and videos as binary data. Their links die after 30 minutes.',
		displayOptions: { show: { operation: waiting }, hide: asTool },
	},
	{
		displayName: 'Download Files',
		name: 'downloadFiles',
		type: 'boolean',
		default: false,
		description:
			'Whether to fetch the pictures and videos of a finished task as binary data. Their links die after 30 minutes.',
		displayOptions: { show: { operation: ['getStatus'] }, hide: asTool },
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [
			{
				displayName: nodeOptions.generationsPerItem.label,
				name: 'generationsPerItem',
				type: 'number',
				typeOptions: { minValue: 1 },
				default: optionDefault('generationsPerItem'),
				description:
					'How many tasks to create for each item, each with its own seed and its own cost',
				displayOptions: { show: { '/operation': running } },
			},
			{
				displayName: nodeOptions.giveUpAfterMinutes.label,
				name: 'giveUpAfterMinutes',
				type: 'number',
				typeOptions: { minValue: 0 },
				default: optionDefault('giveUpAfterMinutes'),
				description:
					'A task that still runs so many minutes after Run Task submitted it leaves by Failed, so that a loop ends. It goes on at the service. 0 means never.',
				displayOptions: { show: { '/operation': ['getStatus'] } },
			},
			{
				displayName: nodeOptions.includeInputFields.label,
				name: 'includeInputFields',
				type: 'boolean',
				default: false,
				description:
					'Whether to put the fields of the incoming item under input_item in the output. Error items never have them.',
				displayOptions: { hide: asTool },
			},
			{
				displayName: nodeOptions.outputFieldName.label,
				name: 'outputFieldName',
				type: 'string',
				default: optionDefault('outputFieldName'),
				description:
					'The name of the binary field for the first file; further files get data_1, data_2 and so on',
				hint: 'The name of the output binary field to put the file in',
				displayOptions: { hide: asTool },
			},
			{
				displayName: nodeOptions.outputItems.label,
				name: 'outputItems',
				type: 'options',
				options: [
					{
						name: 'One Item per File',
						value: 'file',
						description: 'Each file in an item of its own',
					},
					{
						name: 'One Item per Task',
						value: 'task',
						description: 'All files of a task in one item',
					},
				],
				default: optionDefault('outputItems'),
				description: 'How the files of a task are spread over items',
			},
			{
				displayName: nodeOptions.pollingInterval.label,
				name: 'pollingInterval',
				type: 'number',
				typeOptions: { minValue: 0 },
				default: optionDefault('pollingInterval'),
				description:
					'Seconds between two questions for the status. 0 asks after half a second, and less often the longer a task takes, at least every 5 seconds.',
				displayOptions: { show: { '/operation': waiting } },
			},
			{
				displayName: nodeOptions.resubmitWhenUnsure.label,
				name: 'resubmitWhenUnsure',
				type: 'boolean',
				default: false,
				description:
					'Whether to send a task again when it is unknown whether it was created, for instance because the reply was lost. It may then be paid for twice.',
				displayOptions: { show: { '/operation': running } },
			},
			{
				displayName: nodeOptions.sendFilesAs.label,
				name: 'sendFilesAs',
				type: 'options',
				options: [
					{
						name: fileTransports.base64,
						value: 'base64',
						description: 'Inside the request, which may have 10 MB in all',
					},
					{
						name: fileTransports.url,
						value: 'url',
						description:
							'A signed link that works for an hour; the service must be able to reach this n8n',
					},
				],
				default: optionDefault('sendFilesAs'),
				description: 'How binary data given to an input travels',
				displayOptions: { show: { '/operation': running }, hide: asTool },
			},
			{
				displayName: nodeOptions.taskLimit.label,
				name: 'taskLimit',
				type: 'number',
				typeOptions: { minValue: 0 },
				default: optionDefault('taskLimit'),
				description:
					'The most tasks one run of this node may create; with more, none is created. 0 means no limit.',
				displayOptions: { show: { '/operation': running } },
			},
			{
				displayName: nodeOptions.tasksAtOnce.label,
				name: 'tasksAtOnce',
				type: 'number',
				typeOptions: { minValue: 1 },
				default: optionDefault('tasksAtOnce'),
				description: 'How many tasks are worked on at the same time',
			},
			{
				displayName: nodeOptions.timeoutSeconds.label,
				name: 'timeoutSeconds',
				type: 'number',
				typeOptions: { minValue: 1 },
				default: optionDefault('timeoutSeconds'),
				description:
					'How many seconds to wait for each task. A task that takes longer goes on at the service; its ID is in the error.',
				displayOptions: { show: { '/operation': waiting } },
			},
		],
	},
];
