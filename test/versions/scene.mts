import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SavedCredential } from '../../sandbox/n8n/examples.mts';
import { temporaryFolder } from '../../sandbox/n8n/folders.mts';
import { run } from '../../sandbox/n8n/processes.mts';
import { newestZod, placeZod } from '../package/zods.mts';
import { everyKind } from '../realN8n/apis.mts';
import { startScriptedModel, type ScriptedModel } from '../realN8n/scriptedModel.mts';
import { openStage, type Stage } from '../realN8n/stage.mts';
import type { Version } from './versions.mts';

/** A real n8n of some version with the node in it, and what the checks need beside it. */
export interface Scene extends Stage {
	credential: SavedCredential;
	model: ScriptedModel;
}

/**
 * Opens it outside the repository, as an n8n of a user's own is, below the newest zod: the node may not take it for its
 * own.
 */
export async function openScene({ n8n, nodeMajor }: Version): Promise<Scene> {
	const folder = await temporaryFolder(path.join(tmpdir(), 'instasd-versions'));
	const undo = [(): Promise<void> => rm(folder, { recursive: true, force: true })];
	const close = async (): Promise<void> => {
		for (const action of undo.reverse()) await action();
	};
	try {
		const zod = await placeZod(folder, await newestZod());
		const stage = await openStage([everyKind], {}, { version: n8n, nodeMajor, folder });
		undo.push(stage.close);
		const model = await startScriptedModel();
		undo.push(() => model.close());
		await demandModules(stage.n8n.userFolder, n8n, zod);
		const credential = await stage.credentialFor(stage.api(everyKind.name));
		return Object.assign(stage, { credential, model, close });
	} catch (error) {
		await close();
		throw error;
	}
}

/** The module that the node would use, and that the n8n of this version uses itself; the zod that it finds. */
async function demandModules(userFolder: string, version: string, zod: string): Promise<void> {
	const cwd = path.join(userFolder, '.n8n/nodes/node_modules/n8n-nodes-instasd');
	if (!existsSync(cwd)) throw new Error('The node is not in its place');
	const resolved = async (name: string): Promise<string> =>
		(await run(process.execPath, ['--print', `require.resolve('${name}')`], { cwd })).stdout.trim();
	const workflow = await resolved('n8n-workflow');
	if (!workflow.includes(`/n8n-${version}/`)) {
		throw new Error(`The node would use ${workflow}, not what n8n ${version} has`);
	}
	const found = await resolved('zod');
	if (!found.startsWith(zod)) throw new Error(`Above the node lies ${found}, not ${zod}`);
}
