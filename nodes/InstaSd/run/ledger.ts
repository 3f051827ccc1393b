import type { IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod';

import type { Submitted } from '../wait/submit';

/** What tells a task from another, 8 characters each. */
export interface PlanHashes {
	/** Of what the user wrote, and the item it is for. */
	written: string;
	/** Of what it evaluated to. */
	values: string;
}

/**
 * A task that was sent: plain JSON, at most 200 bytes of the execution's data, and 80 once it is delivered. No row: it may
 * be sent. A row with neither `taskId` nor `why`: the reply to its submit is pending. A row is removed only when it is
 * certain that there is no task, or that the task has failed.
 */
const rowSchema = z
	.object({
		written: z.string().optional(),
		values: z.string().optional(),
		/** Names the submit: the reply to an earlier one changes nothing. */
		submit: z.string().optional(),
		seeds: z.array(z.number()).optional(),
		taskId: z.string().optional(),
		/** Why it is unknown whether there is a task. */
		why: z.string().optional(),
		/** Every item of its run has succeeded; what is left of the two hashes. */
		delivered: z.string().optional(),
	})
	.refine(({ submit, taskId, why }) => [submit, taskId, why].some((known) => known !== undefined));
export type Row = z.infer<typeof rowSchema>;
type Rows = Record<string, unknown>;
const rowsSchema = z.custom<Rows>((value) => z.record(z.unknown()).safeParse(value).success);

/** In characters: the reason of an unsure task is a line, not a page. */
const longestReason = 80;
/** Characters that are left of each hash when its task is delivered. */
const deliveredHash = 4;

/** The stores of tool calls, by the object that holds a call's arguments. */
const ofCalls = new WeakMap<object, Rows>();

/**
 * The tasks that this execution has paid for. In a workflow, and for an agent that has the engine run its tools, they are
 * kept in the node's context, which n8n saves with the execution, by run index: a retry has the same, a loop's next round
 * another. A tool that is called by `invoke` (agents, chains, the MCP Server Trigger) has another run index in every try;
 * what is the same in all tries of a call, and different in each call, is the object of its arguments.
 */
export function openLedger(context: IExecuteFunctions): Ledger {
	if (!isInvoked(context)) {
		try {
			const runIndex = z.coerce.number().catch(0);
			return new Ledger(
				context.getContext('node'),
				runIndex.parse(context.evaluateExpression('{{ $runIndex }}', 0)),
			);
		} catch {
			// A context without an execution, as that of a webhook.
		}
	}
	const call = context.getInputData()[0]?.json ?? {};
	const store = ofCalls.get(call) ?? {};
	ofCalls.set(call, store);
	return new Ledger(store, 0);
}

/** Whether the node runs as a tool by `invoke`; n8n 2.0 has no word for it, but gives such a context a method of its own. */
function isInvoked(context: IExecuteFunctions): boolean {
	return context.isToolExecution?.() ?? 'getNextRunIndex' in context;
}

export class Ledger {
	private readonly rows: Rows;
	/** Whether the store holds something else: then any task may have been sent. */
	private readonly isUnreadable: boolean;

	/**
	 * @param store plain JSON is kept in its key `tasks`
	 * @param runIndex which run of the node it is; what other runs have delivered is no longer needed, and goes
	 */
	constructor(
		store: Record<string, unknown>,
		private readonly runIndex: number,
	) {
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
		return new LedgerEntry(this.rows, name, planned);
	}
}

/** Why a task is unsure when another version, or something else, has written its row. */
const unreadable = 'what it has written down cannot be read';

/** The place of one task in the ledger. */
export class LedgerEntry {
	constructor(
		private readonly rows: Rows,
		private readonly name: string,
		private readonly planned: PlanHashes,
	) {}

	/**
	 * The task as it was sent; undefined where it was not. Where both what the user wrote and what it evaluated to have
	 * changed since, it is a new task: an expression such as `{{ $now }}` gives another value in every try, and an edit
	 * elsewhere leaves the values alone.
	 */
	sent(): Row | undefined {
		const { written, values } = this.planned;
		const row = this.row();
		if (row?.delivered !== undefined) {
			const [ofWritten, ofValues] = halves(row.delivered);
			return written.startsWith(ofWritten) || values.startsWith(ofValues) ? row : undefined;
		}
		return row?.written === written || row?.values === values ? row : undefined;
	}

	/** The seeds that were sent; undefined where that is not known, or other values were sent than are planned now. */
	sentSeeds(): number[] | undefined {
		const row = this.row();
		return row?.values === this.planned.values ? row.seeds : undefined;
	}

	/** To be called before the task is sent: whatever happens then, it is not sent again unnoticed. */
	sending(submit: string, seeds: number[]): Row {
		const row: Row = { ...this.planned, submit, seeds };
		this.rows[this.name] = row;
		return row;
	}

	/**
	 * The reply to a submit has come.
	 * @param after the row after it; undefined where there is certainly no task
	 */
	submitted(submit: string, after: Row | undefined): void {
		const row = this.row();
		if (row?.submit !== submit || row.taskId !== undefined || row.why !== undefined) return;
		if (after === undefined) delete this.rows[this.name];
		else this.rows[this.name] = after;
	}

	/** The service itself has ended the task badly. */
	failed(): void {
		if (this.row()?.taskId !== undefined) delete this.rows[this.name];
	}

	/** Every item of its run has succeeded. The id stays: n8n can still refuse the output of the run, and try again. */
	delivered(): void {
		const { taskId, written, values } = this.row() ?? {};
		if (taskId === undefined || written === undefined || values === undefined) return;
		const delivered = written.slice(0, deliveredHash) + values.slice(0, deliveredHash);
		this.rows[this.name] = { taskId, delivered } satisfies Row;
	}

	private row(): Row | undefined {
		const kept = this.rows[this.name];
		if (kept === undefined) return undefined;
		return rowSchema.catch({ ...this.planned, why: unreadable }).parse(kept);
	}
}

/** The row of a submit after its reply; undefined where there is certainly no task. */
export function rowAfter(row: Row, submitted: Submitted): Row | undefined {
	switch (submitted.kind) {
		case 'created':
			return { ...row, taskId: submitted.task.id };
		case 'unsure':
			return { ...row, why: submitted.why.slice(0, longestReason) };
		case 'notCreated':
			return undefined;
	}
}

function halves(delivered: string): [string, string] {
	return [delivered.slice(0, deliveredHash), delivered.slice(deliveredHash)];
}
