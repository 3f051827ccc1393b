import type { GenericValue, IDataObject } from 'n8n-workflow';
import * as z from 'zod';

import type { ReplyBody } from './reply';

/**
 * What a status means for the caller. InstaSD's help article lists CREATED, IN_QUEUE, IN_PROGRESS, COMPLETED and FAILED;
 * real clients have also seen EXECUTING. Other services' usual words for an end count as ends; any other word means "still
 * running". `expired`: the task was finished, and the service no longer has its result.
 */
export type TaskState = 'queued' | 'running' | 'completed' | 'failed' | 'expired';

const words: ReadonlyArray<[TaskState, string[]]> = [
	['queued', ['CREATED', 'INQUEUE']],
	['completed', ['COMPLETED', 'COMPLETE', 'SUCCESS', 'SUCCEEDED', 'DONE', 'FINISHED']],
	['failed', ['FAILED', 'FAILURE', 'CANCELLED', 'CANCELED', 'TIMEDOUT', 'TIMEOUT', 'ABORTED']],
	['failed', ['REJECTED', 'ERROR']],
	['expired', ['EXPIRED']],
];
const states = new Map(words.flatMap(([state, all]) => all.map((word) => [word, state])));

/** The state for a status, whatever its case, spaces, hyphens and underscores. */
export function taskState(status: string): TaskState {
	return states.get(status.replace(/[\s_\p{Cc}-]+/gu, '').toUpperCase()) ?? 'running';
}

/** Whether a task has ended, well or badly. */
export function isOver({ state }: { state: TaskState }): boolean {
	return state !== 'queued' && state !== 'running';
}

/** Whether the service itself said that a task failed: neither `expired` says so, nor a reply that does not name the task. */
export function certainlyFailed({ state, isNamed }: Pick<Task, 'state' | 'isNamed'>): boolean {
	return state === 'failed' && isNamed;
}

/** What this n8n knows of a planned task. Only a `new` one may be sent without asking the user. */
export type Known =
	/** It was never sent, or certainly nothing came of it. */
	| { kind: 'new' }
	/** Its submit has no reply yet. `reply` resolves when that is written down. */
	| { kind: 'pending'; reply: Promise<void> }
	/** It may exist. It is sent once more at most, and only if the user allows that. */
	| { kind: 'unsure'; why: string; wasResubmitted?: boolean }
	/** It exists. `seeds` are those it was sent with, unless other values are planned now. */
	| {
			kind: 'exists';
			taskId: string;
			seeds?: number[] | undefined;
			submitDate?: number | undefined;
	  };

/** The inputs of a task as they are sent, by id: that is what InstaSD uses; the title is for people. */
export type SentInputs = Record<string, { title?: string; value: unknown }>;

/** What a task is sent with. */
export interface PreparedRequest {
	/** One for each input planned as a seed, in the order of the inputs. */
	seeds: number[];
	/** All inputs, with a description in place of each file. */
	sent: SentInputs;
	/** The names of the inputs for which no value was given, so that the sample's is sent. */
	fromSample: { files: string[]; others: string[] };
}

/** A task that exists at the service and is paid for. */
export interface PaidTask {
	readonly taskId: string;
	/** Whether this try of the run has sent it, an earlier one has, or the item names it. */
	readonly origin: 'sent' | 'found' | 'named';
	/** When this try learned its id, on the clock. */
	readonly knownAt: number;
	/** The date of its submit, in ms since 1970; undefined where nobody wrote it down. */
	readonly submitDate: number | undefined;
	/** What it was sent with; undefined where that is not known, or other values are planned now. */
	readonly request: PreparedRequest | undefined;
	/** As the service described it when this try learned its id; undefined where nobody has asked yet. */
	readonly task: Task | undefined;
}

/**
 * Whether an end may not be this task's: the reply has neither its id nor the links of a completed task. An error from a
 * proxy or another part of the service says nothing about the task; but a service may leave out the id everywhere.
 */
export function isUnconfirmed(task: Task): boolean {
	return isOver(task) && !task.isNamed && !(task.state === 'completed' && task.links.length > 0);
}

