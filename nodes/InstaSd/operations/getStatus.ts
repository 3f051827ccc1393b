import type { INode, INodeExecutionData, INodePropertyOptions } from 'n8n-workflow';

import { Failure, notFinished } from '../api/failures';
import { isOver, type Task } from '../api/task';
import { givenUpJson, unknownStatusJson } from '../outputs/items';
import { collect, inputItemOf } from '../run/collect';
import { isTool } from '../run/errors';
import { type ExistingTask, forEachExisting } from '../run/forEachTask';
import { showHint } from '../run/hints';
import type { Session } from '../run/session';
import { pollOnce } from '../wait/statusPoller';

export const getStatusOption: INodePropertyOptions = {
	name: 'Get Status',
	value: 'getStatus',
	action: 'Get the status of a generation',
	description: 'Ask once how far a task is; fetch its files if it is finished',
};

/** What a model reads of it. */
export const getStatusTool =
	'Tells how far an image or video is whose generation was started before, by its task_id. Answers at once and costs no credits. When it is finished, the answer has links to the files; links die after 30 minutes, and asking again gives fresh ones.';

/** The outputs in their order; with them, a loop through a Wait node needs no If. */
export const statusOutputs = ['Completed', 'Running', 'Failed'] as const;

/** What an item comes to. Error items leave by Failed, unless n8n sends them to the error output. */
interface Answer {
	output: (typeof statusOutputs)[number];
	items: INodeExecutionData[];
	isError?: boolean;
}

/** Asks for the status of each item's task; fetches the files of finished ones where the user wants them. */
export async function getStatus(session: Session): Promise<INodeExecutionData[][]> {
	const answers = await forEachExisting(
		session,
		async (existing) => await answerFor(session, existing),
		(errorItem) => failedBy([errorItem]),
	);
	const allFinished = answers.every(({ output }) => output !== 'Running');
	for (const { items, isError } of answers) {
		if (!isError) for (const { json } of items) json.all_finished = allFinished;
	}
	const outputs = byOutput(session.context.getNode(), answers);
	showHint(session, outputs.flat(), { creates: false, waits: false });
	return outputs;
}

/** The outputs of a run that has failed as a whole, when the node continues on failures. */
export function failedRun(node: INode, errorItems: INodeExecutionData[]): INodeExecutionData[][] {
	return byOutput(node, [failedBy(errorItems)]);
}

function failedBy(items: INodeExecutionData[]): Answer {
	return { output: 'Failed', items, isError: true };
}

/** A tool has a single output, where all come in their order. */
function byOutput(node: INode, answers: readonly Answer[]): INodeExecutionData[][] {
	if (isTool(node)) return [answers.flatMap(({ items }) => items)];
	return statusOutputs.map((name) =>
		answers.filter(({ output }) => output === name).flatMap(({ items }) => items),
	);
}

async function answerFor(session: Session, existing: ExistingTask): Promise<Answer> {
	const { item, submittedAt, taskId } = existing;
	const seen = await session.taskSlots.run(async () => await look(session, taskId));
	if ('task' in seen) {
		const items = await collect(session, { task: seen.task, submittedAt }, existing);
		if (seen.task.state === 'completed') return { output: 'Completed', items };
		if (isOver(seen.task)) return { output: 'Failed', items };
		return stillRunning(session, existing, seen.task, items);
	}
	const inputItem = inputItemOf(session, existing, taskId);
	const json = unknownStatusJson(taskId, seen.failure, { submittedAt, inputItem });
	return stillRunning(session, existing, undefined, [{ json, pairedItem: { item } }]);
}

/** One question; a failure where the status may be had later, so that a loop around this node must go on. */
async function look(
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

/** A task that is not over: it is given up when its user does not want to ask any longer. */
function stillRunning(
	{ notices, service }: Session,
	{ options, submittedAt, taskId }: ExistingTask,
	task: Task | undefined,
	items: INodeExecutionData[],
): Answer {
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
