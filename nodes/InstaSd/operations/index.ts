import type { INodeExecutionData, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import type { Session } from '../run/session';
import { getStatus, getStatusOption, getStatusTool } from './getStatus';
import { runAndWait, runAndWaitOption, runAndWaitTool } from './runAndWait';
import { runTask, runTaskOption, runTaskTool } from './runTask';
import { waitForTask, waitForTaskOption, waitForTaskTool } from './waitForTask';

/** An operation: from the input items of a run to the items of each output. */
export type Operation = (session: Session) => Promise<INodeExecutionData[][]>;

/** The operations by the value of the parameter `operation`. */
export const operations: Readonly<Record<string, Operation>> = {
	runAndWait,
	runTask,
	getStatus,
	waitForTask,
};

/** What the editor shows of the operations, the main one first. */
export const operationOptions: INodePropertyOptions[] = [
	runAndWaitOption,
	runTaskOption,
	getStatusOption,
	waitForTaskOption,
];

/** How a tool is described to the model. n8n's own description is the same for all operations of a node. */
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
	description: 'What the model reads to decide when to use this tool, and what for',
	displayOptions: { show: { '@tool': [true], operation: [operation] } },
}));
