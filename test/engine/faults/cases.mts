import type { FaultRequest } from '../../../sandbox/emulator/faults.mts';

/** The calls of a Run and Wait in which something can go wrong. */
export const calls = ['submit', 'first poll', 'later poll', 'last poll', 'file'] as const;
export type Call = (typeof calls)[number];

/** Which requests are hit: the emulator's condition without the fault. */
export type Condition = Pick<FaultRequest, 'call' | 'nth' | 'times' | 'onlyWhen' | 'taskNumber'>;
/** What a fault may have to name. */
export interface World {
	readonly token: string;
	/** A third origin, which has a picture under every path. */
	readonly otherOrigin: string;
}
type Arrange = (at: Condition, world: World) => FaultRequest;

export interface Fault {
	readonly name: string;
	/** How the emulator does it; 'refuse': nobody listens. A submit that may have been taken is taken. */
	readonly arrange: Arrange | 'refuse';
	/** The same for a file, where that is different; null where a file cannot have this fault. */
	readonly arrangeFile?: Arrange | 'refuse' | null;
}

/** A fault in a call. */
export interface Case {
	readonly fault: Fault;
	readonly call: Call;
	/** Whether the fault stays, or is gone when the call is made again. */
	readonly lasts: boolean;
}

function refusal(status: number, words: string, taken = false): Fault {
	const body = { error: words };
	return {
		name: `${status} ${words}`,
		arrange: (at) => ({ ...at, kind: 'status', status, body, taken }),
	};
}

/** Every field of either reply, as something that it is not. */
const otherTypes = {
	task_id: { of: 'another type' },
	status: 7,
	estimated_steps: 'ten',
	completed_steps: [],
	image_urls: { 0: true },
	video_urls: 'none',
	delay_time: {},
	execution_time: 'soon',
	cost: [[]],
};
const ofTheTask = new Set(['task_id', 'status']);
const otherTypesBesideTheTask = Object.fromEntries(
	Object.entries(otherTypes).filter(([name]) => !ofTheTask.has(name)),
);

export const faults: readonly Fault[] = [
	{
		name: 'connection refused',
		arrange: 'refuse',
		arrangeFile: (at) => ({ ...at, kind: 'redirect', to: 'http://127.0.0.1:9/nobody-listens' }),
	},
	{
		name: 'connection reset before the request was read',
		arrange: (at) => ({ ...at, kind: 'resetBefore' }),
	},
	{
		name: 'connection reset after the work was done',
		arrange: (at) => ({ ...at, kind: 'resetAfter' }),
	},
	{
		name: 'connection reset in the middle of the reply',
		arrange: (at) => ({ ...at, kind: 'resetMiddle' }),
	},
	{
		name: 'no reply, ever',
		arrange: (at) => ({ ...at, kind: 'hang', taken: true }),
	},
	{
		name: 'a reply that stops in its middle',
		arrange: (at) => ({ ...at, kind: 'stall' }),
	},
	refusal(400, 'Bad Request'),
	refusal(401, 'Unauthorized'),
	{
		name: '401 that quotes the token',
		arrange: (at, { token }) => ({
			...at,
			kind: 'status',
			status: 401,
			body: { error: `Unknown token ${token}` },
		}),
	},
	refusal(403, 'Forbidden'),
	refusal(404, 'Not Found'),
	refusal(408, 'Request Timeout', true),
	refusal(409, 'Conflict'),
	refusal(413, 'Content Too Large'),
	refusal(422, 'Unprocessable Content'),
	{
		name: '429 Too Many Requests',
		arrange: (at) => ({ ...at, kind: 'status', status: 429, headers: { 'retry-after': '60' } }),
	},
	refusal(500, 'Internal Server Error', true),
	refusal(502, 'Bad Gateway', true),
	refusal(503, 'Service Unavailable', true),
	refusal(504, 'Gateway Timeout', true),
	{
		name: '200 with a web page',
		arrange: (at) => ({ ...at, kind: 'html', taken: true }),
	},
	{
		name: '200 with half of the reply',
		arrange: (at) => ({ ...at, kind: 'truncatedJson' }),
		arrangeFile: (at) => ({ ...at, kind: 'shortBody' }),
	},
	{
		name: '200 with nothing in it',
		arrange: (at) => ({ ...at, kind: 'emptyBody' }),
	},
	{
		name: '200 with another type in every field',
		arrange: (at) => ({ ...at, kind: 'patch', fields: otherTypes }),
		arrangeFile: null,
	},
	{
		name: '200 with another type in every field but id and status',
		arrange: (at) => ({ ...at, kind: 'patch', fields: otherTypesBesideTheTask }),
		arrangeFile: null,
	},
	{
		name: '200 with 50 MB of text',
		arrange: (at) => ({ ...at, kind: 'hugeText', taken: true }),
		arrangeFile: (at) => ({ ...at, kind: 'hugeText', contentType: 'text/html' }),
	},
	{
		name: 'redirect to another origin',
		arrange: (at) => ({ ...at, kind: 'redirect', to: 'fileOrigin', taken: true }),
		arrangeFile: (at, { otherOrigin }) => ({ ...at, kind: 'redirect', to: otherOrigin }),
	},
];

/** Every fault in every call, once and for good. */
export const cases: readonly Case[] = calls.flatMap((call) =>
	faults
		.filter(({ arrangeFile }) => call !== 'file' || arrangeFile !== null)
		.flatMap((fault) => [
			{ fault, call, lasts: false },
			{ fault, call, lasts: true },
		]),
);

/** How long after a reply the node polls a young task again, in ms. */
export const usualPauseMs = 500;
/** A task is seen running twice, and then complete. */
export const taskMs = 1_000;

/** Which of the requests of such a run a call is. */
export function conditionOf(call: Call, times: number): Condition {
	if (call === 'submit' || call === 'file') return { call, times };
	if (call === 'last poll') return { call: 'status', onlyWhen: 'completed', times };
	return { call: 'status', nth: call === 'first poll' ? 1 : 2, times };
}
