import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { createClient } from '../api/client';
import { systemClock } from '../api/clock';
import { asFailure, Failure, unexpected } from '../api/failures';
import { firstFew } from '../api/firstFew';
import { limits } from '../api/limits';
import { connectionOf, inputsOf } from '../credential/credential';
import type { ApiInput } from '../inputs/inputTypes';
import { limitConcurrency, type AtOnce } from '../wait/concurrency';
import { RequestRate } from '../wait/requestRate';
import type { Service } from '../wait/service';
import { Siblings } from '../wait/siblings';
import { SubmitPatience } from '../wait/submitPatience';
import { Halt } from './halt';
import { readTasksAtOnce } from './parameters';
import type { Remark } from './remarks';
import { SubmitsUnderWay } from './submitsUnderWay';
import { createTaskIdLog, type TaskIdLog } from './taskIdLog';
import { doesPayByCall, isTool } from './toolAdvice';

/** Files of so many tasks are fetched at once, beside the tasks that are worked on: a slow file host holds up no submit. */
const downloadsAtOnce = 5;

/** How many tasks or items an error names; more than anybody reads, less than hurts. */
const namedAtMost = 50;

/** One run of the node: what all its items share. */
export interface Session {
	context: IExecuteFunctions;
	/** Whether the node runs as a tool. Kept, because n8n copies the whole node for whoever asks for it. */
	isTool: boolean;
	/** Whether it runs as a tool of which every call creates a task. */
	paysByCall: boolean;
	/** The address of the API: the same values at another API are another task. */
	baseUrl: string;
	/** The inputs of the credential's example; undefined without one. */
	inputs: ApiInput[] | undefined;
	service: Service;
	/** Submits, asks and waits for so many tasks at once as the user allows. */
	tasks: AtOnce;
	downloads: AtOnce;
	/** The tasks of this run that have completed: they tell the others how long such a task takes. */
	siblings: Siblings;
	taskIdLog: TaskIdLog;
	halt: Halt;
	submitsUnderWay: SubmitsUnderWay;
	/** On the clock. */
	startedAt: number;
	/** How many replies had to be asked for again so far. */
	repeats: number;
	/** What the hint after the run will say, beside the numbers. */
	remarks: Remark[];
}

/**
 * Opens a session and runs an operation in it.
 * @returns the items of each output; none when Stop was pressed, because a throw would make n8n try again
 * @throws Failure the first one, with its item and the ids of all tasks of the run
 */
export async function inSession(
	context: IExecuteFunctions,
	operation: (session: Session) => Promise<INodeExecutionData[][]>,
): Promise<INodeExecutionData[][]> {
	const halt = new Halt(context);
	const taskIdLog = createTaskIdLog(context);
	const submitsUnderWay = new SubmitsUnderWay();
	try {
		if (halt.isStopped) return [[]];
		const outputs = await operation(await openSession(context, halt, taskIdLog, submitsUnderWay));
		return halt.isStopped ? [[]] : outputs;
	} catch (error) {
		if (halt.isStopped) return [[]];
		await submitsUnderWay.ended(limits.submitGraceMs, systemClock, halt.stop);
		if (halt.isStopped) return [[]];
		return failWith(halt.firstFailure ?? error, taskIdLog, submitsUnderWay);
	} finally {
		halt.close();
	}
}

async function openSession(
	context: IExecuteFunctions,
	halt: Halt,
	taskIdLog: TaskIdLog,
	submitsUnderWay: SubmitsUnderWay,
): Promise<Session> {
	const credential = await context.getCredentials('instaSdApi');
	const { baseUrl, token } = connectionOf(credential);
	const haltByFailure = () => halt.byFailure();
	const node = context.getNode();
	const session: Session = {
		context,
		isTool: isTool(node),
		paysByCall: doesPayByCall(node),
		baseUrl,
		inputs: inputsOf(credential),
		service: {
			client: createClient(context, token, systemClock, halt.signal),
			clock: systemClock,
			random: Math.random,
			rate: new RequestRate(systemClock, halt.signal),
			submitPatience: new SubmitPatience(systemClock),
			signal: halt.signal,
			onRepeat: () => {
				session.repeats += 1;
			},
		},
		tasks: limitConcurrency(readTasksAtOnce(context), halt.signal, haltByFailure),
		downloads: limitConcurrency(downloadsAtOnce, halt.signal, haltByFailure),
		siblings: new Siblings(),
		taskIdLog,
		halt,
		submitsUnderWay,
		startedAt: systemClock.now(),
		repeats: 0,
		remarks: [],
	};
	return session;
}

/**
 * @throws Failure what was thrown, with the ids of all other tasks of the run, so that none is lost, and the items
 * whose submits are still without one
 */
function failWith(thrown: unknown, taskIdLog: TaskIdLog, submits: SubmitsUnderWay): never {
	const ids = taskIdLog.ids();
	const [one] = ids;
	const isForeseen = thrown instanceof Failure || one === undefined;
	const error = isForeseen ? asFailure(thrown) : unexpected(thrown, one.taskId);
	const underWay = submits.ofItems();
	const others = ids
		.filter(({ taskId }) => taskId !== error.details.taskId)
		.map(({ taskId, item }) => `${taskId} (item ${item})`);
	if (others.length === 0 && underWay.length === 0) throw error;
	const failure = new Failure({
		...error.details,
		hasOthers: true,
		description: [
			error.details.description,
			others.length === 0
				? ''
				: `Other tasks of this run, which a retry takes up: ${named(others)}.`,
			underWay.length === 0
				? ''
				: `Sent, but still without a reply: item ${named(underWay)}. Their ids will be in the log of n8n, and a retry waits for them.`,
		]
			.filter(Boolean)
			.join(' '),
	});
	failure.item = error.item;
	throw failure;
}

/** Of a list that may have thousands; the log of n8n has every task. */
function named(all: ReadonlyArray<string | number>): string {
	return firstFew(all, namedAtMost, ', which are in the log of n8n');
}
