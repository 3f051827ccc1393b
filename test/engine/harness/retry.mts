import { createEmptyRunExecutionData, UserError, WorkflowOperationError } from 'n8n-workflow';
import type { IRunExecutionData, Workflow } from 'n8n-workflow';
import { readRunData } from './executionRecord.mts';
import type { Run } from './run.mts';

/**
 * The data with which n8n's "Retry" resumes an execution, as ExecutionService.retry makes it
 * (packages/cli/src/executions/execution.service.ts): read back from the database, without the last
 * node's failed run. With `saved`, "with currently saved workflow": the nodes still to run are
 * taken from it.
 */
export function dataForRetry(failed: Run, saved?: Workflow): IRunExecutionData {
	if (failed.status === 'success') {
		throw new UserError('The execution succeeded, so it cannot be retried.');
	}
	const data = failed.stored ? readRunData(failed.stored) : createEmptyRunExecutionData();
	if (!data.executionData) {
		throw new UserError('The execution was aborted before starting, so it cannot be retried');
	}

	const { lastNodeExecuted, runData } = data.resultData;
	if (lastNodeExecuted !== undefined) {
		delete data.resultData.error;
		const runs = runData[lastNodeExecuted];
		if (runs?.at(-1)?.error !== undefined) runs.pop();
	}

	if (saved) {
		for (const entry of data.executionData.nodeExecutionStack) {
			const node = saved.getNode(entry.node.name);
			if (!node) {
				throw new WorkflowOperationError(
					`Could not find the node "${entry.node.name}" in workflow. It probably got deleted or renamed. Without it the workflow can sadly not be retried.`,
				);
			}
			entry.node = node;
		}
	}
	return data;
}
