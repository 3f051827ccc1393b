import type { IExecuteFunctions } from 'n8n-workflow';

/** Where task ids are written so that they survive a run that is stopped or killed. */
export interface TaskIdLog {
	submitting(item: number): void;
	submitted(taskId: string, item: number): void;
	/** Every id of this run so far, with its item. */
	known(): Array<{ taskId: string; item: number }>;
}

/** n8n keeps ten keys of custom data for all nodes of an execution, and complains of values over 255 characters. */
const keys = ['instasd_tasks', 'instasd_tasks_2', 'instasd_tasks_3'];
const longestValue = 255;

/** A log of task ids in the server's log and, as far as its limits allow, in the execution's custom data. */
export function createTaskIdLog(context: IExecuteFunctions): TaskIdLog {
	const submitted: Array<{ taskId: string; item: number }> = [];
	const node = context.getNode().name;
	// What nodes and rounds before this one have written is kept.
	const values = keys.map((key) => context.customData?.get(key) ?? '');
	const note = (taskId: string) => {
		if (values.some((value) => value.split(',').includes(taskId))) return;
		const place = values.findIndex((value) => value.length + taskId.length < longestValue);
		const key = keys[place];
		if (key === undefined) return;
		const value = [values[place], taskId].filter(Boolean).join(',');
		values[place] = value;
		context.customData?.set(key, value);
	};
	return {
		known: () => submitted,
		submitting: (item) =>
			context.logger.debug(`InstaSD: '${node}' submits a task for item ${item}`),
		submitted: (taskId, item) => {
			submitted.push({ taskId, item });
			context.logger.info(`InstaSD: '${node}' has task ${taskId} for item ${item}`);
			note(taskId);
		},
	};
}
