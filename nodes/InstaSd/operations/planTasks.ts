import { Failure, invalidInput } from '../api/failures';
import { longestBody, plannedBytes, tooLarge } from '../inputs/body';
import type { PlannedInput } from '../inputs/plannedInput';
import { hashOf, valuesHash, type PlanHashes } from '../wait/ledger';
import { readOptions, wantsFiles, type Options } from './parameters';
import { requireLinks } from '../inputs/files';
import { createInputReader, type InputReader } from './inputReader';
import type { Session } from './session';

/** A task that has been checked and can be sent. */
export interface PlannedTask {
	item: number;
	generation: number;
	options: Options;
	/** Whether its files are wanted. */
	download: boolean;
	hashes: PlanHashes;
	/** The inputs; read again at the task's turn where they hold too much to be kept while it waits. */
	inputs: () => PlannedInput[];
}

export interface Plan {
	/** In the order of the items, then of the generations. */
	tasks: PlannedTask[];
	/** Why items cannot be sent. */
	refused: Failure[];
}

/** A plan larger than this, in bytes, holds a file as text: hundreds of them would fill the memory. */
const keepUpTo = 100_000;

/**
 * Checks every item before anything is paid for.
 * @throws Failure TASK_LIMIT when the items make more tasks than the user allows
 */
export function planTasks(session: Session): Plan {
	const { context } = session;
	const read = createInputReader(session);
	const written = writtenHash(session);
	const plan: Plan = { tasks: [], refused: [] };
	const items = context.getInputData().length;
	for (let item = 0; item < items; item++) {
		try {
			plan.tasks.push(...planItem(session, read, written, item));
		} catch (error) {
			const failure =
				error instanceof Failure
					? error
					: invalidInput(
							`The inputs of the item cannot be read: ${error instanceof Error ? error.message : String(error)}`,
							'Check the expressions in the form or the JSON. Nothing was sent.',
						);
			failure.item = item;
			plan.refused.push(failure);
		}
	}
	refuseOverLimit(plan);
	return plan;
}

function planItem(
	session: Session,
	read: InputReader,
	written: (item: number) => string,
	item: number,
): PlannedTask[] {
	const options = readOptions(session.context, item);
	const download = wantsFiles(session.context, item);
	const inputs = read(item, options);
	const bytes = plannedBytes(inputs);
	if (bytes > longestBody) throw tooLarge(inputs, bytes);
	requireLinks(session.context, inputs);
	const hashes = { written: written(item), values: valuesHash(session.baseUrl, inputs) };
	const again = bytes > keepUpTo ? () => read(item, options) : () => inputs;
	return Array.from({ length: options.generationsPerItem }, (_, generation) => ({
		item,
		generation,
		options,
		download,
		hashes,
		inputs: again,
	}));
}

/** Tells apart what the user wrote for an item: the parameters before evaluation, the API, and the item itself. */
function writtenHash({ context, baseUrl, inputs }: Session): (item: number) => string {
	const { parameters } = context.getNode();
	const same = hashOf(
		baseUrl,
		inputs,
		parameters.inputMode,
		parameters.inputs,
		parameters.inputsJson,
	);
	return (item) => {
		const { json, binary = {} } = context.getInputData()[item] ?? {};
		const files = Object.entries(binary).map(([name, { id, fileName, bytes }]) => [
			name,
			id,
			fileName,
			bytes,
		]);
		return hashOf(same, json, files);
	};
}

function refuseOverLimit({ tasks }: Plan): void {
	const limit = tasks[0]?.options.taskLimit ?? 0;
	if (limit === 0 || tasks.length <= limit) return;
	throw new Failure({
		code: 'TASK_LIMIT',
		message: `The items make ${tasks.length} tasks, and the option 'Task Limit' allows ${limit}`,
		description: 'Nothing was sent. Raise the limit, or send fewer items or generations.',
	});
}
