import { rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { ownApis } from '../../../sandbox/emulator/apis.mts';
import {
	downloadBinary,
	finishedExecution,
	type Execution,
	type Item,
} from '../../../sandbox/n8n/executions.mts';
import { SANDBOX_FOLDER, temporaryFolder } from '../../../sandbox/n8n/folders.mts';
import {
	createWorkflow,
	runWorkflow,
	workflowSchema,
	type SavedWorkflow,
	type WorkflowNode,
} from '../../../sandbox/n8n/workflows.mts';
import { promptOnly } from '../../realN8n/apis.mts';
import { exampleFiles, importedExamples } from '../../realN8n/importedExamples.mts';
import { isPng } from '../../realN8n/servedFiles.mts';
import { openStage, type Stage } from '../../realN8n/stage.mts';

/** The names of all files in `examples/`, without `.json`. */
export const exampleNames = exampleFiles().map((file) => path.basename(file, '.json'));

/** A stage into which all examples were imported, as `npm start` does it. */
export interface ExampleStage extends Stage {
	/** An imported example. */
	example(name: string): SavedWorkflow;
	/** A folder that its n8n may read and write. */
	folder: string;
}

/** Opens a stage with the emulator's own APIs and all examples in it. */
export async function openExampleStage(): Promise<ExampleStage> {
	const folder = await temporaryFolder(path.join(SANDBOX_FOLDER, 'examples-folder'));
	const env = { N8N_RESTRICT_FILE_ACCESS_TO: folder };
	const stage = await openStage([...ownApis, promptOnly], {}, { env });
	const { close } = stage;
	try {
		const examples = await importedExamples(stage);
		return Object.assign(stage, {
			folder,
			close: async () => {
				await close();
				await rm(folder, { recursive: true, force: true });
			},
			example: (name: string) => {
				const workflow = examples.get(name);
				if (workflow === undefined) throw new Error(`examples/${name}.json was not imported`);
				return workflow;
			},
		});
	} catch (error) {
		await stage.close();
		throw error;
	}
}

export const manualTrigger = 'When clicking Execute workflow';

interface Played {
	trigger?: string;
	parked?: boolean;
	step?: string;
}

/** Runs a workflow from one of its triggers to its end, until it is parked, or as *Execute step* of a node does. */
export async function play(
	{ session }: Stage,
	{ id }: Pick<SavedWorkflow, 'id'>,
	{ trigger = manualTrigger, parked = false, step }: Played = {},
): Promise<Execution> {
	const execution = await runWorkflow(session, id, trigger, step);
	return await finishedExecution(session, execution, { timeoutSeconds: 240, parked });
}

/** Saves a copy of an example that differs as a test needs it. */
export async function changedCopy(
	{ session }: Stage,
	workflow: SavedWorkflow,
	change: (node: WorkflowNode) => WorkflowNode,
): Promise<SavedWorkflow> {
	const { name, connections, settings } = workflow;
	const nodes = workflow.nodes.map(change);
	return await createWorkflow(
		session,
		workflowSchema.parse({ name, nodes, connections, settings }),
	);
}

/** The json of all items that a node gave, over all its runs, or those of one output. */
export function jsonOf({ result }: Execution, node: string, output?: number): Array<Item['json']> {
	return (result.runData[node] ?? [])
		.flatMap(({ data }) => (output === undefined ? (data?.main ?? []) : [data?.main?.[output]]))
		.flatMap((items) => items ?? [])
		.map(({ json }) => json);
}

/** The prompts of the tasks whose files are in the first output of all runs of a node, by what names the row. */
export async function picturedPrompts(
	{ session, emulator }: Stage,
	execution: Execution,
	node: string,
	rowOf: (json: Item['json']) => unknown,
): Promise<Record<string, unknown>> {
	const pictured: Record<string, unknown> = {};
	const runs = execution.result.runData[node] ?? [];
	for (const { json, binary } of runs.flatMap(({ data }) => data?.main?.[0] ?? [])) {
		const file = binary?.data;
		if (file === undefined) throw new Error(`'${node}' gave an item without a file`);
		expect(isPng(await downloadBinary(session, file))).toBe(true);
		pictured[String(rowOf(json))] = promptOf(emulator.task(String(json.task_id))?.inputs);
	}
	return pictured;
}

/** What the prompt of a task was. */
export function promptOf(inputs: ReturnType<Stage['sent']>[number] | undefined): unknown {
	return Object.values(inputs ?? {}).find(({ title }) => title?.endsWith('Prompt'))?.value;
}

/** A node in whose parameters a piece of JSON is replaced; an error when the piece is not there. */
export function withParameters(node: WorkflowNode, piece: string, other: string): WorkflowNode {
	const text = JSON.stringify(node.parameters);
	if (!text.includes(piece)) throw new Error(`'${node.name}' has no ${piece} in its parameters`);
	return { ...node, parameters: parametersSchema.parse(JSON.parse(text.replaceAll(piece, other))) };
}

const parametersSchema = z.record(z.unknown());
