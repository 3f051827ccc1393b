import { randomUUID } from 'node:crypto';

import type { IExecuteFunctions } from 'n8n-workflow';
import * as z from 'zod';

import type { Submitted } from '../wait/submit';
import {
	compareRows,
	type PlanHashes,
	type Row,
	rowAfter,
	rowSchema,
	unreadable,
} from './ledgerRow';
import { dropRows, giveBack, isGivenBack, keepRow, processRows } from './processRows';

type Rows = Record<string, unknown>;
const rowsSchema = z.custom<Rows>((value) => z.record(z.unknown()).safeParse(value).success);
/** How many characters of each hash are kept once its task is delivered. */
const deliveredHash = 4;

/** The stores of tool calls, by the object that holds a call's arguments. */
const ofCalls = new WeakMap<object, Rows>();

/**
 * Opens the ledger: the tasks that this execution has paid for. In a workflow, and for an agent that has the engine run its
 * tools, it is kept in the node's context, which n8n saves with the execution, by run index: a retry has the same, a
 * loop's next round another. A tool that is called by `invoke` (agents, chains, the MCP Server Trigger) has another run
 * index in every try; what is the same in all tries of a call, and different in each call, is the object of its arguments.
 */
export function openLedger(context: IExecuteFunctions): Ledger {
	if (!isInvoked(context)) {
		try {
			const store = context.getContext('node');
			const lineage = z.string().catch(() => randomUUID());
			store.lineage = lineage.parse(store.lineage);
			const runIndex = z.coerce.number().catch(0);
			return new Ledger(store, runIndex.parse(context.evaluateExpression('{{ $runIndex }}', 0)));
		} catch {
			// A context without an execution, such as that of a webhook.
		}
	}
	const call = context.getInputData()[0]?.json ?? {};
	const store = ofCalls.get(call) ?? {};
	ofCalls.set(call, store);
	return new Ledger(store, 0);
}

/** Whether the node runs as a tool by `invoke`. n8n 2.0 does not say so, but gives such a context a method of its own. */
function isInvoked(context: IExecuteFunctions): boolean {
	return context.isToolExecution?.() ?? 'getNextRunIndex' in context;
}

/** The tasks of one execution, as far as one run of the node is concerned. */
export class Ledger {
	private readonly rows: Rows;
	/** Whether the store holds something else than rows: then any task may have been sent. */
	private readonly isUnreadable: boolean;
	/** Names the execution with all its retries; undefined where nothing is retried from n8n's list. */
	private readonly lineage: string | undefined;

	/**
	 * @param store plain JSON; its key `tasks` holds the rows, `lineage` the random name that retries inherit
	 * @param runIndex which run of the node this is; rows that other runs have delivered are dropped
	 */
	constructor(
		store: Record<string, unknown>,
		private readonly runIndex: number,
	) {
		this.lineage = z.string().optional().catch(undefined).parse(store.lineage);
		// The object itself, not a copy: a reply that comes after a retry has begun is still written down for it.
		const kept = rowsSchema.safeParse(store.tasks ?? {});
		this.isUnreadable = !kept.success;
		this.rows = kept.data ?? {};
		if (kept.success) store.tasks = this.rows;
		for (const [name, row] of Object.entries(this.rows)) {
			const isDelivered = rowSchema.safeParse(row).data?.delivered !== undefined;
			if (isDelivered && !name.startsWith(`${runIndex}.`)) delete this.rows[name];
		}
	}

	entry(item: number, generation: number, planned: PlanHashes): LedgerEntry {
		const name = `${this.runIndex}.${item}.${generation}`;
		if (this.isUnreadable) this.rows[name] ??= { ...planned, why: unreadable } satisfies Row;
		const place = this.lineage === undefined ? undefined : `${this.lineage}.${name}`;
		return new LedgerEntry(this.rows, name, planned, place);
	}
}

/** The place of one task in the ledger: its row in this execution, and those of other retries in this process. */
export class LedgerEntry {
	constructor(
		private readonly rows: Rows,
		private readonly name: string,
		private readonly planned: PlanHashes,
		private readonly place: string | undefined,
	) {}

