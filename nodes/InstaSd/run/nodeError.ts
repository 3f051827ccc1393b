import {
	NodeApiError,
	NodeOperationError,
	type IExecuteFunctions,
	type INode,
	type INodeExecutionData,
} from 'n8n-workflow';

import { factsOf } from '../api/failureCodes';
import { Failure } from '../api/failures';
import { errorItem } from '../outputs/items';
import { forReader, isTool } from './toolAdvice';

/** The error that n8n shows for a failure: what happened, to which item, and how to get unstuck. */
export function nodeError(node: INode, error: unknown): NodeApiError | NodeOperationError {
	if (!(error instanceof Failure)) {
		return new NodeOperationError(node, error instanceof Error ? error : String(error));
	}
	const { code, description, httpStatus, message } = forReader(isTool(node), error).details;
	const where = error.item === undefined ? {} : { itemIndex: error.item };
	const text = error.item === undefined ? message : `${message} [item ${error.item}]`;
	const httpCode = httpStatus === undefined ? code : String(httpStatus);
	const n8nError =
		isTool(node) || (factsOf(code).isOwn && httpStatus === undefined)
			? new NodeOperationError(node, text, { description, ...where })
			: new NodeApiError(node, { code }, { message: text, description, httpCode, ...where });
	// n8n replaces a message that holds a code such as ECONNRESET by a general one, and with it the task id. Of a tool it
	// wraps every error but a NodeOperationError, and replaces the message once more.
	n8nError.message = text;
	return n8nError;
}

/** The error items of a failure that concerns all items, for a node that continues on failures. */
export function errorItems(context: IExecuteFunctions, failure: Failure): INodeExecutionData[] {
	const worded = forReader(isTool(context.getNode()), failure);
	return context.getInputData().map((_, item) => errorItem(worded, item));
}
