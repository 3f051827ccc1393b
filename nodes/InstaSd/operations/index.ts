import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { Failure, invalidInput } from '../api/failures';
import {
	isOperation,
	type NodeOperation,
	nodeOperations,
	type OperationName,
} from '../api/nodeOperations';
import { errorItem } from '../outputs/items';
import { forReader, nodeError, readerOf } from '../run/errors';
import { showFailure } from '../run/hints';
import { inSession, type Session } from '../run/session';
import { getStatus } from './getStatus';
import { runAndWait } from './runAndWait';
import { runTask } from './runTask';
import { waitForTask } from './waitForTask';

/** The story of each operation: from the input items of a run to the items of each output. */
const stories: Record<OperationName, (session: Session) => Promise<INodeExecutionData[][]>> = {
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
		if (!isOperation(name)) {
			throw invalidInput(`The operation '${name}' does not exist`, 'Choose one from the list.');
		}
		return await inSession(context, nodeOperations[name], stories[name]);
	} catch (error) {
		if (context.continueOnFail() && error instanceof Failure) {
			const reader = readerOf(context.getNode());
			const failure = forReader(reader, error);
			const items = context.getInputData().map((_, item) => errorItem(failure, item));
			const operation: NodeOperation = nodeOperations[isOperation(name) ? name : 'runAndWait'];
			showFailure(context, items, operation.creates);
			const others = reader.isTool ? [] : (operation.outputs ?? []).slice(1);
			return [...others.map(() => []), items];
		}
		throw nodeError(context.getNode(), error);
	}
}
