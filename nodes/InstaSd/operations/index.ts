import type { INodeExecutionData, INodePropertyOptions } from 'n8n-workflow';

import type { Session } from '../run/session';
import { getStatus, getStatusOption } from './getStatus';
import { runAndWait, runAndWaitOption } from './runAndWait';
import { runTask, runTaskOption } from './runTask';
import { waitForTask, waitForTaskOption } from './waitForTask';

/** An operation: from the input items of a run to its output items. */
export type Operation = (session: Session) => Promise<INodeExecutionData[]>;

/** The operations by the value of the parameter `operation`. */
export const operations: Readonly<Record<string, Operation>> = {
	runAndWait,
	runTask,
	getStatus,
	waitForTask,
};

/** What the editor shows of the operations, in the order of their names. */
export const operationOptions: INodePropertyOptions[] = [
	getStatusOption,
	runAndWaitOption,
	runTaskOption,
	waitForTaskOption,
];
