import type { INodeExecutionData } from 'n8n-workflow';
import * as z from 'zod';

import { asFailure, Failure, invalidInput, messageOf, rethrowAs } from '../api/failures';
import type { Known, PaidTask } from '../api/task';
import { errorItem } from '../outputs/items';
import type { Service } from '../wait/service';
import type { Slots } from '../wait/slots';
import { forReader } from './errors';
import { readOptions, readTaskId, readWanted } from './parameters';
import { ItemFailed, type Planned, type Session } from './session';
import { answerInTime, endIfDue, fieldsForReader, isAnswerDue, unfinishedFields } from './tool';

/** A task, or why its item has none. */
export type Checked<T> = T | { item: number; failure: Failure };

/** How long in ms a run may hold the event loop: one thread serves all workflows of an n8n. */
const longestStretch = 25;

/** Iterates with pauses, in which n8n serves other workflows and hears Stop. */
export async function* yieldingToEventLoop<T>(
	all: Iterable<T>,
	{ clock, signal }: Service,
): AsyncGenerator<T, void> {
	let startedAt = clock.now();
	for (const one of all) {
		if (clock.now() - startedAt >= longestStretch) {
			await clock.sleep(0, signal);
			startedAt = clock.now();
		}
		yield one;
	}
}

/**
 * Plans the tasks of each item.
 * @throws Failure without "continue", of the first item that is wrong
 */
export async function checkEach<T extends Planned>(
	{ context, service }: Session,
	read: (item: number) => Promise<T[]>,
): Promise<Array<Checked<T>>> {
	const plans: Array<Checked<T>> = [];
	for await (const item of yieldingToEventLoop(context.getInputData().keys(), service)) {
		const checked = await read(item).catch((error: unknown): Failure => refused(error, item));
		if (!(checked instanceof Failure)) plans.push(...checked);
		else if (context.continueOnFail()) plans.push({ item, failure: checked });
		else throw checked;
	}
	return plans;
}

function refused(error: unknown, item: number): Failure {
	const advice = 'Check the expressions in the form or the JSON. Nothing was sent.';
	const failure =
		error instanceof Failure
			? error
			: invalidInput(`The inputs of the item cannot be read: ${messageOf(error)}`, advice);
	return failure.with({ item });
}

/**
 * Does work for each planned task, all concurrently; the work itself limits its concurrency.
 * @returns what the work returns or, in its place, an item: that of a failure, when the node continues on failures, or the
 * answer of a tool for a task that is not finished in time
 * @throws Failure without "continue", the first one
 */
export async function forEachTask<T extends Planned, R>(
	session: Session,
	plans: ReadonlyArray<Checked<T>>,
	work: (plan: T) => Promise<R>,
): Promise<Array<R | INodeExecutionData>> {
	const outcomeOf = async (plan: Checked<T>) => {
		const outcome = 'failure' in plan ? Promise.reject(plan.failure) : work(plan);
		return await outcome.catch((error: unknown) => itemInstead(session, plans, plan, error));
	};
	const { service } = session;
	endIfDue(session);
	const outcomes: Array<Promise<R | INodeExecutionData>> = [];
	for await (const plan of yieldingToEventLoop(plans, service)) {
		const outcome = outcomeOf(plan);
		// It is handled below; until then Node.js would report an unhandled rejection.
		outcome.catch(() => {});
		outcomes.push(outcome);
	}
	return await answerInTime(session, Promise.all(outcomes));
}

/**
 * Does the work of a task in one of the slots. Where it fails and the node does not continue on failures, the run ends
 * before other work takes over the slot.
 */
export async function inSlot<R>(
	session: Session,
	slots: Slots,
	plan: Planned,
	work: () => Promise<R>,
): Promise<R> {
	return await slots.run(
		async () => await rethrowAs(work(), (error) => failureOfItem(session, plan, error)),
	);
}

/** Why an item has no result, with the item. Ends the run, unless the node continues on failures. */
function failureOfItem(session: Session, plan: Checked<Planned>, error: unknown): unknown {
	const { signal } = session.service;
	if (signal.aborted && error === signal.reason) return error;
	const known = 'failure' in plan ? undefined : plan.look();
	const failure = asFailure(error, known).with({ item: plan.item });
	if (!session.context.continueOnFail()) session.end(new ItemFailed(failure));
	return failure;
}

/**
 * The item in place of a task that has brought none.
 * @throws the failure itself, unless the node continues on failures
 */
function itemInstead(
	session: Session,
	plans: ReadonlyArray<Checked<Planned>>,
	plan: Checked<Planned>,
	error: unknown,
): INodeExecutionData {
	const failure = failureOfItem(session, plan, error);
	if (failure instanceof Failure && session.context.continueOnFail()) {
		return errorItem(forReader(session, failure), plan.item);
	}
	if (!isAnswerDue(failure) || 'failure' in plan) throw failure;
	const isAlone = plans.every((other) => 'failure' in other || other.look().kind === 'new');
	const fields = unfinishedFields(plan.look(), session.described.get(plan), isAlone);
	const json = fieldsForReader(session, plan.shown, fields);
	return { json, pairedItem: { item: plan.item } };
}

/** A task that an item names by its id. */
export interface Named extends Planned {
	taskId: string;
	/** When it was submitted, in ms since 1970; undefined where the item does not say. */
	submitDate: number | undefined;
}

const ofRunTask = z.object({
	submitted_at: z
		.string()
		.datetime({ offset: true })
		.transform((text) => Date.parse(text))
		.pipe(z.number()),
});

/** Does work for the task that each item names, like {@link forEachTask}. */
export async function forEachNamed<R>(
	session: Session,
	work: (named: Named) => Promise<R>,
): Promise<Array<R | INodeExecutionData>> {
	const { context } = session;
	const plans = await checkEach(session, async (item): Promise<Named[]> => {
		const options = readOptions(context, item);
		const taskId = readTaskId(context, item);
		const submitDate = ofRunTask.safeParse(context.getInputData()[item]?.json).data?.submitted_at;
		const wanted = readWanted(session, item);
		const look = (): Known => ({ kind: 'exists', taskId });
		return [{ item, options, ...wanted, taskId, submitDate, look }];
	});
	return await forEachTask(session, plans, work);
}

/** A named task, from now on. */
export function takeUp({ service }: Session, { submitDate, taskId }: Named): PaidTask {
	const knownAt = service.clock.now();
	return { taskId, origin: 'named', knownAt, submitDate, request: undefined, task: undefined };
}
