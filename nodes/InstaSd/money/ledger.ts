import { randomUUID } from 'node:crypto';

import type { IExecuteFunctions } from 'n8n-workflow';
import * as z from 'zod';

import type { Clock } from '../api/clock';
import { certainlyFailed, type Task } from '../api/task';
import * as memory from './processMemory';
import { Spending } from './spending';
import type { Submitted } from './submit';
import {
	afterDelivery,
	afterReply,
	dateOf,
	newestRecord,
	recordSchema,
	type SubmitRecord,
	type TaskHashes,
	unreadable,
	type Verdict,
	verdictOn,
} from './verdict';

type Records = Record<string, unknown>;
const recordsSchema = z.custom<Records>((value) => z.record(z.unknown()).safeParse(value).success);

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

/** The tasks of one execution, as far as one run of the node is concerned. */
export class Ledger {
	private readonly records: Records;
	/** Whether the store holds something else than records: then any task may have been sent. */
	private readonly isUnreadable: boolean;
	/** Names the execution with all its retries; undefined where nothing is retried from n8n's list. */
	private readonly lineage: string | undefined;
	/** The items of this run's submits, by the names of the submits. */
	private readonly submits = new Map<string, number>();
	readonly spending: Spending;

	/**
	 * @param store plain JSON; its key `tasks` holds the records, `lineage` the random name that retries inherit
	 * @param runIndex which run of the node this is; records that other runs have delivered are dropped
	 */
	constructor(
		store: Record<string, unknown>,
		private readonly runIndex: number,
		private readonly caller: { execution?: string | undefined; isTool: boolean },
	) {
		this.spending = new Spending(store, `${caller.execution ?? ''}.${runIndex}`);
		this.lineage = z.string().optional().catch(undefined).parse(store.lineage);
		// The object itself, not a copy: a reply that comes after a retry has begun is still written down for it.
		const kept = recordsSchema.safeParse(store.tasks ?? {});
		this.isUnreadable = !kept.success;
		this.records = kept.data ?? {};
		if (kept.success) store.tasks = this.records;
		for (const [name, record] of Object.entries(this.records)) {
			const isDelivered = recordSchema.safeParse(record).data?.delivered !== undefined;
			if (isDelivered && !name.startsWith(`${runIndex}.`)) delete this.records[name];
		}
	}

	entry(item: number, generation: number, planned: TaskHashes): LedgerEntry {
		const name = `${this.runIndex}.${item}.${generation}`;
		if (this.isUnreadable) {
			this.records[name] ??= { ...planned, why: unreadable } satisfies SubmitRecord;
		}
		const shared = this.lineage === undefined ? undefined : `${this.lineage}.${name}`;
		return new LedgerEntry(this.records, name, planned, shared, item, {
			submits: this.submits,
			spending: this.spending,
			isTool: this.caller.isTool,
		});
	}

	/** The items whose submits have no reply yet, in order. */
	itemsWithoutReply(): number[] {
		const pending = [...this.submits].filter(([submit]) => memory.replyTo(submit) !== undefined);
		return [...new Set(pending.map(([, item]) => item))].sort((a, b) => a - b);
	}

	/** Waits until all submits have their replies, but not longer than a number of ms, and not beyond Stop. */
	async settled(clock: Clock, ms: number, stop: AbortSignal | undefined): Promise<void> {
		const replies = [...this.submits.keys()].flatMap((submit) => memory.replyTo(submit) ?? []);
		const over = new AbortController();
		const signal = AbortSignal.any([over.signal, ...(stop ? [stop] : [])]);
		const timeout = clock.sleep(ms, signal).catch(() => {});
		await Promise.race([Promise.all(replies), timeout]);
		over.abort();
	}
}

/** The records of one task: its own in this execution, and those of other retries in this process. */
export class LedgerEntry {
	constructor(
		private readonly records: Records,
		private readonly name: string,
		private readonly planned: TaskHashes,
		/** Its name in the memory of the process; undefined where it has no other retries. */
		private readonly shared: string | undefined,
		private readonly item: number,
		/** What its run has sent in this try, and spent in all of them. */
		private readonly run: { submits: Map<string, number>; spending: Spending; isTool: boolean },
	) {}

