import type { INode } from 'n8n-workflow';

import { factsOf } from '../api/failureCodes';
import { Failure } from '../api/failures';

/** Whether a node runs as the tool of an agent, of MCP or of a chain: n8n ends the name of its type so. */
export function isTool({ type }: INode): boolean {
	return type.endsWith('Tool');
}

/**
 * A failure as its reader needs it. A model that reads an error tends to call the tool again, and that would be paid for:
 * where a task exists, or may, the message itself says not to.
 * @param asTool whether the node runs as a tool
 */
export function forReader(asTool: boolean, failure: Failure): Failure {
	const { code, taskId, hasOthers = false } = failure.details;
	const exists = (taskId !== undefined && code !== 'TASK_FAILED') || hasOthers;
	if (!asTool || !(exists || factsOf(code).mayExist)) return failure;
	const worded = new Failure({
		...failure.details,
		message: `${failure.details.message.replace(/\.$/, '')}. Do not call this tool again for it: ${hasOthers ? 'a task of it' : 'the task'} ${exists ? 'exists' : 'may exist'}, and a new call makes and charges another.`,
	});
	worded.item = failure.item;
	return worded;
}