	/**
	 * The task as it was sent last; undefined where it was not. Where both what the user wrote and what it evaluated to have
	 * changed since, it is a new task: an expression such as `{{ $now }}` gives another value in every try, and an edit
	 * elsewhere leaves the values alone.
	 */
	sent(): Row | undefined {
		const own = this.own();
		if (own?.delivered !== undefined && this.isPlanned(own)) return own;
		const others = this.place === undefined ? [] : processRows(this.place);
		const [newest] = [...(own === undefined ? [] : [own]), ...others]
			.filter((row) => this.isPlanned(row))
			.sort((one, other) => compareRows(other, one));
		// What another retry has sent belongs to this execution, too: a retry of this one finds it after a restart.
		if (newest !== undefined && newest !== own) this.rows[this.name] = newest;
		return newest;
	}

	/** The seeds that a row was sent with; undefined where other values are planned now. */
	seedsOf({ values, seeds }: Row): number[] | undefined {
		return values === this.planned.values ? seeds : undefined;
	}

	/**
	 * Claims the task for a new submit. Nothing may be awaited between {@link LedgerEntry.sent} and this: then no two
	 * retries claim the same task, and whatever happens from now on, it is not sent again unnoticed.
	 * @param date ms since 1970
	 * @param before the unsure row, where this is the one submit more that the user allows
	 */
	claim(date: number, seeds: number[], before: Row | undefined): Claim {
		const later = (parseInt(before?.submit ?? '', 36) || 0) + 1;
		const submit = `${Math.max(date, later).toString(36)}-${randomUUID().slice(0, 8)}`;
		const row: Row = { ...this.planned, submit, seeds, ...(before && { resubmitted: true }) };
		if (before !== undefined) this.drop((kept) => kept.submit === before.submit);
		this.write(row);
		return { submit, row, before };
	}

	/** Writes down the result of a claimed submit. Where it created nothing, the claim is given back. */
	settle({ submit, row, before }: Claim, result: Submitted): void {
		const isNewest = this.own()?.submit === submit;
		this.drop((kept) => kept.submit === submit);
		if (result.kind === 'notCreated') giveBack(submit);
		const after = rowAfter(row, result) ?? before;
		if (after === undefined) return;
		if (isNewest) this.rows[this.name] = after;
		if (this.place !== undefined) keepRow(this.place, after);
	}

	/** The submit of a row is pending in no process that this one knows of: its reply will never come. */
	lose(row: Row): void {
		this.write({ ...row, why: 'no reply' });
	}

	/** The service reported that this task failed: it may be sent anew. */
	failed(taskId: string): void {
		this.drop((row) => row.taskId === taskId);
	}

	/** Every item of its run has succeeded. The id stays: n8n can still refuse the output of the run, and try again. */
	delivered(): void {
		const { taskId, written, values } = this.own() ?? {};
		if (taskId === undefined || written === undefined || values === undefined) return;
		const delivered = written.slice(0, deliveredHash) + values.slice(0, deliveredHash);
		this.rows[this.name] = { taskId, delivered } satisfies Row;
	}

	private own(): Row | undefined {
		const kept = this.rows[this.name];
		if (kept === undefined) return undefined;
		const row = rowSchema.safeParse(kept).data ?? { ...this.planned, why: unreadable };
		if (!isGivenBack(row)) return row;
		delete this.rows[this.name];
		return undefined;
	}

	private isPlanned(row: Row): boolean {
		const { written, values } = this.planned;
		const { delivered = '' } = row;
		return delivered === ''
			? row.written === written || row.values === values
			: written.startsWith(delivered.slice(0, deliveredHash)) ||
					values.startsWith(delivered.slice(deliveredHash));
	}

	private write(row: Row): void {
		this.rows[this.name] = row;
		if (this.place !== undefined) keepRow(this.place, row);
	}

	private drop(matches: (row: Row) => boolean): void {
		const own = this.own();
		if (own !== undefined && matches(own)) delete this.rows[this.name];
		if (this.place !== undefined) dropRows(this.place, matches);
	}
}

/** A task that is claimed for one submit. */
export interface Claim {
	submit: string;
	row: Row;
	/** The unsure row that it took the place of. */
	before: Row | undefined;
}
