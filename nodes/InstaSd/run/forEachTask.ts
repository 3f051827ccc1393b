import type { INodeExecutionData } from 'n8n-workflow';
import * as z from 'zod';

import { asFailure, Failure, invalidInput, messageOf } from '../api/failures';
import type { Existence } from '../api/task';
import { errorItem } from '../outputs/items';
import type { Service } from '../wait/service';
import type { OpenTask } from '../wait/statusPoller';
import { forReader } from './errors';
import { type Options, readOptions, readTaskId, readWanted, type Wanted } from './parameters';
import type { Session } from './session';
import { answerInTime, fieldsForReader, unfinishedFields } from './toolAnswer';

/** A task that an item asks for or names, checked before anything is paid for. */
export interface ItemTask extends Wanted {
	item: number;
	options: Options;
	/** Whether the task exists by now. */
	existence(): Existence;
	/** The task while it is waited for. */
	open?: OpenTask;
}

/** A task, or why its item has none. */
export type Checked<T> = T | { item: number; failure: Failure };

/** How long in ms a run may hold the event loop: one thread serves all workflows of an n8n. */
const longestStretch = 25;

/** Iterates with pauses, in which n8n serves other workflows and hears Stop. */
export async function* yieldingToEventLoop<T>(
	all: Iterable<T>,
	{ clock, signal }: Service,
): AsyncGenerator<T, void> {
	let begunAt = clock.now();
	for (const one of all) {
		if (clock.now() - begunAt >= longestStretch) {
			await clock.sleep(0, signal);
			begunAt = clock.now();
		}
		yield one;
	}
}

/**
 * Plans the tasks of each item.
 * @throws Failure without "continue", of the first item that is wrong
 */
export async function checkEach<T extends ItemTask>(
	{ context, service }: Session,
	read: (item: number) => T[] | Promise<T[]>,
): Promise<Array<Checked<T>>> {
	const tasksOf = async (item: number): Promise<Array<Checked<T>>> => {
		try {
			return await read(item);
		} catch (error) {
			return [refused(error, item)];
		}
	};
	const plans: Array<Checked<T>> = [];
	for await (const item of yieldingToEventLoop(context.getInputData().keys(), service)) {
		for (const plan of await tasksOf(item)) {
			if ('failure' in plan && !context.continueOnFail()) throw plan.failure;
			plans.push(plan);
		}
	}
	return plans;
}

/**
 * Does work for each planned task, all concurrently; the work itself limits its concurrency.
 * @param resultOf the result that an item stands for: the error item of a failure, when the node continues on failures,
 * or the answer of a tool for a task that is not finished in time
 * @throws Failure without "continue", the first one
 */
export async function forEachTask<T extends ItemTask, R>(
	session: Session,
	plans: ReadonlyArray<Checked<T>>,
	work: (plan: T) => Promise<R>,
	resultOf: (item: INodeExecutionData) => R,
): Promise<R[]> {
	const outcomeOf = async (plan: Checked<T>) => {
		try {
			return await ('failure' in plan ? Promise.reject(plan.failure) : work(plan));
		} catch (error) {
			return resultOf(itemInstead(session, plans, plan, error));
		}
	};
	const { abort, service } = session;
	// A call whose tries have taken too long sends nothing more.
	if (service.clock.now() >= abort.answerAt) abort.answer();
	const outcomes: Array<Promise<R>> = [];
	for await (const plan of yieldingToEventLoop(plans, service)) {
		const outcome = outcomeOf(plan);
		// It is handled below; until then Node.js would report an unhandled rejection.
		outcome.catch(() => {});
		outcomes.push(outcome);
	}
	return await answerInTime(abort, service.clock, Promise.all(outcomes));
}

/**
 * The item in place of a task that has brought none.
 * @throws the failure itself, unless the node continues on failures
 */
function itemInstead(
	session: Session,
	plans: ReadonlyArray<Checked<ItemTask>>,
	plan: Checked<ItemTask>,
	error: unknown,
): INodeExecutionData {
	const { abort, context, log, reader } = session;
	if (abort.signal.aborted && error === abort.signal.reason) {
		if (!abort.isAnswered || 'failure' in plan) throw error;
		// In this try, or an earlier one.
		const mayExist = (other: Checked<ItemTask>) =>
			!('failure' in other) && other.existence().kind !== 'new';
		const isAlone = log.items.size === 0 && !plans.some(mayExist);
		const fields = unfinishedFields(plan.existence(), plan.open?.task, isAlone);
		const json = fieldsForReader(session, plan.shown, fields);
		return { json, pairedItem: { item: plan.item } };
	}
	const existence = 'failure' in plan ? undefined : plan.existence();
	const failure = abort.afterItemFailure(asFailure(error, existence), plan.item);
	if (!context.continueOnFail()) throw failure;
	return errorItem(forReader(reader, failure), plan.item);
}

function refused(error: unknown, item: number): { item: number; failure: Failure } {
	const failure =
		error instanceof Failure
			? error
			: invalidInput(
					`The inputs of the item cannot be read: ${messageOf(error)}`,
					'Check the expressions in the form or the JSON. Nothing was sent.',
				);
	failure.item = item;
	return { item, failure };
}

/** A task that an item names by its id. */
export interface ExistingTask extends ItemTask {
	taskId: string;
	/** When it was submitted, in ISO 8601; undefined where the item does not say. */
	submittedAt: string | undefined;
}

const ofRunTask = z.object({ submitted_at: z.string().datetime({ offset: true }) }).partial();

/** Does work for the task that each item names, like {@link forEachTask}. */
export async function forEachExisting<R>(
	session: Session,
	work: (task: ExistingTask) => Promise<R>,
	resultOf: (item: INodeExecutionData) => R,
): Promise<R[]> {
	const { context } = session;
	const plans = await checkEach(session, (item): ExistingTask[] => {
		const options = readOptions(context, item);
		const taskId = readTaskId(context, item);
		const submittedAt = ofRunTask.catch({}).parse(context.getInputData()[item]?.json).submitted_at;
		const wanted = readWanted(session, item);
		const existence = (): Existence => ({ kind: 'exists', taskId });
		return [{ item, options, ...wanted, taskId, submittedAt, existence }];
	});
	return await forEachTask(session, plans, work, resultOf);
}
