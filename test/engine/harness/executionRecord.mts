import {
	createEmptyRunExecutionData,
	ManualExecutionCancelledError,
	migrateRunExecutionData,
} from 'n8n-workflow';
import type { ExecutionStatus, IRun, IRunExecutionData } from 'n8n-workflow';
import { parseFlatted, stringifyFlatted } from './n8nModules.mts';

/** What n8n's database holds of one execution. */
export class ExecutionRecord {
	/** The run data, in the database's text form; a manual execution has none before it ends. */
	data: string | undefined;

	status: ExecutionStatus = 'running';

	customData: Readonly<Record<string, string>> = {};

	private readonly dataAtStart: string | undefined;

	constructor(
		private readonly executionId: string,
		initialData: IRunExecutionData | undefined,
	) {
		this.dataAtStart = initialData && stringifyFlatted(initialData);
		this.data = this.dataAtStart;
	}

	save({ data, status }: IRun): void {
		this.status = status;
		this.data = stringifyFlatted(data);
		this.customData = { ...data.resultData.metadata };
	}

	/**
	 * Stop writes over the run data with what it had read before, that of the start, but not over the
	 * custom data (packages/cli/src/executions/execution.service.ts, `stopDuringRun`).
	 */
	overwriteByStop(): void {
		const data = this.dataAtStart ? readRunData(this.dataAtStart) : createEmptyRunExecutionData();
		data.resultData.error = new ManualExecutionCancelledError(this.executionId);
		this.data = stringifyFlatted(data);
	}
}

export function readRunData(text: string): IRunExecutionData {
	return migrateRunExecutionData(parseFlatted(text));
}
