import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { Failure } from '../api/failures';
import type { Task } from '../api/replies';
import type { SentInputs } from '../api/requestBody';
import { isOver } from '../api/status';

/** How long result links live, in ms, by InstaSD's help article. */
const linkLifetime = 30 * 60_000;

/** A task as the next node sees it. */
export interface TaskItem {
	task: Task;
	/** When the service said so, ms since 1970. */
	at: number;
	/** What was sent; only operations that create tasks know it. */
	inputs?: SentInputs;
	/** Whether the workflow's binary mode is "combined": then n8n keeps files in the item's field `_files`. */
	isCombined: boolean;
}

/** The fields of an item: the service's own, untouched, and what the node adds. */
export function taskJson({ task, at, inputs, isCombined }: TaskItem): IDataObject {
	return {
		...(isCombined ? withoutReserved(task.fields) : task.fields),
		progress: progressOf(task),
		finished: isOver(task),
		urls_expire_at: task.links.length === 0 ? null : new Date(at + linkLifetime).toISOString(),
		...(inputs === undefined ? {} : { inputs: withoutFiles(inputs) }),
	};
}

/**
 * The item of a task that failed. n8n routes it to the error output in every version because its json has only the keys
 * `error` and `message`.
 */
export function errorItem(failure: Failure, item: number): INodeExecutionData {
	const { code, taskId, status, httpStatus, description, links } = failure.details;
	return {
		json: {
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
		},
		pairedItem: { item },
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
