import type { INodeExecutionData } from 'n8n-workflow';

import { errorItem } from '../outputs/items';
import { Halted } from './halt';
import type { Session } from './session';
import { Stretch } from './stretch';
import { forReader } from './toolAdvice';

/**
 * Does work for everything that belongs to an item, all at once; what may be done at once is the work's to limit.
 * @param failed what an item comes to whose work fails, when the node continues on failures
 * @returns what the work came to, in the order of `all`
 * @throws Failure without "continue", the first one that comes
 */
export async function forEachItem<T extends { item: number }, R>(
	session: Session,
	all: readonly T[],
	work: (one: T) => Promise<R>,
	failed: (errorItem: INodeExecutionData) => R,
): Promise<R[]> {
	const { service } = session;
	const outcomeOf = async (one: T) => {
		try {
			return await work(one);
		} catch (error) {
			return failed(failedItem(session, one.item, error));
		}
	};
	const stretch = new Stretch(service.clock, service.signal);
	const outcomes: Array<Promise<R>> = [];
	for (const one of all) {
		await stretch.breathe();
		const outcome = outcomeOf(one);
		// It is heard below: until then, Node would take it for an error that nobody handles.
		outcome.catch(() => {});
		outcomes.push(outcome);
	}
	return await Promise.all(outcomes);
}

/** @throws the failure itself, unless the node continues on failures */
function failedItem(
	{ context, halt, paysByCall }: Session,
	item: number,
	error: unknown,
): INodeExecutionData {
	if (error instanceof Halted) throw error;
	const failure = halt.byItem(error, item);
	if (!context.continueOnFail()) throw failure;
	return errorItem(forReader(paysByCall, failure), item);
}
