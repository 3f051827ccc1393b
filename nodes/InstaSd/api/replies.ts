import type { GenericValue, IDataObject } from 'n8n-workflow';
import { z } from 'zod';

import { taskState, type TaskState } from './status';

/** A task as the service last described it. */
export interface Task {
	id: string;
	status: string;
	state: TaskState;
	estimatedSteps: number | undefined;
	completedSteps: number | undefined;
	/** Links to the results, images first, then videos, then whatever other lists the service brings. */
	links: FileLink[];
	/** The service's own words for why the task failed, where it gave any. */
	reason: string | undefined;
	/** The service's own fields, untouched, but every `*_urls` list is a list. */
	fields: IDataObject;
}

/** One result of a task: `image_urls` brings kind `image`, `audio_urls` kind `audio`. */
export interface FileLink {
	kind: string;
	url: string;
}

/** Any JSON value: n8n's type for one holds whatever JSON can. */
const json = z.custom<IDataObject[string]>();
const anyFields = z.record(json).catch({});

/** No id has control characters, half characters or dots alone: it becomes a part of an address. */
const usableId = /^(?!\.{1,2}$)[^\p{Cc}\p{Cs}]{1,200}$/u;
const identifier = z
	.union([z.string().trim(), z.number()])
	.transform(String)
	.refine((id) => isTaskId(id));
const created = z.object({ task_id: identifier, status: z.string().catch('CREATED') });
const described = z.object({ status: z.string().trim().min(1) });
const steps = z.number().finite().nonnegative().optional().catch(undefined);
const list = z
	.union([z.array(z.custom<GenericValue>()), z.string().transform((url) => [url])])
	.catch([]);
const link = z
	.string()
	.regex(/^https?:\/\//i)
	.refine((url) => URL.canParse(url));
const words = z.union([
	z.string().trim().min(1),
	z.object({ message: z.string().trim().min(1) }).transform(({ message }) => message),
]);

/** Whether a text can be the id of a task. */
export function isTaskId(text: string): boolean {
	return usableId.test(text);
}

/** Reads the reply to `run_task`; undefined when it names no task. */
export function parseCreatedTask(reply: unknown): Task | undefined {
	const head = created.safeParse(reply);
	return head.success ? describe(reply, head.data.task_id, head.data.status) : undefined;
}

/**
 * Reads a reply to `task_status`; undefined when it is no description of a task. The id is the one that was asked
 * for, so that a reply without one, or with another, cannot lose it.
 */
export function parseTask(reply: unknown, taskId: string): Task | undefined {
	const head = described.safeParse(reply);
	return head.success ? describe(reply, taskId, head.data.status) : undefined;
}

/** The first of the usual fields in which services put the reason of a failure or a refusal. */
export function reasonIn(reply: unknown): string | undefined {
	const all = z.record(z.unknown()).safeParse(reply);
	if (!all.success) return undefined;
	for (const name of ['error', 'error_message', 'message', 'detail', 'reason', 'failure_reason']) {
		const value = all.data[name];
		if (value === undefined || value === null) continue;
		const reason = words.safeParse(value);
		if (reason.success) return reason.data.slice(0, 500);
		if (Array.isArray(value)) return JSON.stringify(value).slice(0, 500);
	}
	return undefined;
}

function describe(reply: unknown, id: string, status: string): Task {
	const own = anyFields.parse(reply);
	const state = taskState(status);
	const found: FileLink[] = [];
	const lists: IDataObject = { image_urls: [], video_urls: [] };
	for (const name of new Set(['image_urls', 'video_urls', ...Object.keys(own)])) {
		if (!name.endsWith('_urls')) continue;
		const entries = list.parse(own[name] ?? []);
		lists[name] = entries;
		for (const entry of entries) {
			const url = link.safeParse(entry);
			if (url.success) found.push({ kind: name.slice(0, -'_urls'.length), url: url.data });
		}
	}
	return {
		id,
		status,
		state,
		estimatedSteps: steps.parse(own.estimated_steps),
		completedSteps: steps.parse(own.completed_steps),
		links: found,
		reason: state === 'failed' ? reasonIn(reply) : undefined,
		fields: { ...own, task_id: id, status, ...lists },
	};
}
