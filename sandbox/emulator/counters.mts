import type { IncomingMessage, ServerResponse } from 'node:http';
import { isOver, stageAt, statusWord, type Task } from './tasks.mts';

export type Counters = ReturnType<typeof createCounters>;

/** What is counted as it happens; all the rest of the statistics is worked out from the tasks. */
export function createCounters() {
	return {
		/** Requests for `run_task` and `task_status`, whatever became of them. */
		submits: 0,
		asked: 0,
		/** Requests for a file's content (GET), and how many got the whole file. */
		downloads: 0,
		downloaded: 0,
		unauthorized: 0,
		/** Requests that were answered with 429, because of `requestsPerSecond`. */
		limited: 0,
		/** Requests that brought a token to the file origin. */
		leaked: 0,
		openRequests: 0,
		maxOpenRequests: 0,
	};
}

/** Counts a request as open until it is answered or its connection ends. */
export function countOpen(counters: Counters, response: ServerResponse): void {
	counters.openRequests++;
	counters.maxOpenRequests = Math.max(counters.maxOpenRequests, counters.openRequests);
	// After an answer that went out, too.
	response.once('close', () => counters.openRequests--);
}

export type TaskReport = {
	id: string;
	number: number;
	api: string;
	status: string;
	createdAt: number;
	/** When it ended at the service, well or badly; null while it has not. */
	completedAt: number | null;
	/** When the client was first told so. What lies between is the overshoot of its polling. */
	knownAt: number | null;
	asked: number;
};

/** The counters, and how many tasks there were, in which status, and how many at once. */
export type Statistics = Counters & {
	/** Tasks taken. Each has to be paid. */
	charged: number;
	/** The same by status word. */
	tasks: Record<string, number>;
	/** Tasks that are being worked. */
	inFlight: number;
	maxInFlight: number;
	/** Tasks taken and not over: queued or being worked. */
	unfinished: number;
	maxUnfinished: number;
	perTask: TaskReport[];
};

/** All that is known about this run up to now. */
export function statisticsOf(counters: Counters, tasks: Task[], now: number): Statistics {
	const perTask = tasks.map((task) => reportOf(task, now));
	const byStatus: Record<string, number> = {};
	for (const { status } of perTask) byStatus[status] = (byStatus[status] ?? 0) + 1;
	const stages = tasks.map((task) => stageAt(task, now));
	return {
		...counters,
		charged: tasks.length,
		tasks: byStatus,
		inFlight: stages.filter((stage) => stage === 'running').length,
		maxInFlight: mostAtOnce(
			tasks.map((task) => [task.startsAt, task.endsAt]),
			now,
		),
		unfinished: stages.filter((stage) => !isOver(stage)).length,
		maxUnfinished: mostAtOnce(
			tasks.map((task) => [task.createdAt, task.endsAt]),
			now,
		),
		perTask,
	};
}

export function reportOf(task: Task, now: number): TaskReport {
	const { id, number, api, createdAt, endsAt, knownAt, asked } = task;
	const stage = stageAt(task, now);
	const status = statusWord(stage, task.behaviour);
	const completedAt = isOver(stage) ? endsAt : null;
	return { id, number, api, status, createdAt, completedAt, knownAt, asked };
}

/** How many of the spans [from, to) overlapped at most, of those that have begun. */
function mostAtOnce(spans: Array<[from: number, to: number]>, now: number): number {
	const events = spans
		.filter(([from]) => from <= now)
		.flatMap(([from, to]) => [
			{ at: from, change: 1 },
			{ at: to, change: -1 },
		])
		.sort((a, b) => a.at - b.at || a.change - b.change);
	let running = 0;
	let most = 0;
	for (const { change } of events) {
		running += change;
		most = Math.max(most, running);
	}
	return most;
}

export type LoggedRequest = {
	at: number;
	origin: 'api' | 'file';
	method: string;
	path: string;
	/** Null while unanswered, and for good when the connection ended without an answer. */
	status: number | null;
	/** Until the answer was sent or the connection ended; null before. */
	durationMs: number | null;
	api: string | null;
	taskId: string | null;
	/** The client's: tells requests apart that are under way and look alike. */
	port: number | null;
	headerNames: string[];
	authorization: boolean;
	/** The kind of the fault that was played. */
	fault: string | null;
	/** Its number among the faults that are in force. */
	faultNumber: number | null;
	/** Whether the reply is being kept back, in the service's own time. */
	isKeptBack: boolean;
};

export type RequestLog = ReturnType<typeof createRequestLog>;

/** The last requests to both origins, the oldest forgotten first. */
export function createRequestLog(now: () => number, most = 20_000) {
	const ring: LoggedRequest[] = [];
	let next = 0;
	const entries = new WeakMap<IncomingMessage, LoggedRequest>();
	return {
		add(origin: 'api' | 'file', request: IncomingMessage, response: ServerResponse): void {
			const entry: LoggedRequest = {
				at: now(),
				origin,
				method: request.method ?? '',
				path: request.url ?? '',
				status: null,
				durationMs: null,
				api: null,
				taskId: null,
				port: request.socket.remotePort ?? null,
				headerNames: Object.keys(request.headers),
				authorization: request.headers.authorization !== undefined,
				fault: null,
				faultNumber: null,
				isKeptBack: false,
			};
			ring[next] = entry;
			next = (next + 1) % most;
			entries.set(request, entry);
			const end = () => {
				if (response.headersSent) entry.status = response.statusCode;
				entry.durationMs ??= now() - entry.at;
			};
			response.once('finish', end);
			response.once('close', end);
		},
		/** Adds what became known while the request was handled. */
		note(
			request: IncomingMessage,
			known: Partial<
				Pick<LoggedRequest, 'api' | 'taskId' | 'fault' | 'faultNumber' | 'isKeptBack'>
			>,
		): void {
			Object.assign(entries.get(request) ?? {}, known);
		},
		/** Oldest first. */
		list: (): LoggedRequest[] => [...ring.slice(next), ...ring.slice(0, next)],
	};
}