/** External text for an error or a log: a line break in it could forge a log entry. */
export function oneLine(text: string): string {
	return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

/** A task as the service last described it. */
export interface Task {
	id: string;
	/** The service's word, in one short line; {@link Task.fields} has it untouched. */
	status: string;
	state: TaskState;
	estimatedSteps: number | undefined;
	completedSteps: number | undefined;
	/** Links to the results: images first, then videos, then any other lists of the service. */
	links: FileLink[];
	/** Entries of those lists that cannot be read as links, as the service wrote them. */
	notLinks: string[];
	/** Why the task failed, in the service's own words, if it gave a reason. */
	reason: string | undefined;
	/** Whether the reply contains the task's id; a service may leave it out. */
	isNamed: boolean;
	/** The service's own fields, unchanged, except that every `*_urls` field is a list. */
	fields: IDataObject;
}

/** One result of a task. Its kind is `image` for a link of `image_urls`, `audio` for one of `audio_urls`. */
export interface FileLink {
	kind: string;
	url: string;
}

/** An id becomes part of a URL: no control characters, lone surrogates, `.` or `..`. */
const usableId = /^(?!\.{1,2}$)[^\p{Cc}\p{Cs}]{1,200}$/u;
const created = z.object({ status: z.string() }).catch({ status: 'CREATED' });
const described = z.object({ status: z.string().trim().min(1) });
const steps = z.number().finite().nonnegative().optional().catch(undefined);
const reasonSchema = z.union([
	z.string().trim().min(1),
	z.object({ message: z.string().trim().min(1) }).transform(({ message }) => message),
]);

/** Whether a text is a valid task id. */
export function isTaskId(text: string): boolean {
	return usableId.test(text);
}

/** Reads the reply to `run_task`; undefined if it has no id. An id counts even if the rest is unreadable. */
export function parseCreatedTask({ body, taskId }: ReplyBody, baseUrl: string): Task | undefined {
	const id = taskId?.trim();
	if (id === undefined || !isTaskId(id)) return undefined;
	return describe(body, id, created.parse(body).status, true, baseUrl);
}

/**
 * Reads a reply to `task_status`; undefined if it does not describe the requested task. A reply without an id is accepted:
 * the API's description has one, but a service may leave it out.
 */
export function parseTask(
	{ body, taskId }: ReplyBody,
	requestedId: string,
	baseUrl: string,
): Task | undefined {
	const head = described.safeParse(body);
	if (!head.success) return undefined;
	const named = taskId?.trim() ?? '';
	if (named !== '' && named !== requestedId) return undefined;
	return describe(body, requestedId, head.data.status, named !== '', baseUrl);
}

/** The reason for a failure or refusal, from the first of the fields in which services usually put it. */
export function reasonIn(reply: unknown): string | undefined {
	if (!isObject(reply)) return undefined;
	for (const name of ['error', 'error_message', 'message', 'detail', 'reason', 'failure_reason']) {
		const value = reply[name];
		if (value === undefined || value === null) continue;
		const reason = reasonSchema.safeParse(value);
		if (reason.success) return oneLine(reason.data.slice(0, 500));
		const list = Array.isArray(value) ? jsonOf(value) : undefined;
		if (list !== undefined) return oneLine(list.slice(0, 500));
	}
	return undefined;
}

/** A value as JSON; undefined if it has no JSON form or is nested too deeply. */
export function jsonOf(value: unknown): string | undefined {
	try {
		return JSON.stringify(value);
	} catch {
		return undefined;
	}
}

function describe(
	reply: unknown,
	id: string,
	status: string,
	isNamed: boolean,
	baseUrl: string,
): Task {
	const own = isObject(reply) ? reply : {};
	const state = taskState(status);
	const links: FileLink[] = [];
	const notLinks: string[] = [];
	const lists: IDataObject = { image_urls: [], video_urls: [] };
	for (const name of new Set(['image_urls', 'video_urls', ...Object.keys(own)])) {
		if (!name.endsWith('_urls')) continue;
		const list = listOf(own[name]);
		lists[name] = list;
		const kind = name.slice(0, -'_urls'.length);
		for (const text of textsIn(list)) {
			const url = linkIn(text, baseUrl);
			if (url !== undefined) links.push({ kind, url });
			else if (text.trim() !== '') notLinks.push(text);
		}
	}
	return {
		id,
		status: oneLine(status).slice(0, 50),
		state,
		estimatedSteps: steps.parse(own.estimated_steps),
		completedSteps: steps.parse(own.completed_steps),
		links,
		notLinks,
		reason: isOver({ state }) ? reasonIn(reply) : undefined,
		isNamed,
		fields: { ...own, task_id: id, status, ...lists },
	};
}

/** A field as a list: an object's values, or a single text. */
function listOf(value: IDataObject[string]): GenericValue[] {
	if (Array.isArray(value)) return value;
	if (isObject(value)) return Object.values(value);
	return typeof value === 'string' ? [value] : [];
}

/** The texts in a list, including those in nested lists and objects. */
function* textsIn(list: GenericValue[]): Generator<string, void> {
	for (const entry of list) {
		if (typeof entry === 'string') yield entry;
		else yield* textsIn(listOf(entry));
	}
}

const hasHost = /^[\w-]+(\.[\w-]+)*\.[a-z]{2,}(:\d+)?\//i;

/** The URL that a text means: without its scheme it gets https, without its host too that of the API. */
function linkIn(text: string, baseUrl: string): string | undefined {
	const written = text.replace(/[\t\r\n]+/g, '').trim();
	if (/^https?:\/\//i.test(written)) return URL.canParse(written) ? written : undefined;
	const base = hasHost.test(written) ? `https://${written}` : written;
	const isLink = base !== written || written.startsWith('/');
	if (!isLink || !URL.canParse(base, baseUrl)) return undefined;
	return new URL(base, written.startsWith('//') ? 'https://host' : baseUrl).href;
}

/** Any JSON object. Zod's own record checks each field, and a hostile reply has very many. */
export function isObject(value: unknown): value is IDataObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
