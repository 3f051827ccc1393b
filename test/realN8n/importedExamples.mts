import { readdirSync } from 'node:fs';
import path from 'node:path';
import { importCredentials, importExamples } from '../../sandbox/n8n/examples.mts';
import { REPOSITORY } from '../../sandbox/n8n/folders.mts';
import { emulatorCredentials } from '../../sandbox/n8n/service.mts';
import type { SavedWorkflow } from '../../sandbox/n8n/workflows.mts';
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
