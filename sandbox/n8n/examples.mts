import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { withForms } from './exampleForm.mts';
import { hashOf, type SandboxRecord } from './home.mts';
import { saveCredential, type Credential, type Session } from './session.mts';
import {
	createWorkflow,
	readWorkflow,
	updateWorkflow,
	workflowSchema,
	type SavedWorkflow,
	type Workflow,
	type WorkflowNode,
} from './workflows.mts';

/** The node's type in a real n8n. */
export const NODE_TYPE = 'n8n-nodes-instasd.instaSd';

/** Whether a node is ours, as a step of a workflow or as the tool of an agent. */
export function isInstaSd({ type }: Pick<WorkflowNode, 'type'>): boolean {
	return type === NODE_TYPE || type === `${NODE_TYPE}Tool`;
}

export type SavedCredential = { id: string; name: string };

/** Puts credentials into n8n, or brings those made earlier up to date. */
export async function importCredentials(
	session: Session,
	credentials: Credential[],
	record: SandboxRecord,
): Promise<SavedCredential[]> {
	const saved: SavedCredential[] = [];
	for (const credential of credentials) {
		const { name } = credential;
		const hash = hashOf(credential);
		const known = record.credentials[name];
		const id =
			known?.hash === hash ? known.id : await saveCredential(session, credential, known?.id);
		record.credentials[name] = { id, hash };
		saved.push({ id, name });
	}
	return saved;
}

/**
 * Puts every workflow file of a folder into n8n. One that the user has changed in the editor stays as
 * it is.
 * @param credentials an InstaSD node gets the one it names, or else the first
 * @param withForm the workflow whose nodes show their API's fields, by its file's name without `.json`
 * @returns the workflows in n8n, by the files' names without `.json`
 */
export async function importExamples(
	session: Session,
	folder: string,
	credentials: SavedCredential[],
	record: SandboxRecord,
	withForm?: string,
): Promise<Map<string, SavedWorkflow>> {
	const imported = new Map<string, SavedWorkflow>();
	for (const file of await workflowFiles(folder)) {
		const text = await readFile(path.join(folder, file), 'utf8');
		const name = path.basename(file, '.json');
		const plain = withCredentials(workflowSchema.parse(JSON.parse(text)), credentials);
		const workflow = name === withForm ? await withForms(session, plain) : plain;
		imported.set(name, await importWorkflow(session, file, workflow, record));
	}
	return imported;
}

async function workflowFiles(folder: string): Promise<string[]> {
	const names = await readdir(folder).catch(() => []);
	return names.filter((name) => name.endsWith('.json')).sort();
}

async function importWorkflow(
	session: Session,
	file: string,
	workflow: Workflow,
	record: SandboxRecord,
): Promise<SavedWorkflow> {
	const hash = hashOf(workflow);
	const known = record.workflows[file];
	const present = known && (await readWorkflow(session, known.id));
	if (present && (known.hash === hash || known.versionId !== present.versionId)) return present;
	const saved = present
		? await updateWorkflow(session, present.id, workflow)
		: await createWorkflow(session, workflow);
	record.workflows[file] = { id: saved.id, hash, versionId: saved.versionId };
	return saved;
}

function withCredentials(workflow: Workflow, credentials: SavedCredential[]): Workflow {
	const named = (wanted?: string) => credentials.find(({ name }) => name === wanted);
	const nodes = workflow.nodes.map((node): WorkflowNode => {
		const { httpBasicAuth, instaSdApi } = node.credentials ?? {};
		const login = named(httpBasicAuth?.name);
		const api = isInstaSd(node) ? (named(instaSdApi?.name) ?? credentials[0]) : undefined;
		if (login !== undefined) return { ...node, credentials: { httpBasicAuth: login } };
		return api === undefined ? node : { ...node, credentials: { instaSdApi: api } };
	});
	return { ...workflow, nodes };
}
