import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SavedCredential } from '../../sandbox/n8n/examples.mts';
import { run } from '../../sandbox/n8n/processes.mts';
import { everyKind } from '../realN8n/apis.mts';
import { startScriptedModel, type ScriptedModel } from '../realN8n/scriptedModel.mts';
import { openStage, type Stage } from '../realN8n/stage.mts';
import type { Version } from './versions.mts';

/** A real n8n of some version with the node in it, and what the checks need beside it. */
export interface Scene extends Stage {
	credential: SavedCredential;
	model: ScriptedModel;
}

/** Opens it outside the repository, as an n8n of a user's own is. */
export async function openScene({ n8n, nodeMajor }: Version): Promise<Scene> {
	const place = { version: n8n, nodeMajor, folder: tmpdir() };
	const stage = await openStage([everyKind], {}, place);
	const model = await startScriptedModel();
	const { close } = stage;
	const closeBoth = async (): Promise<void> => {
		await model.close();
		await close();
	};
	try {
		await demandN8nsModules(stage.n8n.userFolder, n8n);
		const credential = await stage.credentialFor(stage.api(everyKind.name));
		return Object.assign(stage, { credential, model, close: closeBoth });
	} catch (error) {
		await closeBoth();
		throw error;
	}
}

/** The module that the node would use, and that the n8n of this version uses itself. */
async function demandN8nsModules(userFolder: string, version: string): Promise<void> {
	const cwd = path.join(userFolder, '.n8n/nodes/node_modules/n8n-nodes-instasd');
	if (!existsSync(cwd)) throw new Error('The node is not in its place');
	const resolve = `require.resolve('n8n-workflow')`;
	const { stdout } = await run(process.execPath, ['--print', resolve], { cwd });
	if (stdout.includes(`/n8n-${version}/`)) return;
	throw new Error(`The node would use ${stdout.trim()}, not what n8n ${version} has`);
}
