import type { IBinaryKeyData, IDataObject, INodeExecutionData } from 'n8n-workflow';

import { seedOf } from '../inputs/sentSeed';
import { downloadFiles } from '../outputs/downloads';
import type { StoredFile } from '../outputs/fetchFile';
import { taskJson, type TaskFile, type TaskItem } from '../outputs/items';
import { withLateLinks } from '../wait/lateLinks';
import { askStatus } from '../wait/track';
import { inputItemOf } from './inputItem';
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
export type DescribedTask = Pick<TaskItem, 'task' | 'inputs' | 'submittedAt'>;

/**
 * The fields of a task's item.
 * @param at when the service has described it, ms since 1970
 * @param files its files; their links alone where they are not fetched
 */
export function itemJson(
	session: Session,
	{ task, inputs, submittedAt }: DescribedTask,
	handover: Pick<Handover, 'item' | 'options'>,
	at: number,
	files: readonly TaskFile[] = task.links,
): IDataObject {
	const { context } = session;
	return taskJson({
		...{ task, at, files, submittedAt },
		inputItem: inputItemOf(session, handover, task.id),
		// A model knows what it has asked for.
		inputs: session.isTool ? undefined : inputs,
		seed: inputs === undefined ? undefined : seedOf(inputs, session.inputs),
		// n8n 2.0 has neither the mode nor a way to ask for it.
		isCombined: context.getWorkflowSettings?.().binaryMode === 'combined',
	});
}

/**
 * The items of a task, with its files where they are wanted and there are any.
 * @throws Failure LINK_EXPIRED or DOWNLOAD_FAILED
 */
export async function collect(
	session: Session,
	ended: DescribedTask,
	handover: Handover,
): Promise<INodeExecutionData[]> {
	const { context, service, remarks } = session;
	const { item, options, download } = handover;
	const task = download ? await withLateLinks(service, ended.task) : ended.task;
	if (download && task.state === 'completed' && task.links.length === 0) {
		remarks.push({ kind: 'noLinks', taskId: task.id });
	}
	const described = { ...ended, task };
	const at = service.clock.date();
	const hasFiles = task.state === 'completed' && task.links.length > 0;
	const inFiles = options.outputItems === 'file' && hasFiles;
	if (!download || !hasFiles) {
		const json = itemJson(session, described, handover, at);
		if (!inFiles) return [{ json, pairedItem: { item } }];
		const items: INodeExecutionData[] = [];
		const stretch = new Stretch(service.clock, service.signal);
		for (const [index, link] of task.links.entries()) {
			await stretch.breathe();
			items.push({ json: { ...json, ...ofFile(link, index) }, pairedItem: { item } });
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
	const { outputFieldName } = options;
	const stored = fetched.files.map((file, index) => {
		const field = inFiles || index === 0 ? outputFieldName : `${outputFieldName}_${index}`;
		return { field, binary: file.binary, told: fetchedFile(file, field) };
	});
	for (const { binary, url, isCompressed } of fetched.files) {
		if (isCompressed) remarks.push({ kind: 'compressed', fileName: binary.fileName ?? url });
	}
	const files = stored.map(({ told }) => told);
	const json = itemJson(session, { ...described, task: fetched.task }, handover, at, files);
	if (inFiles) {
		return stored.map(({ field, binary, told }, index) => ({
			json: { ...json, ...ofFile(told, index) },
			binary: { [field]: binary },
			pairedItem: { item },
		}));
	}
	const binary: IBinaryKeyData = Object.fromEntries(
		stored.map(({ field, binary: file }) => [field, file]),
	);
	return [{ json, binary, pairedItem: { item } }];
}

function fetchedFile({ url, kind, binary, bytes }: StoredFile, field: string): TaskFile {
	const { fileName, mimeType } = binary;
	return { url, kind, field, file_name: fileName, mime_type: mimeType, bytes };
}

/** What an item says that has only one of its task's files. */
function ofFile(file: TaskFile, index: number): IDataObject {
	return { files: [{ ...file }], file_index: index, file_url: file.url };
}
