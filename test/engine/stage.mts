import type { ICredentialDataDecryptedObject, IDataObject, INodeParameters } from 'n8n-workflow';
import { InstaSdApi } from '../../credentials/InstaSdApi.credentials.ts';
import { InstaSd } from '../../nodes/InstaSd/InstaSd.node.ts';
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
import type { NodeTime } from './nodeTime.mts';
import { ended } from './until.mts';
import { ids, nodeName, workflowWith, type NodeSettings } from './workflows.mts';

export { until } from './until.mts';
export { ids, nodeName, textToImage, workflowWith } from './workflows.mts';

/** Parameters of a node that takes the prompt from each item. */
export const promptOfItem: INodeParameters = {
	inputs: { value: { [ids.prompt]: '={{ $json.prompt }}' } },
};

/** The example's node tells all it knows, unless a test asks for less; of other nodes, users read what is useful. */
const raw = { simplify: false };

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
	/** The ids of the tasks that the service has taken, and charged. */
	created(): string[];
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

export interface OpenOptions extends EmulatorOptions {
	/** The time that the node keeps; the service keeps it too, unless it has a `now` of its own. */
	time?: NodeTime;
}

/** The real engine with the real node, unless it is given a built one, and the emulated service. */
export async function openStage(
	{ time, ...options }: OpenOptions = {},
	n8n: Partial<EngineOptions> = {},
): Promise<Stage> {
	const engine = await createEngine({
		credentialTypes: { instaSdApi: InstaSdApi },
		...n8n,
		nodeTypes: { 'n8n-nodes-instasd.instaSd': InstaSd, ...n8n.nodeTypes },
	});
	const { behaviour = {} } = options;
	const small = { imageSize: { width: 32, height: 32 } };
	const started = await startEmulator({
		...(time === undefined ? {} : { now: time.now, sleep: time.sleep }),
		...options,
		behaviour:
			typeof behaviour === 'function'
				? (task) => ({ ...small, ...behaviour(task) })
				: { ...small, ...behaviour },
	});
	time?.watch(started);
	const emulator: Emulator = {
		...started,
		reset: () => {
			started.reset();
			time?.beginAnew();
		},
	};
	const { apiUrl, token, requestExample } = emulator;
	const credential = { setup: 'manual', apiUrl, apiToken: token, requestExample };

	const start: Stage['start'] = (parameters = {}, stageOptions = {}) => {
		const { credential: other, node = {}, workflow, ...rest } = stageOptions;
		return engine.start(workflow ?? workflowWith(node), {
			...rest,
			...(workflow === undefined ? { parameters: { [nodeName]: { ...raw, ...parameters } } } : {}),
			credentials: { 'instasd-text-to-image': other ?? credential },
		});
	};
	const run: Stage['run'] = async (...given) =>
		await ended('a run of the workflow', start(...given).finished);
	return {
		engine,
		emulator,
		credential,
		start,
		run,
		retry: async (failed, parameters) =>
			await ended(
				'a retry of the run',
				engine.run(
					parameters === undefined
						? failed.workflow
						: withParameters(failed.workflow, { [nodeName]: parameters }),
					{ retryOf: failed, credentials: { 'instasd-text-to-image': credential } },
				),
			),
		created: () => emulator.statistics().perTask.map(({ id }) => id),
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

/** Items with the given json. */
export function itemsOf(...jsons: IDataObject[]) {
	return jsons.map((json) => ({ json }));
}

/** The hint above the output of a node's first run, as a person reads it: n8n renders HTML. */
export function hintOf(run: Run): string | undefined {
	const [hint] = run.nodes[nodeName]?.[0]?.hints ?? [];
	return hint?.message.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
}
