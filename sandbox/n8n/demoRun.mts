import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SANDBOX_FOLDER } from './folders.mts';
import { downloadBinary, filesOf, finishedExecution, type Execution } from './executions.mts';
import { PlainError } from './terminal.mts';
import type { Session } from './session.mts';
import { runWorkflow, type SavedWorkflow } from './workflows.mts';

/**
 * Runs a workflow from its manual trigger and saves the first picture it makes.
 * @returns the picture's path
 * @throws PlainError in the node's own words when the run fails or makes no picture
 */
export async function makePicture(
	session: Session,
	workflow: SavedWorkflow,
	timeoutSeconds: number,
): Promise<string> {
	const trigger = workflow.nodes.find(({ type }) => type === 'n8n-nodes-base.manualTrigger');
	if (trigger === undefined) {
		throw new PlainError(`'${workflow.name}' has no manual trigger to start it from`);
	}
	const id = await runWorkflow(session, workflow.id, trigger.name);
	const execution = await finishedExecution(session, id, { timeoutSeconds });
	if (execution.status !== 'success') throw failureOf(workflow, execution);
	const picture = filesOf(execution).find(({ mimeType }) => mimeType.startsWith('image/'));
	if (picture === undefined) {
		throw new PlainError(`'${workflow.name}' ran, but made no picture`, {
			advice: 'Was the example changed? Deleting .sandbox/home brings the original back.',
		});
	}
	const folder = path.join(SANDBOX_FOLDER, 'pictures');
	await mkdir(folder, { recursive: true });
	const title = workflow.name.replaceAll(/\W+/g, '-').toLowerCase();
	const time = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14);
	const extension = picture.mimeType === 'image/png' ? 'png' : (picture.fileExtension ?? 'bin');
	const file = path.join(folder, `${title}-${time}-${execution.id}.${extension}`);
	await writeFile(file, await downloadBinary(session, picture));
	return file;
}

function failureOf(workflow: SavedWorkflow, { status, result }: Execution): PlainError {
	const message = result.error?.message ?? `the execution ended as '${status}'`;
	return new PlainError(`'${workflow.name}' failed: ${message}`, {
		advice: result.error?.description ?? undefined,
	});
}