	/** Whether the task may be sent. */
	verdict(): Verdict {
		return verdictOn(this.newest(), this.planned, memory.replyTo);
	}

	/**
	 * Claims the task for a submit. Nothing may be awaited between {@link LedgerEntry.verdict} and this: then no two retries
	 * claim the same task, and whatever happens from now on, it is not sent again unnoticed. The record of an unsure task
	 * gives way to that of the one submit more, which 'Task Limit' does not count.
	 * @param date ms since 1970
	 * @throws Failure TASK_FAILED like {@link Spending.add}
	 */
	claim(date: number, seeds: number[]): Claim {
		const unsure = this.newest();
		if (unsure === undefined) this.run.spending.add(this.name);
		else this.run.spending.keep();
		const later = (dateOf(unsure?.submit) ?? 0) + 1;
		const submit = `${Math.max(date, later).toString(36)}-${randomUUID().slice(0, 8)}`;
		const record: SubmitRecord = { ...this.planned, submit, seeds };
		if (unsure !== undefined) {
			record.resubmitted = true;
			this.drop((kept) => kept.submit === unsure.submit);
		}
		this.records[this.name] = record;
		if (this.shared !== undefined) memory.keep(this.shared, record);
		this.run.submits.set(submit, this.item);
		memory.submitBegins(submit);
		return { submit, record, unsure };
	}

	/** Writes down the result of a claimed submit. Where it created nothing, the task is as it was before the claim. */
	settle({ submit, record, unsure }: Claim, result: Submitted): void {
		const isNewest = this.own()?.submit === submit;
		this.drop((kept) => kept.submit === submit);
		if (result.kind === 'notCreated') memory.leavesNothing(record);
		if (result.kind === 'notCreated' && unsure === undefined) this.run.spending.giveBack();
		const after = afterReply(record, result) ?? unsure;
		if (after !== undefined && isNewest) this.records[this.name] = after;
		if (after !== undefined && this.shared !== undefined) memory.keep(this.shared, after);
		memory.submitEnds(submit);
	}

	/**
	 * Only a task that certainly failed is forgotten, and may be sent anew; not within a call of a tool, whose model decides
	 * whether to pay for another one. Returns whether it was.
	 */
	forgetIfFailed(task: Task): boolean {
		if (!certainlyFailed(task)) return false;
		const { isTool, spending, submits } = this.run;
		spending.failed(this.name, task);
		const isOfThisCall = spending.hasTriedBefore || submits.has(this.own()?.submit ?? '');
		if (isTool && isOfThisCall) return false;
		this.drop(({ taskId }) => taskId === task.id).forEach(memory.leavesNothing);
		return true;
	}

	/** Every item of its run has succeeded. */
	delivered(): void {
		const own = this.own();
		if (own !== undefined) this.records[this.name] = afterDelivery(own);
	}

	private newest(): SubmitRecord | undefined {
		const own = this.own();
		const others = this.shared === undefined ? [] : memory.recordsOf(this.shared);
		const newest = newestRecord(own, others, this.planned);
		// What another retry has sent belongs to this execution, too: a retry of this one finds it after a restart.
		if (newest !== undefined && newest !== own) this.records[this.name] = newest;
		return newest;
	}

	private own(): SubmitRecord | undefined {
		const kept = this.records[this.name];
		if (kept === undefined) return undefined;
		const record = recordSchema.safeParse(kept).data ?? { ...this.planned, why: unreadable };
		if (!memory.isWithoutTask(record)) return record;
		delete this.records[this.name];
		return undefined;
	}

	/** Drops the records that match, and returns them. */
	private drop(matches: (record: SubmitRecord) => boolean): SubmitRecord[] {
		const own = this.own();
		const others = this.shared === undefined ? [] : memory.drop(this.shared, matches);
		if (own === undefined || !matches(own)) return others;
		delete this.records[this.name];
		return [own, ...others];
	}
}

/** A task that is claimed for one submit. */
export interface Claim {
	submit: string;
	record: SubmitRecord;
	/** The record that it took the place of. */
	unsure: SubmitRecord | undefined;
}
