import { z, type ZodRawShape } from 'zod';
import { amountOrInfinity } from './behaviour.mts';
import { bytesBody, jsonReply, pause, reset, send, textReply } from './exchange.mts';
import type { Exchange, Reply } from './exchange.mts';

type Play = (exchange: Exchange) => Promise<void> | void;
type FaultKinds = typeof faultKinds;

/** Whether the service does what was asked all the same: of a submit, whether the task is taken and charged. */
const taken = z.boolean().default(false);
const bytes = z.number().int().nonnegative();
const fields = z.record(z.unknown());

/** All faults that can be played: what each may be told, and how it answers a request. To add one, add an entry. */
const faultKinds = {
	/** An error status. */
	status: kind(
		{
			status: z.number().int().min(200).max(599),
			body: z.unknown().default({ error: 'Fault on demand' }),
			contentType: z.string().default('application/json'),
			headers: z.record(z.string()).default({}),
			taken,
		},
		async ({ status, body, contentType, headers, taken }, exchange) => {
			const text = typeof body === 'string' ? body : JSON.stringify(body);
			const reply = textReply(status, contentType, text);
			await instead(exchange, { ...reply, headers: { ...reply.headers, ...headers } }, taken);
		},
	),
	/** The connection is reset before the service has understood the request. */
	resetBefore: kind({}, (_, exchange) => reset(exchange)),
	/** The service has done what was asked, and the connection is reset before it can say so. */
	resetAfter: kind({}, async (_, exchange) => {
		await exchange.reply();
		reset(exchange);
	}),
	/** The connection ends in the middle of the reply. */
	resetMiddle: kind({ afterBytes: bytes.optional() }, async ({ afterBytes }, exchange) => {
		const reply = await exchange.reply();
		await send(exchange, reply, { stopAfter: afterBytes ?? half(reply), ending: 'destroy' });
	}),
	/** No answer, ever. */
	hang: kind({ taken }, async ({ taken }, exchange) => {
		if (taken) await exchange.reply();
	}),
	/** The reply begins, and stops coming. */
	stall: kind({ afterBytes: bytes.optional() }, async ({ afterBytes }, exchange) => {
		const reply = await exchange.reply();
		const declaredLength = reply.body.length;
		const stopAfter = afterBytes ?? half(reply);
		await send(exchange, reply, { stopAfter, declaredLength, ending: 'leave' });
	}),
	/** The true reply, late or in a trickle. A task is taken before the delay. */
	slow: kind(
		{
			delayMs: z.number().nonnegative().default(0),
			bytesPerSecond: z.number().positive().optional(),
		},
		async ({ delayMs, bytesPerSecond }, exchange) => {
			const reply = await exchange.reply();
			await pause(delayMs, exchange.response);
			await send(exchange, reply, { bytesPerSecond });
		},
	),
	/** The true reply, after so long in the service's own time. A task is taken before. */
	late: kind({ afterMs: z.number().nonnegative() }, async ({ afterMs }, exchange) => {
		const reply = await exchange.reply();
		await exchange.keepSilent(afterMs);
		await send(exchange, reply);
	}),
	/** A page for people, with status 200. */
	html: kind(
		{ status: z.number().int().default(200), before: z.string().default(''), taken },
		async ({ status, before, taken }, exchange) => {
			const page = `${before}<!DOCTYPE html><html><body><h1>Please stand by</h1></body></html>`;
			await instead(exchange, textReply(status, 'text/html', page), taken);
		},
	),
	/** A proper HTTP reply whose JSON ends too early. */
	truncatedJson: kind({ afterBytes: bytes.optional() }, async ({ afterBytes }, exchange) => {
		const reply = await exchange.reply();
		const beginning = contentOf(reply).subarray(0, afterBytes ?? half(reply));
		await send(exchange, { ...harmless(reply), body: bytesBody(beginning) });
	}),
	/** Any other body, with status 200. */
	body: kind(
		{
			json: z.unknown().default(null),
			text: z.string().optional(),
			contentType: z.string().optional(),
			taken,
		},
		async ({ json, text, contentType = 'application/json', taken }, exchange) => {
			await instead(exchange, textReply(200, contentType, text ?? JSON.stringify(json)), taken);
		},
	),
	/** The true reply with some fields replaced and others left out. */
	patch: kind(
		{ fields: fields.default({}), remove: z.array(z.string()).default([]) },
		async ({ fields: replaced, remove }, exchange) => {
			const reply = await exchange.reply();
			const truth = fields.parse(JSON.parse(contentOf(reply).toString()));
			const patched = Object.entries({ ...truth, ...replaced });
			const kept = Object.fromEntries(patched.filter(([key]) => !remove.includes(key)));
			const spoiled = 'status' in replaced || remove.includes('status');
			const { body } = jsonReply(200, kept);
			await send(exchange, { ...(spoiled ? harmless(reply) : reply), body });
		},
	),
	/** An endless text. */
	hugeText: kind(
		{
			bytes: bytes.default(50_000_000),
			contentType: z.string().default('text/plain'),
			taken,
		},
		async ({ bytes, contentType, taken }, exchange) => {
			const body = { length: bytes, chunks: () => longText(bytes) };
			await instead(
				exchange,
				{ status: 200, headers: { 'content-type': contentType }, body },
				taken,
			);
		},
	),
	/** To any URL, or to the same path on the file origin. */
	redirect: kind(
		{
			to: z.union([z.literal('fileOrigin'), z.string().url()]),
			status: z.number().int().min(300).max(399).default(302),
			taken,
		},
		async ({ to, status, taken }, exchange) => {
			const location = to === 'fileOrigin' ? `${exchange.fileOrigin}${exchange.request.url}` : to;
			await instead(
				exchange,
				{ status, headers: { location }, body: bytesBody(Buffer.alloc(0)) },
				taken,
			);
		},
	),
	/** The true status and headers, and nothing else. */
	emptyBody: kind({}, async (_, exchange) => {
		const reply = await exchange.reply();
		await send(exchange, { ...harmless(reply), body: bytesBody(Buffer.alloc(0)) });
	}),
	/** Less than the content-length says; the connection then ends in good order. */
	shortBody: kind({ afterBytes: bytes.optional() }, async ({ afterBytes }, exchange) => {
		const reply = await exchange.reply();
		const declaredLength = reply.body.length;
		await send(exchange, reply, { declaredLength, stopAfter: afterBytes ?? half(reply) });
	}),
};

