import { randomUUID } from 'node:crypto';

import type { IExecuteFunctions } from 'n8n-workflow';
import * as z from 'zod';

import type { Clock } from '../api/clock';
import { Failure } from '../api/failures';
import { nodeOptions } from '../api/nodeOptions';
import { firstFew } from '../inputs/wording';
import { readRecord, unreadable } from './record';

export type Records = Record<string, unknown>;

function isRecords(value: unknown): value is Records {
	return z.record(z.unknown()).safeParse(value).success;
}

/** In an execution whose records were lost, this one stands for those of all tasks. */
export const ofAnyTask = '*';

/** The stores of tool calls, by the object that holds a call's arguments. */
const ofCalls = new WeakMap<object, Records>();

/**
 * Opens the ledger: the tasks that this execution has paid for. In a workflow, and for an agent that has the engine run its
 * tools, it is kept in the node's context, which n8n saves with the execution, by run index: a retry has the same, a
 * loop's next round another. A tool that is called by `invoke` (agents, chains, the MCP Server Trigger) has another run
 * index in every try; what is the same in all tries of a call, and different in each call, is the object of its arguments.
 */
export function openLedger(context: IExecuteFunctions, isTool: boolean): Ledger {
	const execution: string | undefined = context.getExecutionId();
	// n8n 2.0 does not say that it invokes a tool, but gives such a context a method of its own.
	const isInvoked = context.isToolExecution?.() ?? 'getNextRunIndex' in context;
	if (!isInvoked) {
		try {
			const store = context.getContext('node');
			const lineage = z.string().catch(() => randomUUID());
			store.lineage = lineage.parse(store.lineage);
			const number = z.coerce.number().catch(0);
			const runIndex = number.parse(context.evaluateExpression('{{ $runIndex }}', 0));
			return new Ledger(store, runIndex, { execution, isTool });
		} catch {
			// A context without an execution, such as that of a webhook.
		}
	}
	const call = context.getInputData()[0]?.json ?? {};
	const store = ofCalls.get(call) ?? {};
	ofCalls.set(call, store);
	return new Ledger(store, 0, { execution, isTool });
}

/** The submits without a reply. A run that has ended no longer waits for them, but they are paid for: a retry waits here. */
export const pending = new Map<string, Promise<void>>();

/** What a run of the node has sent in all its tries; kept in the execution. */
const sentSchema = z.object({
	/** The execution, and the run of the node in it. */
	run: z.string(),
	/** How many tasks, without those that certainly created nothing. */
	tasks: z.number(),
	/** The ids of those that failed. */
	failed: z.array(z.string()),
});

function isSent(saved: unknown): saved is z.infer<typeof sentSchema> {
	return sentSchema.safeParse(saved).success;
}

/** Why 'Task Limit' lets no other task be sent, and how to go on. */
export interface LimitReached {
	why: string;
	advice: string;
}

/** The most ids that an error names. */
const namedAtMost = 50;

/** The tasks of one execution, as far as one run of the node is concerned. */
export class Ledger {
	/**
	 * The most tasks that the tries of this run may send together; undefined for any number. It counts anew in a retry from
	 * the list of executions, which a person has decided on, and in the next round of a loop.
	 */
	taskLimit: number | undefined;

	/** The ids of the tasks that failed in earlier tries of this run. */
	readonly failedBefore: readonly string[];

	readonly isTool: boolean;

	/** Whether a try of this run has sent a task before this one. */
	readonly hasTriedBefore: boolean;

	/** What its tries have sent. */
	readonly sent: z.infer<typeof sentSchema>;

	/** The submits of this try, and the items that they are for. */
	readonly submits = new Map<string, number>();

	readonly records: Records;
	/** Names the execution with all its retries; undefined where nothing is retried from n8n's list. */
	readonly lineage: string | undefined;

	/**
	 * @param store plain JSON; its key `tasks` holds the records, `spent` what the tries of one run have sent, `lineage` the
	 * random name that retries inherit
	 * @param runIndex which run of the node this is; records that other runs have delivered are dropped
	 */
	constructor(
		private readonly store: Record<string, unknown>,
		readonly runIndex: number,
		{ execution = '', isTool }: { execution?: string | undefined; isTool: boolean },
	) {
		// The object itself, not a copy: a reply that comes after the next try has begun still counts.
		const run = `${execution}.${runIndex}`;
		this.isTool = isTool;
		const before = isSent(store.spent) && store.spent.run === run ? store.spent : undefined;
		this.hasTriedBefore = before !== undefined;
		this.sent = before ?? { run, tasks: 0, failed: [] };
		this.failedBefore = [...this.sent.failed];
		this.lineage = z.string().optional().catch(undefined).parse(store.lineage);
		const saved = store.tasks ?? {};
		// The object itself, not a copy: a reply that comes after a retry has begun is still written down for it.
		this.records = isRecords(saved) ? saved : { [ofAnyTask]: unreadable };
		store.tasks = this.records;
		for (const [name, record] of Object.entries(this.records)) {
			const isDelivered = readRecord(record)?.delivered !== undefined;
			if (isDelivered && !name.startsWith(`${runIndex}.`)) delete this.records[name];
		}
	}

	/** Undefined while another task may be sent. */
	limitReached(): LimitReached | undefined {
		const { sent, taskLimit } = this;
		if (taskLimit === undefined || sent.tasks < taskLimit) return undefined;
		const why = `'${nodeOptions.taskLimit.label}' (${taskLimit}) counts the tasks of all tries`;
		const { failed } = sent;
		const ids = failed.length === 0 ? '' : `Failed so far: ${firstFew(failed, namedAtMost)}. `;
		const advice = `${ids}Check the inputs. To go on, retry from the list of executions, which counts from 0, or raise the limit.`;
		return { why, advice };
	}

	/**
	 * Writes down that a task is about to be sent.
	 * @param isCounted false for the one submit more of an unsure task
	 * @throws Failure TASK_LIMIT when the tries of this run have sent as many as they may
	 */
	add(isCounted: boolean): void {
		const limit = isCounted ? this.limitReached() : undefined;
		if (limit !== undefined) {
			throw new Failure({
				code: 'TASK_LIMIT',
				message: `The task was not sent, because ${limit.why}`,
				description: `Nothing was sent for this item. ${limit.advice}`,
			});
		}
		if (isCounted) this.sent.tasks += 1;
		this.store.spent = this.sent;
	}

	/** The items whose submits have no reply yet, in order. */
	itemsWithoutReply(): number[] {
		const items = [...this.submits].flatMap(([submit, item]) => (pending.has(submit) ? item : []));
		return [...new Set(items)].sort((a, b) => a - b);
	}

	/** Waits until all submits have their replies, but not longer than a number of ms, and not beyond Stop. */
	async settled(clock: Clock, ms: number, stop: AbortSignal | undefined): Promise<void> {
		const replies = [...this.submits.keys()].flatMap((submit) => pending.get(submit) ?? []);
		const over = new AbortController();
		const signal = AbortSignal.any([over.signal, ...(stop ? [stop] : [])]);
		const timeout = clock.sleep(ms, signal).catch(() => {});
		await Promise.race([Promise.all(replies), timeout]);
		over.abort();
	}
}
