import type {
	ICredentialDataDecryptedObject,
	IExecuteFunctions,
	INodeExecutionData,
} from 'n8n-workflow';

import { createClient } from '../api/client';
import { systemClock } from '../api/clock';
import { asFailure, type Failure } from '../api/failures';
import { limits } from '../api/limits';
import type { Known, Task } from '../api/task';
import type { NodeOperation } from '../api/nodeOperations';
import { connectionOf, inputsOf } from '../credential/credential';
import type { ApiInput } from '../inputs/inputTypes';
import { firstFew } from '../inputs/wording';
import { type Ledger, openLedger } from '../money/ledger';
import { TaskLog } from '../money/taskLog';
import { DurationEstimate } from '../wait/pace';
import { sharedRate, SubmitDeadline } from '../wait/requestRate';
import { Slots } from '../wait/slots';
import { type Reader, readerOf } from './errors';
import { type Options, readRunOption, type Wanted } from './parameters';
import { answerDeadline, type Timed } from './tool';

/** The files of this many tasks are downloaded at once, beside the tasks themselves: a slow file host delays no submit. */
const downloadsAtOnce = 5;

/** The most tasks or items that an error names; more than anybody reads, and still a short text. */
const namedAtMost = 50;

/** What a user should know about a run although nothing failed: the values, tasks and files that its hint names. */
export class Notices {
	outOfRange: string[] = [];
	fromSample: string[] = [];
	noLinks: string[] = [];
	notLinks: string[] = [];
	noSubmitTime: string[] = [];
}

/** A task that an item asks for or names, checked before anything is paid for. */
export interface Planned extends Wanted {
	item: number;
	options: Options;
	/** What is known of it by now. */
	look(): Known;
}

/** Why a run ends in which an item has failed. Not a Failure itself: for the other items, it is no failure of theirs. */
export class ItemFailed extends Error {
	constructor(readonly failure: Failure) {
		super('Another item failed');
	}
}

/** One run of the node: what all its items share. */
export interface Session extends Reader, Timed {
	context: IExecuteFunctions;
	/** What the node is set to do. */
	operation: NodeOperation;
	/** As it is for item 0; n8n sends every request with it. */
	credential: ICredentialDataDecryptedObject;
	/** The inputs of the credential's example; undefined without one. */
	inputs: ApiInput[] | undefined;
	/** As many tasks are submitted, polled and waited for at once as the user allows. */
	taskSlots: Slots;
	downloadSlots: Slots;
	log: TaskLog;
	ledger: Ledger;
	/** The tasks that exist, as the service last described them. */
	described: Map<Planned, Task>;
	/** Aborted by Stop and by the workflow's timeout; undefined where nothing can be stopped. */
	stop: AbortSignal | undefined;
	/** On the clock. */
	startedAt: number;
	/** How many calls had to be repeated so far. */
	retries: number;
	notices: Notices;
}

type Opened = Reader & Pick<Session, 'ledger' | 'log' | 'operation' | 'stop'>;

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
	const stop = context.getExecutionCancelSignal();
	if (stop?.aborted) return [[]];
	// Before anything can fail: retries know each other by the lineage that this puts into the execution.
	const reader = readerOf(context.getNode());
	const ledger = openLedger(context, reader.isTool);
	const opened: Opened = { ...reader, ledger, log: new TaskLog(context), operation, stop };
	let answerAt: number | undefined;
	try {
		if (reader.isTool) answerAt = answerDeadline(context, systemClock.now());
		const outputs = await story(await openSession(context, opened, answerAt));
		return stop?.aborted ? [[]] : outputs;
	} catch (error) {
		const leftMs = answerAt === undefined ? limits.submitGraceMs : answerAt - systemClock.now();
		await ledger.settled(systemClock, Math.min(limits.submitGraceMs, leftMs), stop);
		return stop?.aborted
			? [[]]
			: failWith(error instanceof ItemFailed ? error.failure : error, opened);
	}
}

async function openSession(
	context: IExecuteFunctions,
	opened: Opened,
	answerAt: number | undefined,
): Promise<Session> {
	const startedAt = systemClock.now();
	const credential = await context.getCredentials('instaSdApi');
	const { baseUrl, token } = connectionOf(credential);
	const ended = new AbortController();
	const signal = AbortSignal.any([ended.signal, ...(opened.stop ? [opened.stop] : [])]);
	const session: Session = {
		...opened,
		answerAt,
		context,
		credential,
		inputs: inputsOf(credential),
		end: (reason) => ended.abort(reason),
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
		taskSlots: new Slots(readRunOption(context, 'tasksAtOnce'), signal),
		downloadSlots: new Slots(downloadsAtOnce, signal),
		described: new Map(),
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
	const unsure = { kind: items.length > 0 ? 'unsure' : 'new', why: 'no reply' } as const;
	const failure = asFailure(thrown, taskId === undefined ? unsure : { kind: 'exists', taskId });
	const others = [...log.items]
		.filter(([other]) => other !== failure.details.task?.id)
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
	const ids = [...new Set([...log.items.keys(), ...ledger.sent.failed])];
	throw failure.with({
		run: {
			...{ ids: ids.slice(0, namedAtMost), count: ids.length },
			hasOthers: sentences.length > 1,
		},
		description: sentences.join(' '),
	});
}
