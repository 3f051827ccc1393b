import type { IBinaryKeyData, IDataObject, INodeExecutionData } from 'n8n-workflow';
import * as z from 'zod';

import { rawFields } from '../api/nodeOperations';
import { seedsOf } from '../inputs/body';
import { isCombined } from '../inputs/itemFiles';
import { quoted } from '../inputs/wording';
import { downloadFiles } from '../outputs/downloads';
import { type TaskFile, type TaskItem, taskJson } from '../outputs/items';
import { pollOnce, withLateLinks } from '../wait/statusPoller';
import { type ItemTask, yieldingToEventLoop } from './forEachTask';
import type { Session } from './session';
import { fieldsForReader } from './toolAnswer';

/** A task as the service has just described it, and what was sent where that is known. */
export type DescribedTask = Pick<
	TaskItem,
	'task' | 'inputs' | 'submittedAt' | 'fromSample' | 'failure'
>;

const passedOn = z.object({
	task_id: z.string(),
	input_item: z.custom<IDataObject>((value) => z.record(z.unknown()).safeParse(value).success),
});

/**
 * The incoming item's fields, where the user wants them in the output. An item that a loop brings round again for the same
 * task passes on what it has, or each round would wrap the one before.
 */
export function inputItemOf(
	{ context }: Session,
	{ item, options }: ItemTask,
	taskId: string,
): IDataObject | undefined {
	if (!options.includeInputFields) return undefined;
	const json = context.getInputData()[item]?.json;
	const before = passedOn.safeParse(json);
	return before.success && before.data.task_id === taskId ? before.data.input_item : json;
}

/**
 * The fields of a task's item that its reader wants. Of a simplified one, `inputs` stays where it alone knows the seeds, and
 * that of one file does not repeat the links of all.
 * @param at when the service has described it, ms since 1970
 * @param files its files; their links alone where they are not fetched
 * @param isSplit whether each file gets an item of its own, which is completed with its `file_url` and `file_index`
 */
export function itemJson(
	session: Session,
	described: DescribedTask,
	planned: ItemTask,
	at: number,
	files: readonly TaskFile[] = described.task.links,
	isSplit = false,
): IDataObject {
	const { context, inputs, isTool } = session;
	const seeds = described.inputs === undefined ? [] : seedsOf(described.inputs, inputs);
	const json = taskJson({
		...{ ...described, at, files, isSplit, seeds },
		inputItem: inputItemOf(session, planned, described.task.id),
		// A model sees no hint.
		fromSample: isTool ? described.fromSample : [],
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
 * @throws Failure LINK_EXPIRED or DOWNLOAD_FAILED
 */
export async function collect(
	session: Session,
	described: DescribedTask,
	planned: ItemTask,
): Promise<INodeExecutionData[]> {
	const { context, notices, service } = session;
	const { outputFieldName, outputItems } = planned.options;
	const pairedItem = { item: planned.item };
	let { task } = described;
	if (planned.download) task = await withLateLinks(service, task);
	const at = service.clock.date();
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
		const fetched = await session.downloadSlots.run(
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
	const json = itemJson(session, { ...described, task }, planned, at, files, isSplit);
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
