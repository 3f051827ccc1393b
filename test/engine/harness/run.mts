import type {
	ExecutionError,
	ExecutionStatus,
	IExecuteContextData,
	INodeExecutionData,
	IRun,
	IRunExecutionData,
	NodeExecutionHint,
} from 'n8n-workflow';
import type { ExecutionRecord } from './executionRecord.mts';
import type { LogEntry } from './logs.mts';
import type { WorkflowFile } from './workflowFile.mts';

/** One execution of one node. */
export interface NodeRun {
	readonly status: ExecutionStatus | undefined;
	/** The items of each output. */
	readonly main: INodeExecutionData[][];
	readonly error: ExecutionError | undefined;
	readonly hints: readonly NodeExecutionHint[];
}

/** What an execution left behind. */
export interface Run {
	readonly executionId: string;
	readonly workflow: WorkflowFile;
	/** As n8n shows it: 'canceled' from the moment of Stop, whatever the node does then. */
	readonly status: ExecutionStatus;
	/** The error that ended the execution. */
	readonly error: ExecutionError | undefined;
	/** The runs of each node, by node name; a node that was not reached is absent. */
	readonly nodes: Readonly<Record<string, readonly NodeRun[]>>;
	/** The items a node put out; of its last run, unless `runIndex` says which. */
	output(nodeName: string, outputIndex?: number, runIndex?: number): INodeExecutionData[];
	/** The execution's custom data as n8n saves it. */
	readonly customData: Readonly<Record<string, string>>;
	/** What nodes keep in `getContext`, under `node:<name>`, when the execution ended. */
	readonly contextData: IExecuteContextData;
	/** What the node logged. */
	readonly logs: readonly LogEntry[];
	/** All of the server's log, n8n's own lines included. */
	readonly serverLog: readonly LogEntry[];
	readonly data: IRunExecutionData;
	/** The execution's data in n8n's database: what "Retry" starts from. */
	readonly stored: string | undefined;
}

export interface Leftovers {
	readonly executionId: string;
	readonly workflow: WorkflowFile;
	readonly record: ExecutionRecord;
	readonly log: readonly LogEntry[];
}

export function toRun({ data }: IRun, leftovers: Leftovers): Run {
	const { log, record, ...rest } = leftovers;
	const nodes = nodeRuns(data);
	return {
		...rest,
		data,
		nodes,
		status: record.status,
		stored: record.data,
		customData: record.customData,
		error: data.resultData.error,
		contextData: data.executionData?.contextData ?? {},
		logs: log.filter(({ from }) => from === 'node'),
		serverLog: log,
		output: (nodeName, outputIndex = 0, runIndex = -1) =>
			nodes[nodeName]?.at(runIndex)?.main[outputIndex] ?? [],
	};
}

function nodeRuns({ resultData }: IRunExecutionData): Record<string, NodeRun[]> {
	return Object.fromEntries(
		Object.entries(resultData.runData).map(([name, tasks]) => [
			name,
			tasks.map(({ executionStatus, data, error, hints }) => ({
				status: executionStatus,
				main: (data?.main ?? []).map((items) => items ?? []),
				error,
				hints: hints ?? [],
			})),
		]),
	);
}
