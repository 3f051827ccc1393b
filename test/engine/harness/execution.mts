import { ExecutionLifecycleHooks, WorkflowExecute, type BinaryDataService } from 'n8n-core';
import { createRunExecutionData, deepCopy, Workflow } from 'n8n-workflow';
import type {
	ExecutionError,
	IExecuteContextData,
	INodeExecutionData,
	INodeTypes,
	IPinData,
	IRun,
	IRunExecutionData,
	IWorkflowExecuteAdditionalData,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { ExecutionRecord } from './executionRecord.mts';
import { withLog, type LogEntry } from './logs.mts';
import { restoreFiles } from './restoreFiles.mts';
import { dataForRetry } from './retry.mts';
import { toRun, type Run } from './run.mts';
import { withParameters, type ParameterOverrides, type WorkflowFile } from './workflowFile.mts';

export interface ExecutionOptions {
	/** The trigger's output, instead of what is pinned to it in the workflow. */
	readonly items?: INodeExecutionData[];
	/** How the execution was started; 'manual' (from the editor) unless set. */
	readonly mode?: Exclude<WorkflowExecuteMode, 'retry'>;
	readonly parameters?: ParameterOverrides;
	/**
	 * "Retry" in the list of executions: with the original workflow if `workflow` is the failed run's
	 * own, else with `workflow` as the currently saved one.
	 */
	readonly retryOf?: Run;
	/** The workflow's timeout is over when this resolves, instead of after the seconds in its settings. */
	readonly timeout?: Promise<void>;
	/**
	 * Called with each line of the log as it is written, and with what the nodes keep in `getContext` at that moment;
	 * not in mode 'manual', where n8n makes that data itself.
	 */
	readonly onLog?: (entry: LogEntry, contextData: IExecuteContextData) => void;
}

/** An execution under way. */
export interface Execution {
	readonly executionId: string;
	/** Resolves when the last running node has returned, also after `stop`. */
	readonly finished: Promise<Run>;
	/** The editor's Stop button. */
	stop(): void;
}

export interface Surroundings {
	readonly executionId: string;
	readonly nodeTypes: INodeTypes;
	readonly additionalData: IWorkflowExecuteAdditionalData;
	readonly binaryData: BinaryDataService;
}

/** Runs a workflow as n8n's WorkflowRunner does (packages/cli/src/workflow-runner.ts). */
export function startExecution(
	file: WorkflowFile,
	options: ExecutionOptions,
	{ executionId, nodeTypes, additionalData, binaryData }: Surroundings,
): Execution {
	const workflowFile = withParameters(file, options.parameters);
	const mode = options.retryOf ? 'retry' : (options.mode ?? 'manual');
	const { id = 'workflow', name = 'Workflow', nodes, connections, settings } = workflowFile;
	const workflow = new Workflow({
		id,
		name,
		nodes,
		connections,
		settings,
		active: mode !== 'manual',
		nodeTypes,
	});
	const isOriginal = options.retryOf?.workflow === file && options.parameters === undefined;
	const initialData = options.retryOf
		? dataForRetry(options.retryOf, isOriginal ? undefined : workflow)
		: mode === 'manual'
			? undefined
			: triggeredData(workflow, inputOf(workflow, workflowFile, options));

	const log: LogEntry[] = [];
	const write = (entry: LogEntry) => {
		log.push(entry);
		options.onLog?.(entry, initialData?.executionData?.contextData ?? {});
	};
	const record = new ExecutionRecord(executionId, initialData);

	const now = new Date();
	const hooks = new ExecutionLifecycleHooks(
		mode,
		executionId,
		{
			id,
			name,
			nodes,
			connections,
			settings,
			active: false,
			isArchived: false,
			activeVersionId: null,
			createdAt: now,
			updatedAt: now,
		},
		options.retryOf?.executionId,
	);
	// n8n saves an execution here: when it ended, or at once when it is cancelled.
	hooks.addHandler('workflowExecuteAfter', async (ended) => {
		const moved = restoreFiles(ended, executionId, binaryData);
		record.save(ended);
		await moved;
	});

	const timeoutMs = (settings?.executionTimeout ?? 0) * 1000;
	const ofExecution: IWorkflowExecuteAdditionalData = {
		...additionalData,
		hooks,
		executionId,
		workflowId: id,
		workflowSettings: settings,
		executionTimeoutTimestamp: timeoutMs > 0 ? Date.now() + timeoutMs : undefined,
	};
	const engine = new WorkflowExecute(ofExecution, mode, initialData);
	let isStopped = false;
	let cancel = () => {};
	const execute = async (): Promise<IRun> => {
		try {
			const execution = initialData
				? engine.processRunExecutionData(workflow)
				: engine.run({ workflow, pinData: inputOf(workflow, workflowFile, options) });
			cancel = () => execution.cancel();
			const timer = timeoutMs > 0 ? setTimeout(cancel, timeoutMs) : undefined;
			void options.timeout?.then(() => {
				ofExecution.executionTimeoutTimestamp = Date.now();
				cancel();
			});
			return await execution.finally(() => clearTimeout(timer));
		} catch (error) {
			const failed = failedBeforeStart(mode, error as ExecutionError);
			await hooks.runHook('workflowExecuteAfter', [failed]);
			return failed;
		}
	};

	return {
		executionId,
		stop: () => {
			isStopped ||= record.status === 'running';
			cancel();
		},
		finished: withLog(write, execute).then((result) => {
			if (isStopped) record.overwriteByStop();
			return toRun(result, { executionId, workflow: workflowFile, record, log });
		}),
	};
}

function inputOf(
	workflow: Workflow,
	{ pinData = {} }: WorkflowFile,
	{ items }: ExecutionOptions,
): IPinData {
	const trigger = workflow.getStartNode();
	return items && trigger ? { ...pinData, [trigger.name]: deepCopy(items) } : pinData;
}

/** Outside the editor the trigger's output is where the execution starts, and nothing is pinned. */
function triggeredData(workflow: Workflow, input: IPinData): IRunExecutionData {
	const trigger = workflow.getStartNode();
	if (!trigger) throw new Error('The workflow has no trigger');
	const items = input[trigger.name] ?? [{ json: {} }];
	return createRunExecutionData({
		executionData: {
			nodeExecutionStack: [{ node: trigger, data: { main: [items] }, source: null }],
		},
	});
}

/** The run n8n shows when the workflow has issues that keep it from starting. */
function failedBeforeStart(mode: WorkflowExecuteMode, error: ExecutionError): IRun {
	const now = new Date();
	return {
		data: createRunExecutionData({ resultData: { error } }),
		mode,
		status: 'error',
		startedAt: now,
		stoppedAt: now,
		storedAt: 'db',
	};
}
