import type { INodeExecutionData } from 'n8n-workflow';

import { factsOf } from '../api/failureCodes';
import { Failure, failureOf, notFinished } from '../api/failures';
import { nodeOperations } from '../api/nodeOperations';
import { isOver, type Task } from '../api/task';
import { unknownStatusJson } from '../outputs/items';
import { collect, inputItemOf } from '../run/collect';
import { forEachNamed, inSlot, type Named, takeUp } from '../run/forEachTask';
import { showHint } from '../run/hints';
import type { Session } from '../run/session';
import { fieldsForReader } from '../run/tool';
import { pollOnce } from '../wait/statusPoller';

const statusOutputs = nodeOperations.getStatus.outputs;

/** The result of an item. */
interface Outcome {
	output: (typeof statusOutputs)[number];
	items: INodeExecutionData[];
	/** Whether they have all fields of their task. */
	isRaw?: boolean;
}

/** Checks the status of each item's task, and downloads the files of finished ones if the user wants them. */
export async function getStatus(session: Session): Promise<INodeExecutionData[][]> {
	const results = await forEachNamed(session, async (named) => await checkItem(session, named));
	// Error items go to Failed, unless n8n sends them to the error output.
	const outcomes = results.map(
		(result): Outcome => ('json' in result ? { output: 'Failed', items: [result] } : result),
	);
	const allFinished = outcomes.every(({ output }) => output !== 'Running');
	for (const { items, isRaw = false } of outcomes) {
		if (isRaw) for (const { json } of items) json.all_finished = allFinished;
	}
	// A tool has a single output, with all items in order.
	const outputs = session.isTool
		? [outcomes]
		: statusOutputs.map((name) => outcomes.filter(({ output }) => output === name));
	const itemsOfEach = outputs.map((all) => all.flatMap(({ items }) => items));
	showHint(session, itemsOfEach.flat());
	return itemsOfEach;
}

async function checkItem(session: Session, named: Named): Promise<Outcome> {
	const { item, shown, submitDate, taskId } = named;
	const checked = await inSlot(
		session,
		session.taskSlots,
		named,
		async () => await checkStatus(session, taskId),
	);
	const isRaw = shown === 'raw';
	if (checked instanceof Failure) {
		const failure = givenUp(session, named, undefined);
		const inputItem = inputItemOf(session, named, taskId);
		const known = { failure, inputItem, submitDate };
		const json = fieldsForReader(session, shown, unknownStatusJson(taskId, checked, known));
		const output = failure ? 'Failed' : 'Running';
		return { output, isRaw, items: [{ json, pairedItem: { item } }] };
	}
	const words = checked.reason === undefined ? {} : { description: checked.reason };
	const failure = isOver(checked)
		? failureOf(checked)?.with(words)
		: givenUp(session, named, checked);
	const items = await collect(session, named, takeUp(session, named), checked, failure);
	const output = failure ? 'Failed' : isOver(checked) ? 'Completed' : 'Running';
	return { output, isRaw, items };
}

/** Checks a status once. Returns a failure that may be temporary, so that a loop around this node goes on. */
async function checkStatus({ context, service }: Session, taskId: string): Promise<Task | Failure> {
	return await pollOnce(service, taskId).catch(async (error: unknown) => {
		const isTransient = error instanceof Failure && factsOf(error.details.code).isTransient;
		return isTransient && context.continueOnFail() ? error : await Promise.reject(error);
	});
}

/** Why a task that is not over is given up, once it is older than the user allows. */
function givenUp(
	{ notices, service }: Session,
	{ options, submitDate, taskId }: Named,
	task: Task | undefined,
): Failure | undefined {
	const minutes = options.giveUpAfterMinutes;
	if (minutes === 0) return undefined;
	if (submitDate === undefined) {
		notices.noSubmitTime.push(taskId);
		return undefined;
	}
	if (service.clock.date() - submitDate <= minutes * 60_000) return undefined;
	const after = `${minutes} minutes after it was submitted`;
	return notFinished({ taskId, task }, after, 'giveUpAfterMinutes');
}
