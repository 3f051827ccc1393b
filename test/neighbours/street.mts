import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { textToImage } from '../../sandbox/emulator/apis.mts';
import { startEmulator } from '../../sandbox/emulator/server.mts';
import { filesOf, finishedExecution, outputItems } from '../../sandbox/n8n/executions.mts';
import { temporaryFolder } from '../../sandbox/n8n/folders.mts';
import { installN8n } from '../../sandbox/n8n/install.mts';
import { startN8n } from '../../sandbox/n8n/server.mts';
import { signIn } from '../../sandbox/n8n/session.mts';
import { runWorkflow } from '../../sandbox/n8n/workflows.mts';
import { manually, saveNodes } from '../realN8n/nodes.mts';
import { outsideJest, quick, stageOf, type Stage } from '../realN8n/stage.mts';
import { pictureNode } from '../realN8n/webhookWorkflows.mts';
import type { Nodes } from './installer.mts';
import { neighbours, typeOf, writeNeighbour, writeOwn } from './packages.mts';

/** A user folder of n8n, and packages to put into it, each in its own folder by name. */
export interface Street extends Nodes {
	/** The folder of a package to install. */
	source(name: string): string;
	/** Starts an n8n in it, in which these packages' nodes are run in a row. */
	run(names: string[]): Promise<Seen>;
	close(): Promise<void>;
}

/** What became of a run. */
export interface Seen {
	status: string;
	/** Files that our node has made. */
	pictures: number;
	/** Tasks that were paid for. */
	charged: number;
	/** The versions of the libraries that the neighbours' nodes get, by the names of their packages. */
	told: Record<string, unknown>;
}

export const own = 'n8n-nodes-instasd';

/** Outside the repository, whose own modules would be found from within. */
export async function openStreet(): Promise<Street> {
	const root = await temporaryFolder(path.join(tmpdir(), 'instasd-neighbours'));
	const folder = path.join(root, 'home/.n8n/nodes');
	const source = (name: string) => path.join(root, 'sources', name);
	await mkdir(folder, { recursive: true });
	await writeOwn(source(own));
	for (const neighbour of neighbours) await writeNeighbour(source(neighbour.name), neighbour);
	const emulator = await startEmulator({ behaviour: quick, apis: [textToImage] });
	const installation = await installN8n();
	const close = async (): Promise<void> => {
		await emulator.close();
		await rm(root, { recursive: true, force: true });
	};
	return {
		folder,
		source,
		close,
		run: async (names) => {
			emulator.reset();
			const n8n = await startN8n({
				installation,
				userFolder: path.join(root, 'home'),
				env: outsideJest,
				readyTimeoutSeconds: 300,
			});
			try {
				const session = await signIn(n8n.url);
				return await runNodes(stageOf({ n8n, session, emulator, close }), names);
			} finally {
				await n8n.stop();
			}
		},
	};
}

async function runNodes(stage: Stage, names: string[]): Promise<Seen> {
	const { credentialFor, api } = stage;
	const ours = names.includes(own) ? [pictureNode(await credentialFor(api(textToImage.name)))] : [];
	const others = neighbours.filter(({ name }) => names.includes(name));
	const id = await saveNodes(stage, [
		manually,
		...ours,
		...others.map((neighbour) => ({
			name: neighbour.name,
			type: typeOf(neighbour),
			typeVersion: 1,
			parameters: {},
		})),
	]);
	const run = await runWorkflow(stage.session, id, manually.name);
	const execution = await finishedExecution(stage.session, run);
	return {
		status: execution.status,
		pictures: filesOf(execution).length,
		charged: stage.emulator.statistics().charged,
		told: Object.fromEntries(
			others.map(({ name }) => [name, outputItems(execution, name)[0]?.json.library]),
		),
	};
}
