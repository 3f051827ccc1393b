import type { INodeExecutionData, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import type { Session } from '../run/session';
import { getStatus, getStatusOption, getStatusTool } from './getStatus';
import { runAndWait, runAndWaitOption, runAndWaitTool } from './runAndWait';
import { runTask, runTaskOption, runTaskTool } from './runTask';
import { waitForTask, waitForTaskOption, waitForTaskTool } from './waitForTask';

/** An operation: from the input items of a run to the items of each output. */
export type Operation = (session: Session) => Promise<INodeExecutionData[][]>;

/** The operations, by the value of the parameter `operation`. */
export const operations: Readonly<Record<string, Operation>> = {
	runAndWait,
	runTask,
	getStatus,
	waitForTask,
};

/** The operations as the editor lists them, the main one first. */
export const operationOptions: INodePropertyOptions[] = [
	runAndWaitOption,
	runTaskOption,
	getStatusOption,
	waitForTaskOption,
];

/** The descriptions that a model reads. n8n's own is the same for all operations of a node. */
export const toolDescriptions: INodeProperties[] = [
	{ operation: 'runAndWait', description: runAndWaitTool },
	{ operation: 'runTask', description: runTaskTool },
	{ operation: 'getStatus', description: getStatusTool },
	{ operation: 'waitForTask', description: waitForTaskTool },
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
