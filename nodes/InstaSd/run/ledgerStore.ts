import type { IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod';

/** Where a run keeps its ledger, and by which number it tells its own tasks from those of other runs. */
export interface LedgerStore {
	context: Record<string, unknown>;
	runIndex: number;
}

/** The stores of tool calls, by the object that holds a call's arguments. */
const ofCalls = new WeakMap<object, Record<string, unknown>>();

/**
 * The place of the ledger. In a workflow, and for an agent that has the engine run its tools, it is the node's context
 * and the run index: a retry has the same, a loop's next round another. A tool that is called by `invoke` (agents, chains,
 * the MCP Server Trigger) has a run index of its own in every try, and two tools of one step share one; what is the same
 * in all tries of a call, and different in each call, is the object of its arguments. So it is where a context has no
 * execution to keep anything in.
 */
export function ledgerStore(context: IExecuteFunctions): LedgerStore {
	if (!isInvoked(context)) {
		try {
			return {
				context: context.getContext('node'),
				runIndex: z.coerce
					.number()
					.catch(0)
					.parse(context.evaluateExpression('{{ $runIndex }}', 0)),
			};
		} catch {
			// A context without an execution, as that of a webhook.
		}
	}
	const call = context.getInputData()[0]?.json ?? {};
	const store = ofCalls.get(call) ?? {};
	ofCalls.set(call, store);
	return { context: store, runIndex: 0 };
}

/** Whether the node runs as a tool by `invoke`; n8n 2.0 has no word for it, but gives such a context a method of its own. */
function isInvoked(context: IExecuteFunctions): boolean {
	return context.isToolExecution?.() ?? 'getNextRunIndex' in context;
}
