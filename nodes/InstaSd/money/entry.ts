import { randomUUID } from 'node:crypto';

import type { CallResult } from '../api/retryRules';
import { certainlyFailed, type Known, type Task } from '../api/task';
import { type Ledger, ofAnyTask, pending } from './ledger';
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

function forgetOldest(kept: Pick<Set<string>, 'size' | 'keys' | 'delete'>): void {
	if (kept.size <= rememberedTasks) return;
	const [oldest = ''] = kept.keys();
	kept.delete(oldest);
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
	/** Its name in this execution, and in the memory of the process; undefined where it has no other retries. */
	private readonly name: string;
	private readonly shared: string | undefined;

	/** @param generation which task of the item it is */
	constructor(
		readonly ledger: Ledger,
		private readonly item: number,
		generation: number,
		private readonly planned: TaskHashes,
	) {
		const { lineage, runIndex } = ledger;
		this.name = `${runIndex}.${item}.${generation}`;
		this.shared = lineage === undefined ? undefined : `${lineage}.${this.name}`;
	}

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
		const saved = readRecord(this.ledger.records[this.name]);
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
		const { records } = this.ledger;
		const name = [this.name, ofAnyTask].find((one) => Object.hasOwn(records, one));
		if (name === undefined) return undefined;
		const saved = records[name];
		const record = readRecord(saved) ?? { ...this.planned, why: unreadable };
		const { submit = '', taskId } = record;
		return taskId === undefined && cameToNothing.has(submit) ? undefined : record;
	}

	private save(record: SubmitRecord | undefined): void {
		const { records } = this.ledger;
		if (record === undefined) delete records[this.name];
		else records[this.name] = record;
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
