import type { INodeExecutionData } from 'n8n-workflow';

import { errorItem } from '../outputs/items';
import { Halted } from './halt';
import type { Session } from './session';
import { forReader } from './toolAdvice';

/**
 * Does work for everything that belongs to an item, all at once; what may be done at once is the work's to limit.
 * @returns the items of the work, in the order of `all`; with "continue", a failure is the item's error item
 * @throws Failure without "continue", the first one that comes
 */
export async function forEachItem<T extends { item: number }>(
	session: Session,
	all: readonly T[],
	work: (one: T) => Promise<INodeExecutionData[]>,
): Promise<INodeExecutionData[]> {
	const outputs = await Promise.all(
		all.map(async (one) => {
			try {
				return await work(one);
			} catch (error) {
				return failedItem(session, one.item, error);
			}
		}),
	);
	return outputs.flat();
}

/** @throws the failure itself, unless the node continues on failures */
function failedItem({ context, halt, isTool }: Session, item: number, error: unknown) {
	if (error instanceof Halted) throw error;
	const failure = halt.byItem(error, item);
	if (!context.continueOnFail()) throw failure;
	return [errorItem(forReader(isTool, failure), item)];
}
