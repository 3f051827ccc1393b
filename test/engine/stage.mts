import type { ICredentialDataDecryptedObject, IDataObject, INodeParameters } from 'n8n-workflow';
import { InstaSdApi } from '../../credentials/InstaSdApi.credentials.ts';
import { InstaSd } from '../../nodes/InstaSd/InstaSd.node.ts';
import { systemClock } from '../../nodes/InstaSd/api/clock.ts';
import {
	startEmulator,
	type Emulator,
	type EmulatorOptions,
} from '../../sandbox/emulator/server.mts';
import {
	createEngine,
	type Engine,
	type EngineOptions,
	type RunOptions,
} from './harness/engine.mts';
import type { Execution } from './harness/execution.mts';
import type { Run } from './harness/run.mts';
import { withParameters, type WorkflowFile } from './harness/workflowFile.mts';
import { ids, nodeName, workflowWith, type NodeSettings } from './workflows.mts';

export { ids, nodeName, textToImage, workflowWith } from './workflows.mts';

/** Parameters of a node that takes the prompt from each item. */
export const promptOfItem: INodeParameters = {
	inputs: { value: { [ids.prompt]: '={{ $json.prompt }}' } },
};

export interface Stage {
	engine: Engine;
	emulator: Emulator;
	/** What a person would have entered for the first API. */
	credential: ICredentialDataDecryptedObject;
	/** Runs the example, or another workflow, with some parameters of its node changed. */
	run(parameters?: INodeParameters, options?: StageOptions): Promise<Run>;
	/** The same, for a run that is to be stopped. */
	start(parameters?: INodeParameters, options?: StageOptions): Execution;
	/** "Retry" in the list of executions; with changed parameters, "with currently saved workflow". */
	retry(run: Run, parameters?: INodeParameters): Promise<Run>;
	/** Submits a task for each prompt, one after the other: what Run Task says of them. */
	submit(...prompts: string[]): Promise<IDataObject[]>;
	close(): Promise<void>;
}

export interface StageOptions extends Omit<RunOptions, 'credentials' | 'parameters'> {
	credential?: ICredentialDataDecryptedObject;
	/** Settings of the node itself, such as `onError` and `retryOnFail`. */
	node?: NodeSettings;
	/** A workflow of one's own instead of the example. */
	workflow?: WorkflowFile;
}

/** The real engine with the real node, and the emulated service. */
export async function openStage(
	options: EmulatorOptions = {},
	n8n: Pick<EngineOptions, 'publicUrl' | 'binaryMode' | 'settings'> = {},
): Promise<Stage> {
	const engine = await createEngine({
		...n8n,
		nodeTypes: { 'n8n-nodes-instasd.instaSd': InstaSd },
		credentialTypes: { instaSdApi: InstaSdApi },
	});
	const { behaviour = {} } = options;
	const small = { imageSize: { width: 32, height: 32 } };
	const emulator = await startEmulator({
		...options,
		behaviour:
			typeof behaviour === 'function'
				? (task) => ({ ...small, ...behaviour(task) })
				: { ...small, ...behaviour },
	});
	const { apiUrl, token, requestExample } = emulator;
	const credential = { setup: 'manual', apiUrl, apiToken: token, requestExample };

	const start: Stage['start'] = (parameters = {}, stageOptions = {}) => {
		const { credential: other, node = {}, workflow, ...rest } = stageOptions;
		return engine.start(workflow ?? workflowWith(node), {
			...rest,
			...(workflow === undefined ? { parameters: { [nodeName]: parameters } } : {}),
			credentials: { 'instasd-text-to-image': other ?? credential },
		});
	};
	const run: Stage['run'] = async (...given) => await start(...given).finished;
	return {
		engine,
		emulator,
		credential,
		start,
		run,
		retry: async (failed, parameters) =>
			await engine.run(
				parameters === undefined
					? failed.workflow
					: withParameters(failed.workflow, { [nodeName]: parameters }),
				{ retryOf: failed, credentials: { 'instasd-text-to-image': credential } },
			),
		submit: async (...prompts) => {
			const submitted = await run(
				{ ...promptOfItem, operation: 'runTask', options: { tasksAtOnce: 1 } },
				{ items: itemsOf(...prompts.map((prompt) => ({ prompt }))) },
			);
			return submitted.output(nodeName).map(({ json }) => json);
		},
		close: async () => {
			await Promise.all([engine.close(), emulator.close()]);
		},
	};
}

/** Lets the node's time pass so many times faster than the clock on the wall, until the returned function is called. */
export function accelerateTime(factor: number): () => void {
	const { now, sleep } = systemClock;
	const start = now();
	systemClock.now = () => start + (now() - start) * factor;
	systemClock.sleep = async (ms, signal) => await sleep(ms / factor, signal);
	return () => Object.assign(systemClock, { now, sleep });
}

/** Items with the given json. */
export function itemsOf(...jsons: IDataObject[]) {
	return jsons.map((json) => ({ json }));
}
