import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import * as z from 'zod';

import type { NodeOperation } from '../api/nodeOperations';
import type { Known, Task } from '../api/task';
import { type Shown, shownFields, unfinishedJson } from '../outputs/items';
import type { Service } from '../wait/service';
import { readRunOption } from './parameters';

/** MCP clients hang up after 60 s by default, and a model that got no answer starts, and pays for, another task. */
const mcpSeconds = 50;

/** When a call began, on the clock, by the object of its arguments, which all its tries share. */
const callsStartedAt = new WeakMap<object, number>();

const ofMcp = z.object({ parentNode: z.object({ type: z.string().regex(/\.mcpTrigger$/) }) });

/**
 * When the caller of a tool must have an answer, on the clock; undefined if it waits for as long as a task takes. Nothing
 * can stop a call over MCP, whether it runs in the main process or on a worker, and n8n 2.41 gives its trigger as the parent
 * node. An agent within a workflow can be stopped, and waits.
 * @param now on the clock
 */
export function answerDeadline(context: IExecuteFunctions, now: number): number | undefined {
	const call = context.getInputData()[0]?.json ?? {};
	const startedAt = callsStartedAt.get(call) ?? now;
	callsStartedAt.set(call, startedAt);
	const hangsUp =
		context.getExecutionCancelSignal() === undefined || ofMcp.safeParse(context).success;
	const seconds = readRunOption(context, 'answerWithinSeconds') || (hangsUp ? mcpSeconds : 0);
	return seconds === 0 ? undefined : startedAt + seconds * 1000;
}

/** Why a run ends whose caller waits no longer. */
const answerDue = new Error('The answer is due');

/** A run that may have to end before its tasks are finished. */
export interface Timed {
	service: Service;
	/** When a tool's caller must have an answer, on the clock; undefined where it waits. */
	answerAt: number | undefined;
	/** Ends the run, unless it has ended: no call to the service starts from then on. The first reason counts. */
	end(reason: Error): void;
}

/** Whether a task has no result because the caller of its run waits no longer. */
export function isAnswerDue(error: unknown): boolean {
	return error === answerDue;
}

/** A call whose tries have taken too long sends nothing more. */
export function endIfDue({ answerAt, end, service }: Timed): void {
	if (answerAt !== undefined && service.clock.now() >= answerAt) end(answerDue);
}

/** Waits for the outcomes of the run. When an answer is due, the run ends, and with it those that are not there. */
export async function answerInTime<R>(
	{ answerAt, end, service }: Timed,
	outcomes: Promise<R>,
): Promise<R> {
	if (answerAt === undefined) return await outcomes;
	const { clock } = service;
	const over = new AbortController();
	const due = clock.sleep(answerAt - clock.now(), over.signal);
	void due.then(() => end(answerDue)).catch(() => {});
	return await outcomes.finally(() => over.abort());
}

/** What a model has to know of a task that is not finished; true whichever tools it has. */
const next = {
	running:
		'Do not start it again, it is paid for. In about 30 seconds, ask by this task_id, or tell the user the task_id.',
	unsure:
		'It was sent, but the service has not replied, so it may exist and be charged. Do not send it again: tell the user to look for it in InstaSD.',
	notCreated:
		'It could not be sent in time, so nothing was created and nothing was charged. It is safe to call this tool again, in about a minute.',
	oneOfSeveral:
		'This one could not be sent in time, so it was not created and is not charged. A new call of this tool would create and charge the others again.',
};

/**
 * What a model gets for a task that is not finished when it must have an answer.
 * @param task as last described
 * @param isAlone whether no other task of the call exists, or may exist
 */
export function unfinishedFields(
	known: Known,
	task: Task | undefined,
	isAlone: boolean,
): IDataObject {
	if (known.kind === 'exists') return unfinishedJson(known.taskId, task);
	if (known.kind !== 'new') return { status: 'UNKNOWN', finished: false, next: next.unsure };
	const way = isAlone ? next.notCreated : next.oneOfSeveral;
	return { status: 'NOT_CREATED', finished: false, next: way };
}

/**
 * The fields of a task's item for its reader. A model gets the way to go on, and a short item, because every character of it
 * costs: without what is empty, and without `files`, which only repeats the links.
 */
export function fieldsForReader(
	{ isTool, operation }: { isTool: boolean; operation: NodeOperation },
	shown: Shown,
	json: IDataObject,
	isHidden: (name: string) => boolean = () => false,
): IDataObject {
	if (!isTool) return shownFields(json, shown, operation.fields, isHidden);
	const isUnfinished = json.finished === false && json.task_id !== undefined;
	const told = isUnfinished ? { ...json, next: next.running } : json;
	if (shown === 'raw') return told;
	const short = Object.fromEntries(Object.entries(told).filter(([, value]) => !isEmpty(value)));
	const isLong = (name: string) => name === 'files' || isHidden(name);
	// An id alone would not tell a model that its task is finished: it would pay for another.
	const isTold = isUnfinished || shown === 'simple' || shown.some((name) => name in short);
	return shownFields(short, isTold ? shown : 'simple', operation.fields, isLong);
}

function isEmpty(value: unknown): boolean {
	return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}
