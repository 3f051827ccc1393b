import type {
	ICredentialDataDecryptedObject,
	IExecuteFunctions,
	INodeExecutionData,
} from 'n8n-workflow';

import { createClient } from '../api/client';
import { systemClock } from '../api/clock';
import { asFailure, type Failure } from '../api/failures';
import { limits } from '../api/limits';
import type { NodeOperation } from '../api/nodeOperations';
import { connectionOf, inputsOf } from '../credential/credential';
import type { ApiInput } from '../inputs/inputTypes';
import { firstFew } from '../inputs/wording';
import { type Ledger, openLedger } from '../money/ledger';
import { TaskLog } from '../money/taskLog';
import { DurationEstimate } from '../wait/pace';
import { sharedRate, SubmitDeadline } from '../wait/requestRate';
import type { Service } from '../wait/service';
import { Slots } from '../wait/slots';
import { isTool, type Reader, readerOf } from './errors';
import { readRunOption } from './parameters';
import { answerDeadline } from './toolAnswer';

/** The files of this many tasks are downloaded at once, beside the tasks themselves: a slow file host delays no submit. */
const downloadsAtOnce = 5;

/** The most tasks or items that an error names; more than anybody reads, and still a short text. */
const namedAtMost = 50;

/**
 * How a run ends early: Stop is pressed, an item fails and the node does not continue on failures, or the caller of a tool
 * waits no longer. Once `signal` is aborted, no call to the service starts.
 */
export class RunAbort {
	readonly signal: AbortSignal;

	/** Aborted by Stop and by the workflow's timeout; undefined where nothing can be stopped. */
	readonly stop: AbortSignal | undefined;

	/** When its caller must have an answer, on the clock; Infinity where it waits. */
	answerAt = Infinity;

	/** The failure that ended the run, with its item; undefined while there is none. */
	failure: Failure | undefined;

	private readonly failed = new AbortController();
	private readonly answered = new AbortController();

	constructor(private readonly context: IExecuteFunctions) {
		this.stop = context.getExecutionCancelSignal();
		const ends = [this.failed.signal, this.answered.signal];
		this.signal = AbortSignal.any([...ends, ...(this.stop ? [this.stop] : [])]);
	}

	/** Whether this is how the run ended: its caller gets an answer now, whatever is still to come. */
	get isAnswered(): boolean {
		return this.signal.aborted && this.signal.reason === this.answered.signal.reason;
	}

	/** Ends the run because its caller waits no longer. */
	answer(): void {
		this.answered.abort(new Error('The answer is due'));
	}

	get isStopped(): boolean {
		return this.stop?.aborted === true;
	}

	/** Ends the run after a failure, unless the node continues on failures. */
	afterFailure(): void {
		if (!this.context.continueOnFail()) this.failed.abort(new Error('Another item failed'));
	}

	/** The same after an item's failure, which is returned with its item. */
	afterItemFailure(failure: Failure, item: number): Failure {
		if (this.context.continueOnFail()) return failure;
		failure.item = item;
		this.failure ??= failure;
		this.afterFailure();
		return failure;
	}
}

/**
 * What a user should know about a run although nothing failed: the values, tasks and files concerned. The hint after the
 * run says it.
 */
export interface Notices {
	outOfRange: string[];
	fromSample: string[];
	noLinks: string[];
	notLinks: string[];
	noSubmitTime: string[];
	compressed: string[];
}

/** One run of the node: what all its items share. */
export interface Session {
	context: IExecuteFunctions;
	/** What the node is set to do. */
	operation: NodeOperation;
	/** Whether the node runs as a tool. Kept, because n8n copies the whole node for every `getNode()`. */
	isTool: boolean;
	/** Who reads the errors of its items. */
	reader: Reader;
	/** As it is for item 0; n8n sends every request with it. */
	credential: ICredentialDataDecryptedObject;
	/** The address of the API: the same values at another API are another task. */
	baseUrl: string;
	/** The inputs of the credential's example; undefined without one. */
	inputs: ApiInput[] | undefined;
	service: Service;
	/** As many tasks are submitted, polled and waited for at once as the user allows. */
	taskSlots: Slots;
	downloadSlots: Slots;
	log: TaskLog;
	ledger: Ledger;
	abort: RunAbort;
	/** On the clock. */
	startedAt: number;
	/** How many calls had to be repeated so far. */
	retries: number;
	notices: Notices;
}

