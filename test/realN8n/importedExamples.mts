import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
	importCredentials,
	importExamples,
	isInstaSd,
	type SavedCredential,
} from '../../sandbox/n8n/examples.mts';
import { REPOSITORY } from '../../sandbox/n8n/folders.mts';
import { emulatorCredentials } from '../../sandbox/n8n/service.mts';
import {
	activateWorkflow,
	createWorkflow,
	workflowSchema,
	type SavedWorkflow,
	type WorkflowNode,
} from '../../sandbox/n8n/workflows.mts';
import type { Stage } from './stage.mts';

/** Where the workflows to import are. */
const examplesFolder = path.join(REPOSITORY, 'examples');

/** The files of the workflows to import. */
export function exampleFiles(): string[] {
	const names = readdirSync(examplesFolder).filter((name) => name.endsWith('.json'));
	return names.sort().map((name) => path.join(examplesFolder, name));
}

/** Imports all examples into a stage's n8n, with the credentials that `npm start` would give them. */
export async function importedExamples({
	session,
	emulator,
}: Stage): Promise<Map<string, SavedWorkflow>> {
	const record = { credentials: {}, workflows: {} };
	const given = emulatorCredentials(emulator.apis);
	const credentials = await importCredentials(session, given, record);
	return await importExamples(session, examplesFolder, credentials, record);
}

/**
 * Imports one example as its notes say: the credential is chosen in each InstaSD node, *paid once* is imported, published and
 * chosen where it is called, and nothing else is done.
 * @param change makes a node differ as a test needs it
 */
export async function importExample(
	stage: Stage,
	name: string,
	credential: SavedCredential,
	change: (node: WorkflowNode) => WorkflowNode = (node) => node,
): Promise<SavedWorkflow> {
	const file = path.join(examplesFolder, `${name}.json`);
	const example = workflowSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
	const calls = example.nodes.some(({ type }) => type === executeWorkflow);
	const paidOnce = calls ? await importExample(stage, 'paid-once', credential) : undefined;
	if (paidOnce !== undefined) await activateWorkflow(stage.session, paidOnce.id);
	const nodes = example.nodes
		.map((node) => (isInstaSd(node) ? { ...node, credentials: { instaSdApi: credential } } : node))
		.map((node) => (node.type === executeWorkflow ? choosing(node, paidOnce?.id) : node))
		.map(change);
	return await createWorkflow(stage.session, { ...example, id: undefined, nodes });
}

const executeWorkflow = 'n8n-nodes-base.executeWorkflow';

function choosing(node: WorkflowNode, value: string | undefined): WorkflowNode {
	const workflowId = { __rl: true, mode: 'list', value };
	return { ...node, parameters: { ...node.parameters, workflowId } };
}
