import type { IBinaryKeyData, IDataObject, INodeExecutionData } from 'n8n-workflow';
import * as z from 'zod';

import type { Failure } from '../api/failures';
import { rawFields } from '../api/nodeOperations';
import { isObject, type PaidTask, type Task } from '../api/task';
import { seedsOf } from '../inputs/body';
import { isCombined } from '../inputs/itemFiles';
import { quoted } from '../inputs/wording';
import { downloadFiles } from '../outputs/downloads';
import { type TaskFile, type TaskItem, taskJson } from '../outputs/items';
import { pollOnce, withLateLinks } from '../wait/statusPoller';
import { inSlot, yieldingToEventLoop } from './forEachTask';
import type { Planned, Session } from './session';
import { fieldsForReader } from './tool';

const passedOn = z.object({
	task_id: z.string(),
	input_item: z.unknown().refine(isObject),
});

/**
 * The incoming item's fields, where the user wants them in the output. An item that a loop brings round again for the same
 * task passes on what it has, or each round would wrap the one before.
 */
export function inputItemOf(
	{ context }: Session,
	{ item, options }: Planned,
	taskId: string,
): IDataObject | undefined {
	if (!options.includeInputFields) return undefined;
	const json = context.getInputData()[item]?.json;
	const before = passedOn.safeParse(json);
	return before.success && before.data.task_id === taskId ? before.data.input_item : json;
}

/** A task as the service has just described it. */
type Reported = Pick<TaskItem, 'task' | 'replyDate'> &
	Partial<Pick<TaskItem, 'failure' | 'files' | 'isSplit'>>;

/**
 * The fields of a task's item that its reader wants. Of a simplified one, `inputs` stays where it alone knows the seeds, and
 * that of one file does not repeat the links of all.
 * @param reported its files are the links alone where they are not fetched; a split item is completed with its `file_url`
 * and `file_index`
 */
export function itemJson(
	session: Session,
	planned: Planned,
	{ request, submitDate }: PaidTask,
	reported: Reported,
): IDataObject {
	const { context, inputs, isTool, operation } = session;
	const { task, files = task.links, isSplit = false } = reported;
	const seeds = request === undefined ? [] : seedsOf(request.sent, inputs);
	const json = taskJson({
		...{ ...reported, request, seeds, files, isSplit },
		// Whoever waits for a task knows when it was sent.
		submitDate: operation.waits ? undefined : submitDate,
		inputItem: inputItemOf(session, planned, task.id),
		// A model sees no hint.
		tellsFromSample: isTool,
		isCombined: isCombined(context),
	});
	return fieldsForReader(session, planned.shown, json, (name) =>
		name === 'inputs' && seeds.length > 1
			? false
			: rawFields.includes(name) || (isSplit && name.endsWith('_urls')),
	);
}

/**
 * The items of a task, with its files where they are wanted and there are any.
 * @param reported as the service has just described it
 * @param failure why there is no result to wait for
 * @throws Failure LINK_EXPIRED or DOWNLOAD_FAILED
 */
export async function collect(
	session: Session,
	planned: Planned,
	paid: PaidTask,
	reported: Task,
	failure?: Failure,
): Promise<INodeExecutionData[]> {
	const { context, notices, service } = session;
	const { outputFieldName, outputItems } = planned.options;
	const pairedItem = { item: planned.item };
	let task = planned.download ? await withLateLinks(service, reported) : reported;
	const replyDate = service.clock.date();
	const isCompleted = task.state === 'completed';
	const hasFiles = isCompleted && task.links.length > 0;
	const isSplit = hasFiles && outputItems === 'file';
	if (planned.download && isCompleted) {
		if (!hasFiles) notices.noLinks.push(task.id);
		notices.notLinks.push(...task.notLinks.map(quoted));
	}

	let files: TaskFile[] = task.links;
	let stored: IBinaryKeyData[] = [];
	if (planned.download && hasFiles) {
		const renew = async (id: string) => await pollOnce(service, id);
		const fetched = await inSlot(
			session,
			session.downloadSlots,
			planned,
			async () => await downloadFiles({ ...service, context }, task, renew),
		);
		task = fetched.task;
		const field = (index: number) =>
			isSplit || index === 0 ? outputFieldName : `${outputFieldName}_${index}`;
		stored = fetched.files.map(({ binary }, index) => ({ [field(index)]: binary }));
		files = fetched.files.map(({ url, kind, bytes, binary }, index) => {
			const { fileName, mimeType } = binary;
			const about = { file_name: fileName, mime_type: mimeType, bytes };
			return { url, kind, field: field(index), ...about };
		});
	}
	const json = itemJson(session, planned, paid, { task, replyDate, failure, files, isSplit });
	if (!isSplit) {
		const binary: IBinaryKeyData = Object.assign({}, ...stored);
		return [{ json, ...(stored.length > 0 && { binary }), pairedItem }];
	}
	const items: INodeExecutionData[] = [];
	for await (const [index, file] of yieldingToEventLoop(files.entries(), service)) {
		const binary = stored[index];
		const own = { ...json, file_url: file.url, file_index: index };
		if ('files' in own) own.files = [{ ...file }];
		items.push({ json: own, ...(binary && { binary }), pairedItem });
	}
	return items;
}
