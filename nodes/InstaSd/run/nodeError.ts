import { NodeApiError, NodeOperationError, type INode } from 'n8n-workflow';

import { Failure, type FailureCode } from '../api/failures';

/** Failures in which the service had no part. */
const own: ReadonlySet<FailureCode> = new Set(['INVALID_INPUT', 'TASK_LIMIT', 'PAYLOAD_TOO_LARGE']);

/** The error that n8n shows for a failure: what happened, to which item, and how to get unstuck. */
export function nodeError(node: INode, error: unknown): NodeApiError | NodeOperationError {
	if (!(error instanceof Failure)) {
		return new NodeOperationError(node, error instanceof Error ? error : String(error));
	}
	const { code, description, httpStatus, message } = error.details;
	const where = error.item === undefined ? {} : { itemIndex: error.item };
	const told = error.item === undefined ? message : `${message} [item ${error.item}]`;
	const httpCode = httpStatus === undefined ? code : String(httpStatus);
	const shown =
		own.has(code) && httpStatus === undefined
			? new NodeOperationError(node, told, { description, ...where })
			: new NodeApiError(node, { code }, { message: told, description, httpCode, ...where });
	// n8n replaces a message that holds a code such as ECONNRESET by a general one, and with it the task id.
	shown.message = told;
	return shown;
}
