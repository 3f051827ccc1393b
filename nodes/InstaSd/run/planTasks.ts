import { Failure, invalidInput, wordsOf } from '../api/failures';
import { limits } from '../api/limits';
import { plannedBytes, bodyTooLarge } from '../inputs/body';
import { requireLinks } from '../inputs/itemFiles';
import type { PlannedInput } from '../inputs/plannedInput';
import { Ledger, type LedgerEntry } from './ledger';
import { ledgerStore } from './ledgerStore';
import { readOptions, wantsFiles, type Options } from './parameters';
import { planHashes, writtenHash } from './planHashes';
import { readInputMode, readInputs, type InputMode } from './readInputs';
import type { Session } from './session';
import { Stretch } from './stretch';

/** A task that has been checked and can be sent. */
export interface PlannedTask {
	kind: 'task';
	item: number;
	options: Options;
	/** Whether its files are wanted. */
	download: boolean;
	/** Its place in the ledger. */
	entry: LedgerEntry;
	/** What it will be sent with: to be read by {@link inputsOfPlan}. */
	mode: InputMode;
	/** The inputs; undefined where they hold too much to be kept until the task's turn. */
	keptInputs: PlannedInput[] | undefined;
}

/** An item that cannot be sent. */
export interface RefusedItem {
	kind: 'refused';
	item: number;
	failure: Failure;
}

export type Plan = PlannedTask | RefusedItem;

/** A plan larger than this, in bytes, holds a file as text: hundreds of them would fill the memory. */
const keepUpTo = 100_000;

/**
 * Checks every item before anything is paid for.
 * @returns in the order of the items, then of the generations
 * @throws Failure without "continue", of the first item that cannot be sent; TASK_LIMIT when the items make more tasks
 * than the user allows
 */
export async function planTasks(session: Session): Promise<Plan[]> {
	const { context, service } = session;
	const store = ledgerStore(context);
	const ledger = new Ledger(store.context, store.runIndex);
	const common = { ledger, mode: readInputMode(context), written: writtenHash(session) };
	const stretch = new Stretch(service.clock, service.signal);
	const plans: Plan[] = [];
	for (const item of context.getInputData().keys()) {
		await stretch.breathe();
		for (const plan of plansOf(session, common, item)) {
			if (plan.kind === 'refused' && !context.continueOnFail()) throw plan.failure;
			plans.push(plan);
		}
	}
	refuseOverLimit(plans);
	return plans;
}

/** The inputs of a planned task; read again where they were not kept. */
export function inputsOfPlan(
	session: Session,
	{ keptInputs, mode, item, options }: PlannedTask,
): PlannedInput[] {
	return keptInputs ?? readInputs(session, mode, item, options);
}

/** What all items of a run have in common. */
interface Common {
	ledger: Ledger;
	mode: InputMode;
	/** The hash of what the user wrote, whatever the item. */
	written: string;
}

function plansOf(session: Session, common: Common, item: number): Plan[] {
	try {
		return planItem(session, common, item);
	} catch (error) {
		return [refusal(error, item)];
	}
}

function planItem(
	session: Session,
	{ ledger, mode, written }: Common,
	item: number,
): PlannedTask[] {
	const { context } = session;
	const options = readOptions(context, item);
	const download = wantsFiles(session, item);
	const inputs = readInputs(session, mode, item, options);
	const bytes = plannedBytes(inputs);
	if (bytes > limits.requestBytes) throw bodyTooLarge(inputs, bytes);
	requireLinks(context, inputs);
	const hashes = planHashes(session, written, item, inputs);
	return Array.from({ length: options.generationsPerItem }, (_, generation) => ({
		kind: 'task',
		item,
		options,
		download,
		entry: ledger.entry(item, generation, hashes),
		mode,
		keptInputs: bytes > keepUpTo ? undefined : inputs,
	}));
}

function refusal(error: unknown, item: number): RefusedItem {
	const failure =
		error instanceof Failure
			? error
			: invalidInput(
					`The inputs of the item cannot be read: ${wordsOf(error)}`,
					'Check the expressions in the form or the JSON. Nothing was sent.',
				);
	failure.item = item;
	return { kind: 'refused', item, failure };
}

function refuseOverLimit(plans: readonly Plan[]): void {
	const tasks = plans.filter((plan) => plan.kind === 'task');
	const limit = tasks[0]?.options.taskLimit ?? 0;
	if (limit === 0 || tasks.length <= limit) return;
	throw new Failure({
		code: 'TASK_LIMIT',
		message: `The items make ${tasks.length} tasks, and the option 'Task Limit' allows ${limit}`,
		description: 'Nothing was sent. Raise the limit, or send fewer items or generations.',
	});
}
