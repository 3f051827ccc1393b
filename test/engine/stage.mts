import type { ICredentialDataDecryptedObject, IDataObject, INodeParameters } from 'n8n-workflow';
import { InstaSdApi } from '../../credentials/InstaSdApi.credentials';
import { InstaSd } from '../../nodes/InstaSd/InstaSd.node';
import { systemClock } from '../../nodes/InstaSd/wait/clock';
import {
	startEmulator,
	type Emulator,
	type EmulatorOptions,
} from '../../sandbox/emulator/server.mts';
import { createEngine, type Engine, type RunOptions } from './harness/engine.mts';
import type { Run } from './harness/run.mts';
import { readWorkflow, type WorkflowFile } from './harness/workflowFile.mts';

export const textToImage = readWorkflow('examples/text-to-image.json');
export const nodeName = 'InstaSD';

/** Ids of the inputs of "text to image". */
export const ids = {
	prompt: '7b7fae99f81ef925',
	width: 'b0c46c069a9e96c8',
	seed: '94c18e9e703d2087',
	image: '8428ca86f40f597d',
} as const;

export interface Stage {
	engine: Engine;
	emulator: Emulator;
	/** What a person would have entered for the first API. */
	credential: ICredentialDataDecryptedObject;
	/** Runs the example with some parameters of its node changed. */
	run(parameters?: INodeParameters, options?: StageOptions): Promise<Run>;
	close(): Promise<void>;
}

export interface StageOptions extends Omit<RunOptions, 'credentials' | 'parameters'> {
	credential?: ICredentialDataDecryptedObject;
	/** Settings of the node itself, such as `onError` and `retryOnFail`. */
	node?: Partial<WorkflowFile['nodes'][number]>;
}

/** The real engine with the real node, and the emulated service. */
export async function openStage(options: EmulatorOptions = {}): Promise<Stage> {
	const engine = await createEngine({
		nodeTypes: { 'n8n-nodes-instasd.instaSd': InstaSd },
		credentialTypes: { instaSdApi: InstaSdApi },
	});
	const emulator = await startEmulator({
		...options,
		behaviour: { imageSize: { width: 32, height: 32 }, ...options.behaviour },
	});
	const { apiUrl, token, requestExample } = emulator;
	const credential = { setup: 'manual', apiUrl, apiToken: token, requestExample };
	return {
		engine,
		emulator,
		credential,
		run: async (parameters = {}, { credential: other, node = {}, ...rest } = {}) =>
			await engine.run(workflowWith(node), {
				...rest,
				parameters: { [nodeName]: parameters },
				credentials: { 'instasd-text-to-image': other ?? credential },
			}),
		close: async () => {
			await Promise.all([engine.close(), emulator.close()]);
		},
	};
}

/** The example's workflow with some settings of its node changed. */
export function workflowWith(settings: Partial<WorkflowFile['nodes'][number]>): WorkflowFile {
	return {
		...textToImage,
		nodes: textToImage.nodes.map((node) =>
			node.name === nodeName ? { ...node, ...settings } : node,
		),
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
