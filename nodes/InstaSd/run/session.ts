import type {
	ICredentialDataDecryptedObject,
	IExecuteFunctions,
	INodeExecutionData,
} from 'n8n-workflow';

import { createClient } from '../api/client';
import { type Clock, systemClock } from '../api/clock';
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
import { type Reader, readerOf } from './errors';
import { readRunOption } from './parameters';
import { answerDeadline } from './toolAnswer';

/** The files of this many tasks are downloaded at once, beside the tasks themselves: a slow file host delays no submit. */
const downloadsAtOnce = 5;

/** The most tasks or items that an error names; more than anybody reads, and still a short text. */
const namedAtMost = 50;

/** The reasons to end a run which are not Stop. */
const answerDue = new Error('The answer is due');
const itemFailed = new Error('Another item failed');

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

	private readonly ended = new AbortController();

	constructor(private readonly context: IExecuteFunctions) {
		this.stop = context.getExecutionCancelSignal();
		this.signal = AbortSignal.any([this.ended.signal, ...(this.stop ? [this.stop] : [])]);
	}

	get isStopped(): boolean {
		return this.stop?.aborted === true;
	}

	/** Whether this is how the run ended: its caller gets an answer now, whatever is still to come. */
	get isAnswered(): boolean {
		return this.signal.reason === answerDue;
	}

	/** Ends the run because its caller waits no longer. */
	answer(): void {
		this.ended.abort(answerDue);
	}

	/** Waits for the outcomes of the run. When an answer is due, the run ends, and with it those that are not there. */
	async answerInTime<R>(clock: Clock, outcomes: Promise<R>): Promise<R> {
		if (this.answerAt === Infinity) return await outcomes;
		const over = new AbortController();
		const due = clock.sleep(this.answerAt - clock.now(), over.signal);
		void due.then(() => this.answer()).catch(() => {});
		return await outcomes.finally(() => over.abort());
	}

	/** Ends the run after a failure, unless the node continues on failures. */
	readonly afterFailure = (): void => {
		if (!this.context.continueOnFail()) this.ended.abort(itemFailed);
	};
}

/** What a user should know about a run although nothing failed: the values, tasks and files that its hint names. */
export class Notices {
	outOfRange: string[] = [];
	fromSample: string[] = [];
	noLinks: string[] = [];
	notLinks: string[] = [];
	noSubmitTime: string[] = [];
}

/** One run of the node: what all its items share. */
export interface Session extends Reader {
	context: IExecuteFunctions;
	/** What the node is set to do. */
	operation: NodeOperation;
	/** As it is for item 0; n8n sends every request with it. */
	credential: ICredentialDataDecryptedObject;
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

type Opened = Reader & Pick<Session, 'abort' | 'ledger' | 'log' | 'operation'>;

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
	const reader = readerOf(context.getNode());
	const ledger = openLedger(context, reader.isTool);
	const opened = { ...reader, abort, ledger, log: new TaskLog(context), operation };
	try {
		const outputs = await story(await openSession(context, opened));
		return abort.isStopped ? [[]] : outputs;
	} catch (error) {
		const graceMs = Math.min(limits.submitGraceMs, abort.answerAt - systemClock.now());
		await ledger.settled(systemClock, graceMs, abort.stop);
		return abort.isStopped ? [[]] : failWith(abort.failure ?? error, opened);
	}
}

async function openSession(context: IExecuteFunctions, opened: Opened): Promise<Session> {
	const { abort } = opened;
	const startedAt = systemClock.now();
	if (opened.isTool) abort.answerAt = answerDeadline(context, startedAt);
	const credential = await context.getCredentials('instaSdApi');
	const { baseUrl, token } = connectionOf(credential);
	const session: Session = {
		...opened,
		context,
		credential,
		inputs: inputsOf(credential),
		service: {
			baseUrl,
			client: createClient(context, credential, token, systemClock, abort.signal),
			clock: systemClock,
			random: Math.random,
			rate: sharedRate(baseUrl, token, systemClock),
			submitDeadline: new SubmitDeadline(systemClock),
			estimate: new DurationEstimate(),
			signal: abort.signal,
			onRetry: () => (session.retries += 1),
		},
		taskSlots: new Slots(readRunOption(context, 'tasksAtOnce'), abort.signal, abort.afterFailure),
		downloadSlots: new Slots(downloadsAtOnce, abort.signal, abort.afterFailure),
		startedAt,
		retries: 0,
		notices: new Notices(),
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
	const others = [...log.items]
		.filter(([other]) => other !== failure.details.taskId)
		.map(([other, item]) => `${other} (item ${item})`);
	const named = (all: ReadonlyArray<string | number>) =>
		firstFew(all, namedAtMost, ', which are in the log of n8n');
	const sentences = [failure.details.description];
	if (others.length > 0) {
		sentences.push(`Other tasks of this run, which a retry picks up: ${named(others)}.`);
	}
	if (items.length > 0) {
		sentences.push(
			`Sent, but still without a reply: item ${named(items)}. Their ids will be in the log of n8n, and a retry waits for them.`,
		);
	}
	const ids = [...new Set([...log.items.keys(), ...ledger.spending.failedIds])];
	throw failure.with({
		runTasks: { ids: ids.slice(0, namedAtMost), count: ids.length },
		hasOthers: sentences.length > 1,
		description: sentences.join(' '),
	});
}
