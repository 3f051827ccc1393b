import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmulator, type Emulator } from '../../sandbox/emulator/server.mts';
import { saveCredential } from '../../sandbox/n8n/credentials.mts';
import { finishedExecution, type Execution } from '../../sandbox/n8n/executions.mts';
import { NODE_TYPE } from '../../sandbox/n8n/examples.mts';
import { installN8n } from '../../sandbox/n8n/install.mts';
import { placeNodePackage } from '../../sandbox/n8n/nodePackage.mts';
import { startN8n } from '../../sandbox/n8n/server.mts';
import { signIn, type Session } from '../../sandbox/n8n/session.mts';
import { createWorkflow, runWorkflow, type WorkflowNode } from '../../sandbox/n8n/workflows.mts';

/** A real n8n with the built node in it, beside an emulated service. */
export interface RealN8n {
	session: Session;
	emulator: Emulator;
	/** The id of the credential for the emulator's first API. */
	credentialId: string;
	/** Runs nodes in a row behind a manual trigger, or joined as `connections` says. */
	run(nodes: WorkflowNode[], connections?: Record<string, unknown>): Promise<Execution>;
	close(): Promise<void>;
}

const trigger = { name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1 };

/** Starts both, with nothing in them. */
export async function openRealN8n(): Promise<RealN8n> {
	const userFolder = await mkdtemp(path.join(tmpdir(), 'instasd-bench-'));
	await placeNodePackage(userFolder);
	const emulator = await startEmulator({ behaviour: { imageSize: { width: 64, height: 64 } } });
	const server = await startN8n({ installation: await installN8n(), userFolder });
	const session = await signIn(server.url);
	const { apiUrl, token, requestExample } = emulator;
	const credentialId = await saveCredential(session, {
		name: 'Bench',
		type: 'instaSdApi',
		data: { setup: 'manual', apiUrl, apiToken: token, requestExample },
	});
	return {
		session,
		emulator,
		credentialId,
		run: async (nodes, connections = inARow([trigger, ...nodes])) => {
			const workflow = await createWorkflow(session, {
				name: 'Bench',
				nodes: [{ ...trigger, parameters: {} }, ...nodes].map((node, index) => ({
					id: `node-${index}`,
					position: [index * 200, 0],
					...node,
				})),
				connections,
				settings: { executionOrder: 'v1' },
			});
			const id = await runWorkflow(session, workflow.id, trigger.name);
			return await finishedExecution(session, id, { timeoutSeconds: 300 });
		},
		close: async () => {
			await server.stop();
			await emulator.close();
			await rm(userFolder, { recursive: true, force: true });
		},
	};
}

/** The InstaSD node. */
export function instaSd(n8n: RealN8n, parameters: Record<string, unknown>): WorkflowNode {
	return {
		name: 'InstaSD',
		type: NODE_TYPE,
		typeVersion: 1,
		parameters,
		credentials: { instaSdApi: { id: n8n.credentialId, name: 'Bench' } },
	};
}

/** Connections that join each node to the next. */
export function inARow(nodes: Array<{ name: string }>): Record<string, unknown> {
	return Object.fromEntries(
		nodes.slice(0, -1).map(({ name }, index) => [name, leadsTo(nodes[index + 1]?.name ?? '')]),
	);
}

/** The connection of a node's outputs, each to the input of one other. */
export function leadsTo(...names: string[]) {
	return { main: names.map((node) => (node === '' ? [] : [{ node, type: 'main', index: 0 }])) };
}
