import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { SentInputs } from '../api/client';
import type { Failure } from '../api/failures';
import { type FileLink, isOver, type Task } from '../api/task';

/** How long result links live, in ms, by InstaSD's help article. */
const linkLifetime = 30 * 60_000;

/** A file of a task: its link, and where it is once it is fetched. */
export interface TaskFile extends FileLink {
	/** The item's binary field that holds it. */
	field?: string;
	file_name?: string | undefined;
	mime_type?: string;
	bytes?: number;
}

/** A task as the next node sees it. */
export interface TaskItem {
	task: Task;
	/** When the service said so, ms since 1970. */
	at: number;
	/** In the order of the task's links. */
	files: readonly TaskFile[];
	/** What was sent; only operations that create tasks know it. */
	inputs?: SentInputs | undefined;
	/** The seed that was sent, where there is just one. */
	seed?: string | number | undefined;
	/** When the task was submitted, in ISO 8601; where the item has come from Run Task. */
	submittedAt?: string | undefined;
	/** The incoming item's fields, where the user wants them. */
	inputItem?: IDataObject | undefined;
	/** Whether the workflow's binary mode is "combined": then n8n keeps files in the item's field `_files`. */
	isCombined: boolean;
}

/** The fields of an item: the service's own, untouched, and what the node adds. */
export function taskJson(item: TaskItem): IDataObject {
	const { task, at, files, inputs, seed, isCombined } = item;
	return {
		...(isCombined ? withoutReserved(task.fields) : task.fields),
		progress: progressOf(task),
		finished: isOver(task),
		urls_expire_at: task.links.length === 0 ? null : new Date(at + linkLifetime).toISOString(),
		files: files.map((file) => ({ ...file })),
		...(inputs === undefined ? {} : { inputs: withoutFiles(inputs) }),
		...(seed === undefined ? {} : { seed }),
		...handedOn(item),
	};
}

/** The fields of a task whose status cannot be had for the moment: a loop goes on, and asks again. */
export function unknownStatusJson(
	taskId: string,
	failure: Failure,
	known: Pick<TaskItem, 'submittedAt' | 'inputItem'>,
): IDataObject {
	const { code, message } = failure.details;
	return {
		task_id: taskId,
		status: 'UNKNOWN',
		progress: null,
		finished: false,
		...handedOn(known),
		// Never as `error`, which n8n would take for the item's failure.
		last_error: { code, message },
	};
}

/** The fields of a task that is waited for no longer; what they say beside the error keeps n8n from rerouting the item. */
export function givenUpJson(json: IDataObject, failure: Failure): IDataObject {
	return { ...json, finished: true, ...errorJson(failure) };
}

function handedOn({ submittedAt, inputItem }: Pick<TaskItem, 'submittedAt' | 'inputItem'>) {
	return {
		...(submittedAt === undefined ? {} : { submitted_at: submittedAt }),
		...(inputItem === undefined ? {} : { input_item: inputItem }),
	};
}

/**
 * The item of a task that failed. n8n routes it to the error output in every version because its json has only the keys
 * `error` and `message`.
 */
export function errorItem(failure: Failure, item: number): INodeExecutionData {
	return { json: errorJson(failure), pairedItem: { item } };
}

function errorJson(failure: Failure): IDataObject {
	const { code, taskId, status, httpStatus, description, links } = failure.details;
	return {
		error: {
			code,
			task_id: taskId ?? null,
			status: status ?? null,
			http_status: httpStatus ?? null,
			retryable: failure.retryable,
			description,
			...(links === undefined || links.length === 0 ? {} : { urls: links }),
		},
		message: failure.details.message,
	};
}

/** A service's own `_files` under another name: n8n refuses an item in which that is no object of its own. */
function withoutReserved({ _files: files, ...fields }: IDataObject): IDataObject {
	return files === undefined ? fields : { ...fields, service_files: files };
}

/** Finished steps in percent; null where the service tells too little. */
function progressOf({ state, completedSteps, estimatedSteps }: Task): number | null {
	if (state === 'completed') return 100;
	if (completedSteps === undefined || estimatedSteps === undefined || estimatedSteps === 0)
		return null;
	return Math.min(100, Math.round((completedSteps / estimatedSteps) * 100));
}

/** A file's base64 would fill the execution's data, and is known to whoever gave it. */
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
