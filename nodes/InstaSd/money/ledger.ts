import { randomUUID } from 'node:crypto';

import type { IExecuteFunctions } from 'n8n-workflow';
import * as z from 'zod';

import type { Clock } from '../api/clock';
import { Failure } from '../api/failures';
import { nodeOptions } from '../api/nodeOptions';
import type { CallResult } from '../api/retryRules';
import { certainlyFailed, type Known, type Task } from '../api/task';
import { firstFew } from '../inputs/wording';
import {
	afterDelivery,
	knownFrom,
	newestRecord,
	readRecord,
	submitName,
	type SubmitRecord,
	type TaskHashes,
	unreadable,
} from './record';

/** More tasks than a day of retries needs; a few MB. */
const rememberedTasks = 20_000;

/**
 * What this process knows of the tasks of an execution and of all its retries, by the lineage and name of each task. Every
 * retry from n8n's list starts from what the first execution saved: what another retry has paid for since, or pays for at
 * the same time, is known only here. A task can have several records, because its prompt may be edited between two retries.
 */
const remembered = new Map<string, readonly SubmitRecord[]>();

/**
 * The submits that certainly created nothing, or a task that has failed. Another retry may have saved the record of such a
 * submit while it had no reply.
 */
const cameToNothing = new Set<string>();

/** The submits without a reply. A run that has ended no longer waits for them, but they are paid for: a retry waits here. */
const pending = new Map<string, Promise<void>>();

function forgetOldest(kept: Pick<Set<string>, 'size' | 'keys' | 'delete'>): void {
	if (kept.size <= rememberedTasks) return;
	const [oldest = ''] = kept.keys();
	kept.delete(oldest);
}

type Records = Record<string, unknown>;

function isRecords(value: unknown): value is Records {
	return z.record(z.unknown()).safeParse(value).success;
}

