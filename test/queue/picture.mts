import { z } from 'zod';
import {
	downloadBinary,
	outputItems,
	readExecution,
	type Binary,
} from '../../sandbox/n8n/executions.mts';
import { bytesAt, linksOf } from '../realN8n/servedFiles.mts';
import type { Stage } from '../realN8n/stage.mts';

const taskSchema = z.object({ task_id: z.string() });

/** The picture that an execution has made, and what the service itself has of it. */
export interface Picture {
	task: string;
	/** What the service was asked for. */
	prompt: unknown;
	/** As n8n keeps it. */
	file: Binary;
	bytes: Buffer;
	served: Buffer;
}

/** The pictures that a node gave in an execution, one of each item. */
export async function picturesOf(
	{ session, emulator }: Stage,
	id: string,
	node = 'InstaSD',
): Promise<Picture[]> {
	const items = outputItems(await readExecution(session, id), node);
	return await Promise.all(
		items.map(async (item) => {
			const { task_id: task } = taskSchema.parse(item.json);
			const file = item.binary?.data;
			if (file === undefined) throw new Error(`Execution ${id} has no file of task ${task}`);
			return {
				task,
				prompt: emulator.task(task)?.inputs?.['7b7fae99f81ef925']?.value,
				file,
				bytes: await downloadBinary(session, file),
				served: await bytesAt(linksOf(item)[0]),
			};
		}),
	);
}
