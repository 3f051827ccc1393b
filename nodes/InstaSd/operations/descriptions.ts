import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { propertyHints } from './builderHint';

/** The operations as the editor lists them, the main one first. */
export const operationOptions: INodePropertyOptions[] = [
	{
		name: 'Run and Wait',
		value: 'runAndWait',
		action: 'Generate an image or video',
		description: 'Create a task for each item, wait until it is finished, and download its files',
	},
	{
		name: 'Run Task',
		value: 'runTask',
		action: 'Start a generation',
		description: 'Create a task for each item without waiting for it',
		builderHint: { propertyHint: propertyHints.runTask },
	},
	{
		name: 'Get Status',
		value: 'getStatus',
		action: 'Get the status of a generation',
		description: 'Check the status of a task once; download its files if it is finished',
		builderHint: { propertyHint: propertyHints.getStatus },
	},
	{
		name: 'Wait for Task',
		value: 'waitForTask',
		action: 'Wait for a generation',
		description: 'Wait for a task that was created earlier, and download its files',
	},
];

/** The descriptions that a model reads. n8n's own is the same for all operations of a node. */
export const toolDescriptions: INodeProperties[] = [
	{
		operation: 'runAndWait',
		description:
			'Generates an image or video from the given inputs and returns links to it, which takes seconds to minutes; the links expire after 30 minutes. Every call creates a task and costs credits. If the answer says finished: false, it is still being made: ask for it by its task_id instead of calling this tool again.',
	},
	{
		operation: 'runTask',
		description:
			'Starts generating an image or video from the given inputs and returns its task_id at once. The result takes seconds to minutes: get it later by the task_id, with the tool that gets the status of a generation. Every call creates a task and costs credits.',
	},
	{
		operation: 'getStatus',
		description:
			'Reports the progress of a generation started earlier. Give its task_id. It answers at once and costs no credits. Once the image or video is finished, the answer has links to it; the links expire after 30 minutes, call again for fresh ones.',
	},
	{
		operation: 'waitForTask',
		description:
			'Waits until an image or video generation started earlier is finished, which takes seconds to minutes. Give its task_id. Returns links to the files; the links expire after 30 minutes. Costs no credits. If the answer says finished: false, call this tool again.',
	},
].map(({ operation, description }) => ({
	displayName: 'Tool Description',
	name: 'toolDescription',
	type: 'string',
	typeOptions: { rows: 4 },
	default: description,
	required: true,
	description: 'Tells the model what this tool does and when to use it',
	displayOptions: { show: { '@tool': [true], operation: [operation] } },
}));
