import type { INodeExecutionData } from 'n8n-workflow';

import { Failure, notFinished } from '../api/failures';
import { nodeOperations } from '../api/nodeOperations';
import { isOver, type Task } from '../api/task';
import { givenUpJson, unknownStatusJson } from '../outputs/items';
import { collect, inputItemOf } from '../run/collect';
import { type ExistingTask, forEachExisting } from '../run/forEachTask';
import { showHint } from '../run/hints';
import type { Session } from '../run/session';
import { pollOnce } from '../wait/statusPoller';

const statusOutputs = nodeOperations.getStatus.outputs;

/** The result of an item. Error items go to Failed, unless n8n sends them to the error output. */
interface Outcome {
	output: (typeof statusOutputs)[number];
	items: INodeExecutionData[];
	isError?: boolean;
}

/** Checks the status of each item's task, and downloads the files of finished ones if the user wants them. */
export async function getStatus(session: Session): Promise<INodeExecutionData[][]> {
	const outcomes = await forEachExisting(
		session,
		async (existing) => await checkItem(session, existing),
		(item): Outcome => ({ output: 'Failed', items: [item], isError: true }),
	);
	const allFinished = outcomes.every(({ output }) => output !== 'Running');
	for (const { items, isError } of outcomes) {
		if (!isError) for (const { json } of items) json.all_finished = allFinished;
	}
	// A tool has a single output, with all items in order.
	const outputs = session.isTool
		? [outcomes]
		: statusOutputs.map((name) => outcomes.filter(({ output }) => output === name));
	const itemsOfEach = outputs.map((all) => all.flatMap(({ items }) => items));
	showHint(session, itemsOfEach.flat());
	return itemsOfEach;
}

async function checkItem(session: Session, existing: ExistingTask): Promise<Outcome> {
	const { item, submittedAt, taskId } = existing;
	const checked = await session.taskSlots.run(async () => await checkStatus(session, taskId));
	if ('task' in checked) {
		const { task } = checked;
		const items = await collect(session, { task, submittedAt }, existing);
		if (task.state === 'completed') return { output: 'Completed', items };
		if (isOver(task)) return { output: 'Failed', items };
		return stillRunning(session, existing, task, items);
	}
	const inputItem = inputItemOf(session, existing, taskId);
	const json = unknownStatusJson(taskId, checked.failure, { submittedAt, inputItem });
	return stillRunning(session, existing, undefined, [{ json, pairedItem: { item } }]);
}

/** Checks a status once. Returns a failure that may be temporary, so that a loop around this node goes on. */
async function checkStatus(
	{ context, service }: Session,
	taskId: string,
): Promise<{ task: Task } | { failure: Failure }> {
	try {
		return { task: await pollOnce(service, taskId) };
	} catch (error) {
		if (error instanceof Failure && error.isTransient && context.continueOnFail()) {
			return { failure: error };
		}
		return await Promise.reject(error);
	}
}

/** A task that is not over: given up once it is older than the user allows. */
function stillRunning(
	{ notices, service }: Session,
	{ options, submittedAt, taskId }: ExistingTask,
	task: Task | undefined,
	items: INodeExecutionData[],
): Outcome {
	const minutes = options.giveUpAfterMinutes;
	if (minutes === 0) return { output: 'Running', items };
	if (submittedAt === undefined) notices.noSubmitTime.push(taskId);
	const ageMs = service.clock.date() - Date.parse(submittedAt ?? 'unknown');
	if (!(ageMs > minutes * 60_000)) return { output: 'Running', items };
	const after = `${minutes} minutes after it was submitted`;
	const late = notFinished({ taskId, task }, after, 'giveUpAfterMinutes');
	return {
		output: 'Failed',
		items: items.map((one) => ({ ...one, json: givenUpJson(one.json, late) })),
	};
}