function kind<Shape extends ZodRawShape>(
	shape: Shape,
	play: (
		settings: z.output<z.ZodObject<Shape, 'strict'>>,
		exchange: Exchange,
	) => Promise<void> | void,
) {
	const settings = z.object(shape).strict();
	return {
		settings,
		/** Checks the settings; throws a ZodError. */
		prepare(given: unknown): Play {
			const checked = settings.parse(given);
			return (exchange) => play(checked, exchange);
		},
	};
}

async function instead(exchange: Exchange, reply: Reply, taken: boolean): Promise<void> {
	if (taken) await exchange.reply();
	await send(exchange, reply);
}

/** The reply's status and headers, without its claim to have told the truth. */
function harmless({ status, headers, body }: Reply): Reply {
	return { status, headers, body };
}

function contentOf({ body }: Reply): Buffer {
	return Buffer.concat([...body.chunks()]);
}

/** Half of a small body, the first 64 kB of a big one. */
function half({ body }: Reply): number {
	return Math.min(65_536, Math.floor(body.length / 2));
}

function* longText(bytes: number): Iterable<Buffer> {
	const page = Buffer.from('All work and no play makes a dull reply. '.repeat(1600));
	for (let left = bytes; left > 0; left -= page.length) yield page.subarray(0, left);
}

/** Which requests a fault hits. Requests are counted from when the fault was added. */
const conditionSchema = z.object({
	call: z.enum(['submit', 'status', 'file']),
	/** Only requests to the API of this name. */
	api: z.string().optional(),
	/** Only requests about this task; of submits, the one that would get this number. */
	taskNumber: z.number().int().positive().optional(),
	/** Only status requests about a task that is (not) over. */
	onlyWhen: z.enum(['completed', 'running']).optional(),
	/** The first matching request to hit, from 1. */
	nth: z.number().int().positive().default(1),
	/** How many to hit. */
	times: amountOrInfinity.default(1),
});

type Condition = z.input<typeof conditionSchema>;

/** A condition, a kind, and the settings of that kind. */
export type FaultRequest = {
	[Kind in keyof FaultKinds]: Condition & { kind: Kind } & z.input<FaultKinds[Kind]['settings']>;
}[keyof FaultKinds];

export type Fault = {
	readonly kind: string;
	/** Which it is of the faults in force, in the order in which they were added, from 1. */
	readonly number: number;
	/** How many requests matched so far, and how many were hit. */
	seen: number;
	fired: number;
};

export type Faults = ReturnType<typeof createFaults>;

/** The faults in force. Of those that are due for a request the one added first is played. */
export function createFaults() {
	const faults: Array<Fault & { isDue: (exchange: Exchange) => boolean; play: Play }> = [];
	return {
		/** Adds a fault. Throws a ZodError that says what is wrong with the request for it. */
		add(request: unknown): Fault {
			const { kind, ...rest } = z.object({ kind: kindSchema }).passthrough().parse(request);
			const condition = conditionSchema.parse(rest);
			const own = Object.entries(rest).filter(([key]) => !(key in conditionSchema.shape));
			const play = faultKinds[kind].prepare(Object.fromEntries(own));
			const fault: Fault = { kind, number: faults.length + 1, seen: 0, fired: 0 };
			faults.push(Object.assign(fault, { play, isDue: dueWhen(condition, fault) }));
			return fault;
		},
		/** The fault to play on this request, counted as played. */
		next(exchange: Exchange): { kind: string; number: number; play: Play } | undefined {
			const [first] = faults.filter((fault) => fault.isDue(exchange));
			if (first) first.fired++;
			return first;
		},
		clear(): void {
			faults.length = 0;
		},
	};
}

const kindSchema = z.custom<keyof FaultKinds>(
	(kind) => typeof kind === 'string' && Object.hasOwn(faultKinds, kind),
	{ message: `Expected one of ${Object.keys(faultKinds).join(', ')}` },
);

function dueWhen(condition: z.output<typeof conditionSchema>, fault: Fault) {
	const { call, api, taskNumber, onlyWhen, nth, times } = condition;
	return (exchange: Exchange): boolean => {
		if (exchange.call !== call) return false;
		if (api !== undefined && exchange.api !== api) return false;
		if (taskNumber !== undefined && exchange.taskNumber !== taskNumber) return false;
		if (onlyWhen !== undefined && exchange.taskState !== onlyWhen) return false;
		fault.seen++;
		return fault.seen >= nth && fault.fired < times;
	};
}
