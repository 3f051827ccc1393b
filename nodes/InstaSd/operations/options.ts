import type { INodeProperties } from 'n8n-workflow';

import { fileTransports, nodeOptions, optionDefault } from '../api/nodeOptions';
import { propertyHints } from './builderHint';

/** The operations that create tasks. */
export const creating = ['runAndWait', 'runTask'];

/** The operations that wait for the end of tasks. */
export const waiting = ['runAndWait', 'waitForTask'];

/** For what is useless to an agent: it drops binary data, and knows the inputs it gave. */
export const asTool = { '@tool': [true] };

/** What stands under 'Options', in the order of their labels. */
export const options: INodeProperties[] = [
	{
		displayName: nodeOptions.answerWithinSeconds.label,
		name: 'answerWithinSeconds',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: optionDefault('answerWithinSeconds'),
		description:
			'When the model gets an answer at the latest. If the task is not finished by then, the answer has its task_id and says how to go on. 0 means 50 seconds over MCP, where clients hang up after a minute, and otherwise no limit.',
		displayOptions: { show: { '/operation': waiting, ...asTool } },
	},
	{
		displayName: nodeOptions.generationsPerItem.label,
		name: 'generationsPerItem',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: optionDefault('generationsPerItem'),
		description: 'How many tasks to create for each item, each with its own seed and its own cost',
		displayOptions: { show: { '/operation': creating } },
	},
	{
		displayName: nodeOptions.giveUpAfterMinutes.label,
		name: 'giveUpAfterMinutes',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: optionDefault('giveUpAfterMinutes'),
		description:
			'A task that is still running this many minutes after Run Task submitted it goes to the output Failed, so that a loop ends. It continues at the service. 0 means never.',
		displayOptions: { show: { '/operation': ['getStatus'] } },
	},
	{
		displayName: nodeOptions.includeInputFields.label,
		name: 'includeInputFields',
		type: 'boolean',
		default: false,
		description:
			'Whether to add the fields of the incoming item to the output, under input_item. Error items never have them.',
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
				description: 'Each file in its own item',
			},
			{
				name: 'One Item per Task',
				value: 'task',
				description: 'All files of a task in one item',
			},
		],
		default: optionDefault('outputItems'),
		description: 'How the files of a task are divided into items',
	},
	{
		displayName: nodeOptions.pollingInterval.label,
		name: 'pollingInterval',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: optionDefault('pollingInterval'),
		description:
			'Seconds between two status checks. 0 means adaptive: every half second at first, less often the longer a task takes, but at least every 5 seconds.',
		displayOptions: { show: { '/operation': waiting } },
	},
	{
		displayName: nodeOptions.resubmitWhenUnsure.label,
		name: 'resubmitWhenUnsure',
		type: 'boolean',
		default: false,
		description:
			'Whether to send a task once more if it is unknown whether it was created, for example because the reply was lost. You may then pay for it twice, but never more often, however many retries there are.',
		displayOptions: { show: { '/operation': creating } },
	},
	{
		displayName: nodeOptions.sendFilesAs.label,
		name: 'sendFilesAs',
		type: 'options',
		options: [
			{
				name: fileTransports.base64,
				value: 'base64',
				description: 'Inside the request, which can be up to 10 MB in total',
			},
			{
				name: fileTransports.url,
				value: 'url',
				description:
					'A signed link that works for 7 days, or until n8n deletes the data of this execution. The service must be able to reach this n8n.',
			},
		],
		default: optionDefault('sendFilesAs'),
		description: 'How to send binary data to the service',
		displayOptions: { show: { '/operation': creating }, hide: asTool },
	},
	{
		displayName: nodeOptions.taskLimit.label,
		name: 'taskLimit',
		type: 'number',
		typeOptions: { minValue: 0 },
		builderHint: { propertyHint: propertyHints.taskLimit },
		default: optionDefault('taskLimit'),
		description:
			'The maximum number of tasks that one run of this node may create. A run with more creates none. 0 means no limit.',
		displayOptions: { show: { '/operation': creating } },
	},
	{
		displayName: nodeOptions.tasksAtOnce.label,
		name: 'tasksAtOnce',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: optionDefault('tasksAtOnce'),
		description:
			'How many tasks to process at the same time. One number for the whole run, read from its first item.',
	},
	{
		displayName: nodeOptions.timeoutSeconds.label,
		name: 'timeoutSeconds',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: optionDefault('timeoutSeconds'),
		description:
			'How many seconds to wait for each task. A task that takes longer continues at the service; its ID is in the error.',
		displayOptions: { show: { '/operation': waiting } },
	},
];
