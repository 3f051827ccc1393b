import type { IExecuteFunctions } from 'n8n-workflow';

import type { Submitted } from '../wait/submit';

/** Where task ids are written so that they survive a run that is stopped or killed. */
export interface TaskIdLog {
	submitting(item: number): void;
	/** What has become of a submit. */
	submitted(submitted: Submitted, item: number): void;
	/** A task that an earlier try has submitted. */
	found(taskId: string, item: number): void;
	/** Every id of this run so far, with its item. */
	ids(): Array<{ taskId: string; item: number }>;
}

/** n8n keeps ten keys of custom data for all nodes of an execution, and complains of values over 255 characters. */
const keys = ['instasd_tasks', 'instasd_tasks_2', 'instasd_tasks_3'];
const longestValue = 255;

/** A log of task ids in the server's log and, as far as its limits allow, in the execution's custom data. */
export function createTaskIdLog(context: IExecuteFunctions): TaskIdLog {
	const ids: Array<{ taskId: string; item: number }> = [];
	const node = context.getNode().name;
	const execution: string | undefined = context.getExecutionId();
	// A call by the MCP Server Trigger knows of no execution.
	const run =
		execution === undefined ? `workflow ${context.getWorkflow().id}` : `execution ${execution}`;
	const where = (item: number) => `for item ${item} (${run})`;
	const found = (taskId: string, item: number) => {
		ids.push({ taskId, item });
		context.logger.info(`InstaSD: '${node}' has task ${taskId} ${where(item)}`);
		try {
			addToCustomData(context, taskId);
		} catch {
			// The log has the id; what shows it besides must not cost the task.
		}
	};
	return {
		ids: () => ids,
		found,
		submitting: (item) => context.logger.debug(`InstaSD: '${node}' submits a task ${where(item)}`),
		submitted: (submitted, item) => {
			if (submitted.kind === 'created') return found(submitted.task.id, item);
			if (submitted.kind === 'notCreated') return;
			context.logger.warn(
				`InstaSD: '${node}' sent a task ${where(item)} and did not get its id: ${submitted.why}`,
			);
		},
	};
}

/** Beside what nodes, rounds and calls before or beside this one have written. */
function addToCustomData({ customData }: IExecuteFunctions, taskId: string): void {
	const values = keys.map((key) => customData?.get(key) ?? '');
	if (values.some((value) => value.split(',').includes(taskId))) return;
	const place = values.findIndex((value) => value.length + taskId.length < longestValue);
	const key = keys[place];
	if (key === undefined) return;
	customData?.set(key, [values[place], taskId].filter(Boolean).join(','));
}
