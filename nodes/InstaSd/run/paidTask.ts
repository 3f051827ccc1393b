import { invalidInput } from '../api/failures';
import { limits } from '../api/limits';
import { differingField } from '../credential/credential';
import {
	bodyOf,
	bodyTooLarge,
	type PreparedRequest,
	prepareRequest,
	randomInteger,
} from '../inputs/body';
import type { PlannedInput } from '../inputs/inputTypes';
import { readFiles } from '../inputs/itemFiles';
import { namesFromSample } from '../inputs/planInputs';
import { isOutOfRange } from '../inputs/scalars';
import { type PaidTask, payOnce } from '../money/payOnce';
import type { DescribedTask } from './collect';
import type { PlannedTask } from './plan';
import type { Session } from './session';

/** A task that is paid for, with what was sent where that is known. */
type TaskWithInputs = PaidTask & Pick<DescribedTask, 'inputs' | 'fromSample'>;

/**
 * The planned task, as an earlier try has paid for it, or paid for now. Adds notices of values that their titles advise
 * against, and of those that the sample has instead of the user.
 * @throws what {@link payOnce} throws
 */
export async function paidTask(session: Session, planned: PlannedTask): Promise<TaskWithInputs> {
	const inputs = planned.inputs();
	const paid = await payOnce(session, planned, {
		prepare: (seeds) => prepareRequest(inputs, randomInteger, seeds),
		body: async (request) => await bodyToSend(session, planned.item, inputs, request),
	});
	const sent = paid.request?.sent;
	if (sent === undefined) return paid;
	const { notices } = session;
	for (const { title, value } of Object.values(sent)) {
		if (title !== undefined && isOutOfRange(title, value)) {
			notices.outOfRange.push(`${String(value)} for '${title}'`);
		}
	}
	const { files, others } = namesFromSample(inputs);
	// Files first, whichever item lacks one: the hint names only the first of them.
	notices.fromSample = [...new Set([...files, ...notices.fromSample, ...others])];
	return { ...paid, inputs: sent, fromSample: [...files, ...others] };
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
