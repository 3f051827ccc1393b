import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { Failure } from '../api/failures';
import {
	type FileLink,
	isOver,
	type PreparedRequest,
	type SentInputs,
	type Task,
} from '../api/task';

/** Validity of result links in ms, according to InstaSD's help article. */
const linkLifetime = 30 * 60_000;

/** How many inputs that were sent as in the sample are named. */
export const fromSampleAtMost = 5;

/** A file of a task: its link and, once downloaded, where it is stored. */
export interface TaskFile extends FileLink {
	/** The item's binary field that contains it. */
	field?: string;
	file_name?: string | undefined;
	mime_type?: string;
	bytes?: number;
}

/** What an output item is made from. */
export interface TaskItem {
	task: Task;
	/** When the service reported this state, in ms since 1970. */
	replyDate: number;
	/** In the order of the task's links. */
	files: readonly TaskFile[];
	/** What it was sent with; only operations that create tasks know that. */
	request?: PreparedRequest | undefined;
	/** The seeds that were sent. */
	seeds: ReadonlyArray<string | number>;
	/** Whether the reader has to be told which inputs were sent as in the sample. */
	tellsFromSample: boolean;
	/** When it was submitted, in ms since 1970, if the reader has to be told. */
	submitDate?: number | undefined;
	/** The incoming item's fields, if the user wants them. */
	inputItem?: IDataObject | undefined;
	/** Why there is no result to wait for. */
	failure?: Failure | undefined;
	/** Whether each file gets an item of its own, which then has its link and number. */
	isSplit: boolean;
	/** Whether the workflow's binary mode is "combined": n8n then keeps files in the item's field `_files`. */
	isCombined: boolean;
}

/** All fields of an item: the service's own, unchanged, and those that the node adds. */
export function taskJson(item: TaskItem): IDataObject {
	const { task, failure, files, isCombined, isSplit, replyDate, request, seeds } = item;
	const { files: sampleFiles = [], others = [] } = request?.fromSample ?? {};
	const fromSample = item.tellsFromSample ? [...sampleFiles, ...others] : [];
	return {
		...(isCombined ? renameReserved(task.fields) : task.fields),
		...(failure && task.fields.error ? { service_error: task.fields.error } : {}),
		progress: progressOf(task),
		finished: isOver(task),
		urls_expire_at:
			task.links.length === 0 ? null : new Date(replyDate + linkLifetime).toISOString(),
		files: files.map((file) => ({ ...file })),
		...(request === undefined ? {} : { inputs: withoutFiles(request.sent) }),
		...(seeds.length === 1 ? { seed: seeds[0] } : {}),
		...(isSplit ? { file_url: '', file_index: 0 } : {}),
		...(fromSample.length === 0 ? {} : { from_sample: fromSample.slice(0, fromSampleAtMost) }),
		...passedOnFields(item),
	};
}

/** Which fields of a task an item shows: all, the most useful, or those with these names. */
export type Shown = 'raw' | 'simple' | readonly string[];

/** What an item always shows, and of a task without a result how things stand. */
const always = ['task_id', 'file_url', 'file_index'];
const ofUnfinished = ['status', 'next', 'error', 'message', 'last_error'];

/**
 * The fields that an item shows, the most useful first.
 * @param useful the names of those
 * @param isHidden what 'simple' leaves out; it keeps a field that nobody knows, which may be what the API is for
 */
export function shownFields(
	json: IDataObject,
	shown: Shown,
	useful: readonly string[],
	isHidden: (name: string) => boolean,
): IDataObject {
	if (shown === 'raw') return json;
	const hasResult = json.finished === true && (json.error ?? null) === null;
	const isChosen = (name: string) =>
		shown.includes(name) || always.includes(name) || (!hasResult && ofUnfinished.includes(name));
	const isShown = shown === 'simple' ? (name: string) => !isHidden(name) : isChosen;
	const names = new Set(['task_id', 'status', ...always, ...useful, ...Object.keys(json)]);
	const shownNames = [...names].filter((name) => Object.hasOwn(json, name) && isShown(name));
	return Object.fromEntries(shownNames.map((name) => [name, json[name]]));
}

/** The fields of a task whose status is temporarily unavailable: a polling loop continues and polls again. */
export function unknownStatusJson(taskId: string, failure: Failure, known: PassedOn): IDataObject {
	const { code, message } = failure.details;
	return {
		task_id: taskId,
		status: 'UNKNOWN',
		progress: null,
		finished: false,
		...passedOnFields(known),
		// Not named `error`: n8n would treat the item as failed.
		last_error: { code, message },
	};
}

/** The fields of a task, as last described if ever, that is not finished when a tool's caller must have an answer. */
export function unfinishedJson(taskId: string, task: Task | undefined): IDataObject {
	const status = task?.status ?? 'UNKNOWN';
	return { task_id: taskId, status, progress: task && progressOf(task), finished: false };
}

type PassedOn = Pick<TaskItem, 'failure' | 'inputItem' | 'submitDate'>;

function passedOnFields({ failure, inputItem, submitDate }: PassedOn): IDataObject {
	return {
		// The other fields beside the error keep n8n from rerouting the item.
		...(failure === undefined ? {} : { finished: true, ...errorJson(failure) }),
		...(submitDate === undefined ? {} : { submitted_at: new Date(submitDate).toISOString() }),
		...(inputItem === undefined ? {} : { input_item: inputItem }),
	};
}

/** The item of a failed task. Every n8n routes it to the error output, as it has no keys but `error` and `message`. */
export function errorItem(failure: Failure, item: number): INodeExecutionData {
	return { json: errorJson(failure), pairedItem: { item } };
}

function errorJson(failure: Failure): IDataObject {
	const { code, task, httpStatus, description } = failure.details;
	const { id = null, status = null, links = [] } = task ?? {};
	return {
		error: {
			code,
			task_id: id,
			status,
			http_status: httpStatus ?? null,
			retryable: failure.retryable,
			description,
			...(links.length === 0 ? {} : { urls: links }),
		},
		message: failure.details.message,
	};
}

/** Renames the service's own `_files`: n8n rejects an item in which that is not n8n's own object. */
function renameReserved({ _files: files, ...fields }: IDataObject): IDataObject {
	return files === undefined ? fields : { ...fields, service_files: files };
}

/** Finished steps in percent; null if the service does not report enough. */
function progressOf({ state, completedSteps, estimatedSteps }: Task): number | null {
	if (state === 'completed') return 100;
	if (completedSteps === undefined || estimatedSteps === undefined || estimatedSteps === 0)
		return null;
	return Math.min(100, Math.round((completedSteps / estimatedSteps) * 100));
}

/** Replaces base64, which would bloat the execution's data and which the user already has. */
function withoutFiles(inputs: SentInputs): IDataObject {
	return Object.fromEntries(
		Object.entries(inputs).map(([id, { title, value }]) => {
			const content = typeof value === 'string' ? value.replace(/^data:[^,]{0,200},/i, '') : '';
			const isFile = content.length > 1000 && /^[A-Za-z0-9+/]+={0,2}$/.test(content);
			const sent = isFile ? `(base64, ${Math.floor((content.length * 3) / 4)} bytes)` : value;
			return [id, { ...(title === undefined ? {} : { title }), value: sent }];
		}),
	);
}