type Opened = Pick<Session, 'abort' | 'ledger' | 'log' | 'operation'>;

/**
 * Opens a session and runs an operation, told by its story, in it.
 * @returns the items of each output; none when Stop was pressed, because a throw would make n8n try again
 * @throws Failure the first one, with its item and the ids of all tasks of the run
 */
export async function inSession(
	context: IExecuteFunctions,
	operation: NodeOperation,
	story: (session: Session) => Promise<INodeExecutionData[][]>,
): Promise<INodeExecutionData[][]> {
	const abort = new RunAbort(context);
	if (abort.isStopped) return [[]];
	// Before anything can fail: retries know each other by the lineage that this puts into the execution.
	const ledger = openLedger(context, isTool(context.getNode()));
	const opened = { abort, ledger, log: new TaskLog(context), operation };
	try {
		const session = await openSession(context, opened);
		const outputs = await story(session);
		if (abort.isStopped) return [[]];
		return outputs;
	} catch (error) {
		if (!abort.isStopped) {
			const graceMs = Math.min(limits.submitGraceMs, abort.answerAt - systemClock.now());
			await ledger.settled(systemClock, graceMs, abort.stop);
		}
		if (abort.isStopped) return [[]];
		return failWith(abort.failure ?? error, opened);
	}
}

async function openSession(context: IExecuteFunctions, opened: Opened): Promise<Session> {
	opened.abort.answerAt = answerDeadline(context, systemClock.now());
	const credential = await context.getCredentials('instaSdApi');
	const { baseUrl, token } = connectionOf(credential);
	const { signal } = opened.abort;
	const afterFailure = () => opened.abort.afterFailure();
	const node = context.getNode();
	const session: Session = {
		...opened,
		context,
		isTool: isTool(node),
		reader: readerOf(node),
		credential,
		baseUrl,
		inputs: inputsOf(credential),
		service: {
			baseUrl,
			client: createClient(context, credential, token, systemClock, signal),
			clock: systemClock,
			random: Math.random,
			rate: sharedRate(baseUrl, token, systemClock),
			submitDeadline: new SubmitDeadline(systemClock),
			estimate: new DurationEstimate(),
			signal,
			onRetry: () => (session.retries += 1),
		},
		taskSlots: new Slots(readRunOption(context, 'tasksAtOnce'), signal, afterFailure),
		downloadSlots: new Slots(downloadsAtOnce, signal, afterFailure),
		startedAt: systemClock.now(),
		retries: 0,
		notices: {
			...{ outOfRange: [], fromSample: [], noLinks: [], notLinks: [] },
			...{ noSubmitTime: [], compressed: [] },
		},
	};
	return session;
}

/**
 * @throws Failure what was thrown, with the ids of all other tasks of the run, so that none is lost, and the items whose
 * submits still have no reply
 */
function failWith(thrown: unknown, { ledger, log }: Opened): never {
	const [taskId] = log.items.keys();
	const items = ledger.itemsWithoutReply();
	const kind = items.length > 0 ? 'pending' : 'new';
	const failure = asFailure(thrown, taskId === undefined ? { kind } : { kind: 'exists', taskId });
	const ids = [...new Set([...log.items.keys(), ...ledger.spending.failedIds])];
	const error = failure.with({ runTasks: { ids: ids.slice(0, namedAtMost), count: ids.length } });
	const others = [...log.items]
		.filter(([other]) => other !== error.details.taskId)
		.map(([other, item]) => `${other} (item ${item})`);
	if (others.length === 0 && items.length === 0) throw error;
	const sentences = [error.details.description];
	if (others.length > 0) {
		sentences.push(`Other tasks of this run, which a retry picks up: ${named(others)}.`);
	}
	if (items.length > 0) {
		sentences.push(
			`Sent, but still without a reply: item ${named(items)}. Their ids will be in the log of n8n, and a retry waits for them.`,
		);
	}
	throw error.with({ hasOthers: true, description: sentences.join(' ') });
}

/** A list that may have thousands of entries; the log of n8n has all. */
function named(all: ReadonlyArray<string | number>): string {
	return firstFew(all, namedAtMost, ', which are in the log of n8n');
}