/** In an execution whose records were lost, this one stands for those of all tasks. */
const ofAnyTask = '*';

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

	private readonly records: Records;
	/** Names the execution with all its retries; undefined where nothing is retried from n8n's list. */
	private readonly lineage: string | undefined;

	/**
	 * @param store plain JSON; its key `tasks` holds the records, `spent` what the tries of one run have sent, `lineage` the
	 * random name that retries inherit
	 * @param runIndex which run of the node this is; records that other runs have delivered are dropped
	 */
	constructor(
		private readonly store: Record<string, unknown>,
		private readonly runIndex: number,
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

	entry(item: number, generation: number, planned: TaskHashes): LedgerEntry {
		const name = `${this.runIndex}.${item}.${generation}`;
		const shared = this.lineage === undefined ? undefined : `${this.lineage}.${name}`;
		return new LedgerEntry(this, this.records, name, planned, shared, item);
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

/** A task that is claimed for one submit. */
export interface Claim {
	readonly record: SubmitRecord & { submit: string };
	/** The record of the unsure submit before; this is the one submit more. */
	readonly unsure: SubmitRecord | undefined;
	/** Tells those who wait for the reply. */
	readonly resolve: () => void;
}

/** In characters: the reason of an unsure task is a line, not a page. */
const longestReason = 60;

/** One task in the ledger: its record in this execution, and those of other retries in this process. */
export class LedgerEntry {
	constructor(
		readonly ledger: Ledger,
		private readonly records: Records,
		private readonly name: string,
		private readonly planned: TaskHashes,
		/** Its name in the memory of the process; undefined where it has no other retries. */
		private readonly shared: string | undefined,
		private readonly item: number,
	) {}

	/** What is known of the task. Changes nothing. */
	look(): Known {
		const newest = this.newest();
		return knownFrom(newest, this.planned, pending.get(newest?.submit ?? ''));
	}

	/** Writes into this execution what other retries have sent: a retry of this one then finds it, even after a restart. */
	takeUp(): void {
		const own = this.own();
		const newest = newestRecord(own, this.others(), this.planned);
		if (own === undefined || (newest !== undefined && newest !== own)) this.save(newest);
	}

	/**
	 * Claims the task for a submit. Nothing may be awaited between {@link LedgerEntry.look} and this: then no two retries claim
	 * the same task, and whatever happens from now on, it is not sent again unnoticed. The record of an unsure task gives way
	 * to that of the one submit more, which 'Task Limit' does not count.
	 * @param date ms since 1970
	 * @throws Failure like {@link Ledger.add}
	 */
	claim(date: number, seeds: number[]): Claim {
		const unsure = this.newest();
		this.ledger.add(unsure === undefined);
		const submit = submitName(date, unsure, randomUUID().slice(0, 8));
		const record: Claim['record'] = { ...this.planned, submit, seeds };
		if (unsure !== undefined) record.resubmitted = true;
		this.save(record);
		this.remember(unsure?.submit, undefined);
		this.remember(submit, record);
		let resolve = () => {};
		pending.set(submit, new Promise((done) => (resolve = done)));
		this.ledger.submits.set(submit, this.item);
		return { record, unsure, resolve };
	}

	/** Writes down the result of a claimed submit. Where it created nothing, the task is as it was before the claim. */
	settle({ record, unsure, resolve }: Claim, result: CallResult): void {
		const { submit } = record;
		const after = recordAfter(record, result) ?? unsure;
		const saved = readRecord(this.records[this.name]);
		// Unless a later submit has taken its place.
		if (saved?.submit === submit) this.save(after);
		this.remember(submit, undefined);
		if (after !== undefined) this.remember(after.submit, after);
		if (result.kind === 'none') {
			if (unsure === undefined) this.ledger.sent.tasks -= 1;
			this.cameToNothing(submit);
		}
		pending.delete(submit);
		resolve();
	}

	/**
	 * Only a task that certainly failed is forgotten, and may be sent anew: not beyond the limit, and not within a call of a
	 * tool, whose model decides whether to pay for another one. Returns whether it was.
	 */
	forgetIfFailed(task: Task): boolean {
		if (!certainlyFailed(task)) return false;
		const { hasTriedBefore, isTool, sent, submits } = this.ledger;
		if (!sent.failed.includes(task.id)) sent.failed.push(task.id);
		const own = this.own();
		const isOfThisCall = hasTriedBefore || submits.has(own?.submit ?? '');
		if (isTool && isOfThisCall) return false;
		if (this.ledger.limitReached() !== undefined) return false;
		if (own?.taskId === task.id) this.save(undefined);
		for (const { submit, taskId } of [...this.others(), ...(own ? [own] : [])]) {
			if (taskId !== task.id) continue;
			this.remember(submit, undefined);
			this.cameToNothing(submit);
		}
		return true;
	}

	/** Every item of its run has succeeded. */
	delivered(): void {
		const own = this.own();
		if (own !== undefined) this.save(afterDelivery(own));
	}

	private newest(): SubmitRecord | undefined {
		return newestRecord(this.own(), this.others(), this.planned);
	}

	/** Its record in this execution. */
	private own(): SubmitRecord | undefined {
		const name = [this.name, ofAnyTask].find((one) => Object.hasOwn(this.records, one));
		if (name === undefined) return undefined;
		const saved = this.records[name];
		const record = readRecord(saved) ?? { ...this.planned, why: unreadable };
		const { submit = '', taskId } = record;
		return taskId === undefined && cameToNothing.has(submit) ? undefined : record;
	}

	private save(record: SubmitRecord | undefined): void {
		if (record === undefined) delete this.records[this.name];
		else this.records[this.name] = record;
	}

	/** Its records in the memory of the process. */
	private others(): readonly SubmitRecord[] {
		return this.shared === undefined ? [] : (remembered.get(this.shared) ?? []);
	}

	/** Puts a record of a submit into the memory of the process, in place of the one before; undefined for none. */
	private remember(submit: string | undefined, record: SubmitRecord | undefined): void {
		if (this.shared === undefined) return;
		const others = this.others().filter((other) => other.submit !== submit);
		// The tasks that were written down last come last.
		remembered.delete(this.shared);
		const all = record === undefined ? others : [...others, record];
		if (all.length > 0) remembered.set(this.shared, all);
		forgetOldest(remembered);
	}

	private cameToNothing(submit: string | undefined): void {
		if (submit !== undefined) cameToNothing.add(submit);
		forgetOldest(cameToNothing);
	}
}

/** The record of a submit after its reply; undefined where there is certainly no task. */
function recordAfter(record: SubmitRecord, result: CallResult): SubmitRecord | undefined {
	if (result.kind === 'task') return { ...record, taskId: result.task.id };
	if (result.kind === 'unsure') return { ...record, why: result.why.slice(0, longestReason) };
	return undefined;
}
