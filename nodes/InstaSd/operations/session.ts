import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { createClient } from '../api/client';
import { asFailure, Failure, onFailure } from '../api/failures';
import { connectionOf, inputsOf } from '../inputs/credential';
import type { ApiInput } from '../inputs/inputTypes';
import { errorItem } from '../outputs/items';
import type { Calls } from '../wait/calls';
import { systemClock } from '../wait/clock';
import { createCoolDown } from '../wait/coolDown';
import { createLanes, type InLane } from '../wait/lanes';
import { readTasksAtOnce } from './parameters';
import { createTrace, type Trace } from './trace';

/** How long in ms a failing run waits for replies to submits that are under way, so that their ids are known. */
export const grace = { forSubmits: 15_000 };
/** Files of so many tasks are fetched at once, in lanes of their own: a slow file host holds up no submit. */
const downloadsAtOnce = 5;

/** One run of the node: what all its items share. */
export interface Session {
	context: IExecuteFunctions;
	/** The address of the API: the same values at another API are another task. */
	baseUrl: string;
	/** The inputs of the credential's example; undefined without one. */
	inputs: ApiInput[] | undefined;
	calls: Calls;
	/** Lanes for submitting, asking and waiting. */
	tasks: InLane;
	downloads: InLane;
	trace: Trace;
	/** Ms since 1970. */
	startedAt: number;
	/** How many replies had to be asked for again so far. */
	repeats(): number;
	/** Marks work that must not be abandoned when another item fails, because it is being paid for. */
	protect<T>(work: Promise<T>): Promise<T>;
	/** Does the work of all jobs; see {@link Job}. */
	settle(jobs: readonly Job[]): Promise<INodeExecutionData[]>;
}

/** Work for one item of the input. */
export interface Job {
	item: number;
	run: () => Promise<INodeExecutionData[]>;
}

/** The reason why work is ended; never mistaken for a failure of the work itself. */
class Halted extends Error {}

/**
 * Runs an operation: with "continue", a failure becomes the item's error item; else the first one ends the run.
 * @returns the operation's items; none when Stop was pressed, because a throw would make n8n try again
 * @throws Failure the first one, with its item and the ids of all tasks of the run
 */
export async function inSession(
	context: IExecuteFunctions,
	operation: (session: Session) => Promise<INodeExecutionData[]>,
): Promise<INodeExecutionData[]> {
	const stop = context.getExecutionCancelSignal();
	const halt = new AbortController();
	const isStopped = () => stop?.aborted === true;
	const onStop = () => halt.abort(new Halted('The execution was stopped'));
	if (isStopped()) return [];
	stop?.addEventListener('abort', onStop, { once: true });

	const trace = createTrace(context);
	const underway = new Set<Promise<unknown>>();
	let first: Failure | undefined;
	let repeats = 0;

	/** Lanes in which the first failure halts the run before its lane is free: no task begins in between. */
	const haltingLanes = (count: number): InLane => {
		const inLane = createLanes(count, halt.signal);
		return async (work) => await inLane(async () => await onFailure(work(), haltUnlessContinuing));
	};
	const haltUnlessContinuing = () => {
		if (!context.continueOnFail()) halt.abort(new Halted('Another item failed'));
	};

	const run = async () => {
		const credential = await context.getCredentials('instaSdApi');
		const { baseUrl, token } = connectionOf(credential);
		return await operation({
			context,
			baseUrl,
			inputs: inputsOf(credential),
			calls: {
				client: createClient(context, token),
				clock: systemClock,
				random: Math.random,
				coolDown: createCoolDown(systemClock),
				signal: halt.signal,
				onRepeat: () => {
					repeats += 1;
				},
			},
			tasks: haltingLanes(readTasksAtOnce(context)),
			downloads: haltingLanes(downloadsAtOnce),
			trace,
			startedAt: systemClock.now(),
			repeats: () => repeats,
			protect: async (work) => {
				underway.add(work);
				return await work.finally(() => underway.delete(work));
			},
			settle: async (jobs) => {
				const outputs = await Promise.all(
					jobs.map(async (job) => await job.run().then(undefined, failed(job))),
				);
				return outputs.flat();
			},
		});
	};
	const failed =
		({ item }: Job) =>
		async (thrown: unknown) => {
			if (thrown instanceof Halted) return await Promise.reject(thrown);
			const error = asFailure(thrown);
			if (context.continueOnFail()) return [errorItem(error, item)];
			error.item = item;
			first ??= error;
			haltUnlessContinuing();
			return await Promise.reject(error);
		};

	return await run()
		.then(
			(items) => (isStopped() ? [] : items),
			async (error: unknown) => {
				if (isStopped()) return [];
				await settledOrLate(underway);
				return await Promise.reject(withTasks(first ?? asFailure(error), trace));
			},
		)
		.finally(() => stop?.removeEventListener('abort', onStop));
}

/** Resolves when all the work has ended, or after the grace. */
async function settledOrLate(work: ReadonlySet<Promise<unknown>>): Promise<void> {
	if (work.size === 0) return;
	const ended = new AbortController();
	const late = systemClock.sleep(grace.forSubmits, ended.signal).catch(() => {});
	await Promise.race([Promise.allSettled(work), late]);
	ended.abort();
}

/** Adds to a failure the ids of all other tasks of the run, so that none is lost. */
function withTasks(error: Failure, trace: Trace): Failure {
	const others = trace.known().filter(({ taskId }) => taskId !== error.details.taskId);
	if (others.length === 0) return error;
	const list = others.map(({ taskId, item }) => `${taskId} (item ${item})`).join(', ');
	const failure = new Failure({
		...error.details,
		description: `${error.details.description} Other tasks of this run, which a retry takes up: ${list}.`,
	});
	failure.item = error.item;
	return failure;
}
