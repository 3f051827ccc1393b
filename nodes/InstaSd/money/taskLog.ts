import type { IExecuteFunctions } from 'n8n-workflow';

import type { CallResult } from '../api/retryRules';

/** n8n keeps ten keys of custom data for all nodes of an execution, and complains of values over 255 characters. */
const keys = ['instasd_tasks', 'instasd_tasks_2', 'instasd_tasks_3'];
const longestValue = 255;

/**
 * Where task ids are written so that they survive a run that is stopped or killed: the server's log and, as far as its
 * limits allow, the execution's custom data.
 */
export class TaskLog {
	/** The item of every task of this run so far, by the task's id. */
	readonly items = new Map<string, number>();

	private readonly node: string;
	private readonly run: string;

	constructor(private readonly context: IExecuteFunctions) {
		const execution: string | undefined = context.getExecutionId();
		this.node = `InstaSD: '${context.getNode().name}'`;
		// A call by the MCP Server Trigger has no execution, one by n8n's Agents no workflow either.
		const workflow = context.getWorkflow().id;
		const elsewhere = workflow ? `workflow ${workflow}` : 'outside a workflow';
		this.run = execution === undefined ? elsewhere : `execution ${execution}`;
	}

	sending(item: number): void {
		this.context.logger.debug(`${this.node} submits a task for item ${item} (${this.run})`);
	}

	sent(result: CallResult, item: number): void {
		if (result.kind === 'task') this.found(result.task.id, item);
		else if (result.kind === 'unsure') {
			this.context.logger.warn(
				`${this.node} sent a task for item ${item} (${this.run}) and did not get its id: ${result.why}`,
			);
		}
	}

	found(taskId: string, item: number): void {
		if (this.items.has(taskId)) return;
		this.items.set(taskId, item);
		this.context.logger.info(`${this.node} has task ${taskId} for item ${item} (${this.run})`);
		try {
			this.addToCustomData(taskId);
		} catch {
			// The log has the id already; failing to show it elsewhere must not cost the task.
		}
	}

	/** Beside what nodes, rounds and calls before or beside this one have written. */
	private addToCustomData(taskId: string): void {
		const { customData } = this.context;
		const values = keys.map((key) => customData?.get(key) ?? '');
		if (values.some((value) => value.split(',').includes(taskId))) return;
		const free = values.findIndex((value) => value.length + taskId.length < longestValue);
		const key = keys[free];
		if (key !== undefined) customData?.set(key, [values[free], taskId].filter(Boolean).join(','));
	}
}
