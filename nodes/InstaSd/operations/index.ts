import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { Failure, invalidInput } from '../api/failures';
import { createsTasks, errorItems, nodeError } from '../run/errors';
import { showFailure } from '../run/hints';
import { inSession, type Session } from '../run/session';
import { failedRun, getStatus } from './getStatus';
import { runAndWait } from './runAndWait';
import { runTask } from './runTask';
import { waitForTask } from './waitForTask';

/** An operation: from the input items of a run to the items of each output. */
type Operation = (session: Session) => Promise<INodeExecutionData[][]>;

/** The operations, by the value of the parameter `operation`. */
const operations: Readonly<Record<string, Operation>> = {
	runAndWait,
	runTask,
	getStatus,
	waitForTask,
};

/**
 * Runs the operation that the node is set to.
 * @returns the items of each output; error items for a run that failed as a whole, if the node continues on failures
 * @throws NodeApiError, NodeOperationError what n8n shows
 */
export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const name = context.getNodeParameter('operation', 0, 'runAndWait');
	try {
		const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
		if (operation === undefined) {
			throw invalidInput(`The operation '${name}' does not exist`, 'Choose one from the list.');
		}
		return await inSession(context, operation);
	} catch (error) {
		if (context.continueOnFail() && error instanceof Failure) {
			const items = errorItems(context, error);
			showFailure(context, items, createsTasks(name));
			return name === 'getStatus' ? failedRun(context.getNode(), items) : [items];
		}
		throw nodeError(context.getNode(), error);
	}
}
