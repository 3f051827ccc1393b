import { invalidInput } from '../api/failures';
import { limits } from '../api/limits';
import type { PaidTask, PreparedRequest, Task } from '../api/task';
import { differingField } from '../credential/credential';
import { bodyOf, bodyTooLarge, prepareRequest, randomInteger } from '../inputs/body';
import type { PlannedInput } from '../inputs/inputTypes';
import { readFiles } from '../inputs/itemFiles';
import { isOutOfRange } from '../inputs/scalars';
import { payOnce } from '../money/payOnce';
import type { ToPay } from './plan';
import type { Notices, Session } from './session';

/**
 * The planned task, as an earlier try has paid for it, or paid for now. Adds notices of what it was sent with.
 * @throws what {@link payOnce} throws
 */
export async function paidTask(
	session: Session,
	planned: ToPay,
): Promise<PaidTask & { task: Task }> {
	const inputs = planned.inputs();
	const paid = await payOnce(session, planned, {
		prepare: (seeds) => prepareRequest(inputs, randomInteger, seeds),
		body: async (request) => await bodyToSend(session, planned.item, inputs, request),
	});
	session.described.set(planned, paid.task);
	if (paid.request !== undefined) notice(session.notices, paid.request);
	return paid;
}

/** Notices values that their titles advise against, and those that the sample has instead of the user. */
function notice(notices: Notices, { fromSample, sent }: PreparedRequest): void {
	for (const { title, value } of Object.values(sent)) {
		if (title !== undefined && isOutOfRange(title, value)) {
			notices.outOfRange.push(`${String(value)} for '${title}'`);
		}
	}
	const { files, others } = fromSample;
	// Files first, whichever item lacks one: the hint names only the first of them.
	notices.fromSample = [...new Set([...files, ...notices.fromSample, ...others])];
}

/**
 * The request body. A submit is a payment, so it must not go to the account of another item.
 * @throws Failure INVALID_INPUT when the credential, by its expressions, is another one for this item than for item 0;
 * PAYLOAD_TOO_LARGE when the files turn out larger than they were described
 */
async function bodyToSend(
	{ context, credential }: Session,
	item: number,
	inputs: readonly PlannedInput[],
	request: PreparedRequest,
): Promise<string> {
	const own = item === 0 ? credential : await context.getCredentials('instaSdApi', item);
	const field = differingField(credential, own);
	if (field !== undefined) {
		throw invalidInput(
			`The credential has another '${field}' for this item than for item 0, and a run of the node uses one`,
			"Nothing was sent for this item. Put the node into 'Loop Over Items' with a batch size of 1: then each item is a run with its own credential.",
		);
	}
	const body = bodyOf(request, await readFiles(context, inputs));
	const bytes = Buffer.byteLength(body);
	if (bytes > limits.requestBytes) throw bodyTooLarge(inputs, bytes);
	return body;
}
