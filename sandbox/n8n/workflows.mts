import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { RestError, type Session } from './session.mts';

const nodeSchema = z
	.object({
		name: z.string(),
		type: z.string(),
		parameters: z.record(z.unknown()).default({}),
		credentials: z
			.record(z.object({ id: z.string().nullish(), name: z.string().optional() }).passthrough())
			.optional(),
	})
	.passthrough();

/** A workflow file as n8n exports it. */
export const workflowSchema = z
	.object({
		id: z.string().optional(),
		name: z.string(),
		nodes: z.array(nodeSchema),
		connections: z.record(z.unknown()),
		settings: z.record(z.unknown()).default({}),
	})
	.passthrough();

export type Workflow = z.infer<typeof workflowSchema>;
export type WorkflowNode = z.infer<typeof nodeSchema>;

const savedSchema = workflowSchema.extend({ id: z.string(), versionId: z.string() });

export type SavedWorkflow = z.infer<typeof savedSchema>;

/** A workflow as it is in n8n now; undefined when it is gone. */
export async function readWorkflow(
	session: Session,
	id: string,
): Promise<SavedWorkflow | undefined> {
	try {
		return savedSchema.parse(await session.request('GET', `/rest/workflows/${id}`));
	} catch (error) {
		if (error instanceof RestError && (error.status === 403 || error.status === 404)) {
			return undefined;
		}
		throw error;
	}
}

/** Creates a workflow, under its own id if it has one. */
export async function createWorkflow(session: Session, workflow: Workflow): Promise<SavedWorkflow> {
	const { id, name, nodes, connections, settings } = workflow;
	const body = { id, name, nodes, connections, settings, active: false };
	return savedSchema.parse(await session.request('POST', '/rest/workflows', body));
}

/** Replaces what a workflow consists of. */
export async function updateWorkflow(
	session: Session,
	id: string,
	{ name, nodes, connections, settings }: Workflow,
): Promise<SavedWorkflow> {
	const body = { name, nodes, connections, settings };
	return savedSchema.parse(await session.request('PATCH', `/rest/workflows/${id}`, body));
}

const startedSchema = z.object({ executionId: z.string() });

/**
 * Runs a workflow as the editor's button does, from the trigger of this name.
 * @param destination where *Execute step* was clicked: only this node and those before it are run
 * @returns the execution's id, which `finishedExecution` waits for
 */
export async function runWorkflow(
	session: Session,
	id: string,
	trigger: string,
	destination?: string,
): Promise<string> {
	// n8n 2.0 takes the workflow from the request, later ones read their own.
	const workflowData = await session.request('GET', `/rest/workflows/${id}`);
	const started = await session.request('POST', `/rest/workflows/${id}/run`, {
		workflowData,
		triggerToStartFrom: { name: trigger },
		...(destination === undefined
			? {}
			: { destinationNode: { nodeName: destination, mode: 'inclusive' } }),
	});
	return startedSchema.parse(started).executionId;
}

/**
 * Activates (publishes) a workflow and waits until its triggers listen.
 * @throws Error when they cannot, or not in `timeoutSeconds`
 */
export async function activateWorkflow(
	session: Session,
	id: string,
	timeoutSeconds = 30,
): Promise<void> {
	const workflow = await readWorkflow(session, id);
	await session.request('POST', `/rest/workflows/${id}/activate`, {
		versionId: workflow?.versionId,
	});
	await publication(session, id, 'published', timeoutSeconds);
}

const publicationSchema = z.object({ status: z.string() }).passthrough();

async function publication(
	session: Session,
	id: string,
	wanted: 'published' | 'not_published',
	timeoutSeconds: number,
): Promise<void> {
	const until = Date.now() + timeoutSeconds * 1000;
	for (;;) {
		const status = await publicationStatus(session, id);
		if (status === undefined || status === wanted) return;
		if (status === 'failed' || status === 'partial' || Date.now() > until) {
			throw new Error(`Workflow ${id} should be '${wanted}' and is '${status}'`);
		}
		await sleep(100);
	}
}

async function publicationStatus(session: Session, id: string): Promise<string | undefined> {
	try {
		const reply = await session.request('GET', `/rest/workflows/${id}/publication-status`);
		return publicationSchema.parse(reply).status;
	} catch (error) {
		// n8n 2.0 has no such question: there it is done when the request has been answered.
		if (error instanceof RestError && error.status === 404) return undefined;
		throw error;
	}
}
