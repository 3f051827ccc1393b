import type { IExecuteFunctions } from 'n8n-workflow';

/** Where task ids are written so that they survive a run that is stopped or killed. */
export interface Trace {
	submitting(item: number): void;
	submitted(taskId: string, item: number): void;
	/** Every id of this run so far, with its item. */
	known(): Array<{ taskId: string; item: number }>;
}

/** n8n keeps ten keys of custom data for all nodes of an execution, and complains of values over 255 characters. */
const keys = ['instasd_tasks', 'instasd_tasks_2', 'instasd_tasks_3'];
const longestValue = 255;

/** A trace in the server's log and, as far as its limits allow, in the execution's custom data. */
export function createTrace(context: IExecuteFunctions): Trace {
	const submitted: Array<{ taskId: string; item: number }> = [];
	// What nodes and rounds before this one have written is kept.
	const stored = keys
		.map((key) => context.customData?.get(key) ?? '')
		.filter((value) => value !== '');
	const values = stored.length === 0 ? [''] : stored;
	const node = context.getNode().name;
	return {
		known: () => submitted,
		submitting: (item) =>
			context.logger.debug(`InstaSD: '${node}' submits a task for item ${item}`),
		submitted: (taskId, item) => {
			submitted.push({ taskId, item });
			context.logger.info(`InstaSD: '${node}' has task ${taskId} for item ${item}`);
			if (values.some((value) => value.includes(taskId))) return;
			const last = values.length - 1;
			const longer = values[last] === '' ? taskId : `${values[last]},${taskId}`;
			if (longer.length <= longestValue) values[last] = longer;
			else values.push(taskId);
			const key = keys[values.length - 1];
			const value = values[values.length - 1];
			if (key !== undefined && value !== undefined)
				context.customData?.set(key, value.slice(0, longestValue));
		},
	};
}
