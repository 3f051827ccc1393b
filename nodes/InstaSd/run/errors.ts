import { NodeApiError, NodeOperationError, type IDataObject, type INode } from 'n8n-workflow';

import { factsOf, type FailureCode } from '../api/failureCodes';
import { Failure } from '../api/failures';
import { isOperation, nodeOperations } from '../api/nodeOperations';
import { escapeHtml } from '../inputs/wording';

/** The page with a paragraph for each code. */
const errorDocs =
	'https://github.com/n8n-nodes-instasd/n8n-nodes-instasd/blob/main/docs/reference.md';

/** Whether a node runs as the tool of an agent, of MCP or of a chain: then the name of its type ends in `Tool`. */
export function isTool({ type }: INode): boolean {
	return type.endsWith('Tool');
}

/** Who reads an error. Kept for a run, because n8n copies the whole node for every `getNode()`. */
export interface Reader {
	/** A model that has called the node as its tool; else a person. */
	isTool: boolean;
	/** Whether each call pays for a task. */
	pays: boolean;
	/** Whether the author of the workflow left anything for a model to fill in. */
	fillsIn: boolean;
}

export function readerOf(node: INode): Reader {
	const { operation } = node.parameters;
	return {
		isTool: isTool(node),
		pays: !isOperation(operation) || nodeOperations[operation].creates,
		fillsIn: isTool(node) && JSON.stringify(node.parameters).includes('$fromAI'),
	};
}

/** The error that n8n shows for a failure: what happened, to which item, and how to get unstuck. */
export function nodeError(node: INode, error: unknown): NodeApiError | NodeOperationError {
	if (!(error instanceof Failure)) {
		return new NodeOperationError(node, error instanceof Error ? error : String(error));
	}
	const { code, description, httpStatus, message } = forReader(readerOf(node), error).details;
	const { item: itemIndex } = error.details;
	const text = itemIndex === undefined || isTool(node) ? message : `${message} [item ${itemIndex}]`;
	const httpCode = httpStatus === undefined ? code : String(httpStatus);
	const n8nError =
		isTool(node) || (factsOf(code).isLocal && httpStatus === undefined)
			? new NodeOperationError(node, text, { description, itemIndex })
			: new NodeApiError(node, { code }, { message: text, description, httpCode, itemIndex });
	// n8n replaces a message that contains a code such as ECONNRESET, and with it the task id. For a tool it wraps every
	// error but a NodeOperationError, and replaces the message again.
	n8nError.message = text;
	Object.assign(n8nError.context, shown(code, message, description), contextOf(error));
	return n8nError;
}

/**
 * What the editor shows in place of message and description. A description is HTML there, and a message loses its line
 * breaks: each line but the first goes to the description. A link leads to the code's paragraph in the docs.
 */
function shown(code: FailureCode, message: string, description: string): IDataObject {
	const [first = message, ...lines] = message.split('\n');
	const html = escapeHtml([...lines, description].join('\n')).replaceAll('\n', '<br>');
	const link = `<a href="${errorDocs}#${code.toLowerCase()}" target="_blank">More about ${code}</a>`;
	return {
		descriptionTemplate: `${html}<br>${link}`,
		// n8n takes the template only beside the name of a parameter.
		...(lines.length === 0
			? {}
			: { messageTemplate: first.replace(/:$/, ''), parameter: 'inputs' }),
	};
}

/** What error workflows read in `execution.error.context`. The names never change. */
function contextOf({ details, retryable }: Failure): IDataObject {
	const { code, item, run, task } = details;
	const ids = run?.count ? run.ids : task === undefined ? [] : [task.id];
	return {
		code,
		task_id: task?.id ?? null,
		task_ids: ids,
		task_count: run?.count || ids.length,
		retryable,
		item: item ?? null,
	};
}

const askForIt =
	"Ask by this task_id in about 30 seconds, with the tool that gets a task's status. Without such a tool, tell the user the task_id.";

/** What a model can do after a failure. The descriptions are for people, who can open the node and its credential. */
const waysForModels: Partial<Record<FailureCode, string>> = {
	INVALID_INPUT: 'Correct it and call this tool again; what you cannot correct, tell the user.',
	PAYLOAD_TOO_LARGE: 'Give files as links.',
	RATE_LIMITED: 'Try again in a few minutes.',
	REJECTED: 'Correct what the service refuses, or tell the user.',
	SUBMIT_UNSURE: 'Tell the user to look for it in InstaSD.',
	TASK_FAILED:
		'Tell the user, or correct what the reason names and start another task, which is paid for.',
	TASK_NOT_FOUND: 'Check the task_id; if it is right, tell the user.',
	UNREACHABLE: 'Try again in a few minutes, or tell the user.',
	WAIT_TIMEOUT: askForIt,
};

const nothingToFillIn =
	'Tell the user to let the model fill in the inputs of this tool: the sparkle beside each field.';

/**
 * A failure worded for its reader. A model that reads an error tends to call the tool again, which would be paid for: where
 * a task exists, or may exist, the message says not to. What a model can do is in the message, too, because agents hand on
 * no description.
 */
export function forReader(reader: Reader, failure: Failure): Failure {
	if (!reader.isTool) return failure;
	const { code, description, inputList, message, run, task } = failure.details;
	const hasOthers = run?.hasOthers ?? false;
	const { mayExist = false, retryable } = factsOf(code);
	const isOver = code === 'TASK_FAILED' && failure.retryable;
	const exists = (task !== undefined && !isOver) || hasOthers;
	const doNotCall = `Do not call this tool again for it: ${hasOthers ? 'a task of it' : 'the task'} ${exists ? 'exists' : 'may exist'}, and a new call makes and charges another`;
	const nothing = task === undefined ? ['Nothing was created and nothing was charged'] : [];
	const money = exists || mayExist ? [doNotCall] : nothing;
	const toUser = `Tell the user: ${description}`;
	const way =
		reader.pays && exists
			? retryable && !hasOthers
				? askForIt
				: toUser
			: !reader.fillsIn && code === 'INVALID_INPUT'
				? nothingToFillIn
				: (waysForModels[code] ?? toUser);
	const sentences = [message.replace(/\.$/, ''), ...(reader.pays ? money : []), way];
	const parts = [sentences.join('. '), ...(inputList === undefined ? [] : [inputList])];
	return failure.with({ message: parts.join('\n\n'), description: way });
}
