import type { IBinaryKeyData, IDataObject, INodeExecutionData } from 'n8n-workflow';

import { downloadFiles } from '../outputs/downloads';
import type { StoredFile } from '../outputs/fetchFile';
import { taskJson, type TaskItem } from '../outputs/items';
import { withLateLinks } from '../wait/lateLinks';
import { askStatus } from '../wait/track';
import type { Options } from './parameters';
import type { Session } from './session';
import { Stretch } from './stretch';

/** How a finished task is handed on. */
export interface Handover {
	item: number;
	options: Options;
	download: boolean;
}

/** A task as the service has just described it, and what was sent where that is known. */
export type DescribedTask = Pick<TaskItem, 'task' | 'inputs'>;

/**
 * The fields of a task's item.
 * @param at when the service has described it, ms since 1970
 */
export function itemJson(
	{ context }: Session,
	{ task, inputs }: DescribedTask,
	at: number,
): IDataObject {
	// n8n 2.0 has neither the mode nor a way to ask for it.
	const isCombined = context.getWorkflowSettings?.().binaryMode === 'combined';
	return taskJson({ task, at, inputs, isCombined });
}

/**
 * The items of a task, with its files where they are wanted and there are any.
 * @throws Failure LINK_EXPIRED or DOWNLOAD_FAILED
 */
export async function collect(
	session: Session,
	{ task: described, inputs }: DescribedTask,
	{ item, options, download }: Handover,
): Promise<INodeExecutionData[]> {
	const { context, service, remarks } = session;
	const task = download ? await withLateLinks(service, described) : described;
	if (download && task.state === 'completed' && task.links.length === 0) {
		remarks.push({ kind: 'noLinks', taskId: task.id });
	}
	const at = service.clock.date();
	const hasFiles = task.state === 'completed' && task.links.length > 0;
	if (!download || !hasFiles) {
		const json = itemJson(session, { task, inputs }, at);
		if (options.outputItems === 'task' || !hasFiles) return [{ json, pairedItem: { item } }];
		const items: INodeExecutionData[] = [];
		const stretch = new Stretch(service.clock, service.signal);
		for (const [index, { url }] of task.links.entries()) {
			await stretch.breathe();
			items.push({ json: { ...json, file_index: index, file_url: url }, pairedItem: { item } });
		}
		return items;
	}
	const fetched = await session.downloads(
		async () =>
			await downloadFiles(
				{
					context,
					clock: service.clock,
					random: service.random,
					signal: service.signal,
					renew: async (id) => await askStatus(service, id),
				},
				task,
			),
	);
	for (const { binary, url, isCompressed } of fetched.files) {
		if (isCompressed)
			session.remarks.push({ kind: 'compressed', fileName: binary.fileName ?? url });
	}
	const json = itemJson(session, { task: fetched.task, inputs }, at);
	if (options.outputItems === 'file') {
		return fetched.files.map(({ url, binary }, index) => ({
			json: { ...json, file_index: index, file_url: url },
			binary: { [options.outputFieldName]: binary },
			pairedItem: { item },
		}));
	}
	return [
		{ json, binary: binaryFields(fetched.files, options.outputFieldName), pairedItem: { item } },
	];
}

/** `data`, `data_1`, `data_2`, … */
function binaryFields(files: readonly StoredFile[], name: string): IBinaryKeyData {
	return Object.fromEntries(
		files.map(({ binary }, index) => [index === 0 ? name : `${name}_${index}`, binary]),
	);
}
