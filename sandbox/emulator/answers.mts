import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Api, ApiInput } from './apis.mts';
import type { Inputs } from './behaviour.mts';
import { jsonReply, type Exchange, type Reply } from './exchange.mts';
import { answer, type Service } from './service.mts';
import { isOver, stageAt, statusReply, type Task } from './tasks.mts';

type Endpoint = { endpoint: string };

/** The two calls of each API, on its own path and with its own token. */
export function createApiOrigin(service: Service): FastifyInstance {
	const app = fastify();
	app.removeAllContentTypeParsers();
	app.addContentTypeParser('*', (_request: FastifyRequest, stream: IncomingMessage) =>
		receiveBody(stream),
	);
	app.setNotFoundHandler((request, reply) =>
		reply.code(404).send({ error: `Nothing at ${request.method} ${request.url}` }),
	);

	app.post<{ Params: Endpoint; Body: ReceivedBody | undefined }>(
		'/api_endpoints/:endpoint/run_task',
		async (request, reply) => {
			const { memory } = service;
			memory.counters.submits++;
			const body = request.body ?? { bytes: 0, text: '' };
			const taskNumber = memory.tasks.nextNumber();
			const call = { call: 'submit', taskNumber, taskState: null } as const;
			await handle(service, request, reply, call, (api) => runTask(service, api, request, body));
		},
	);

	app.get<{ Params: Endpoint & { id: string } }>(
		'/api_endpoints/:endpoint/task_status/:id',
		async (request, reply) => {
			const { memory, now } = service;
			memory.counters.asked++;
			const task = memory.tasks.find(request.params.id);
			if (task) task.asked++;
			memory.log.note(request.raw, { taskId: request.params.id });
			const taskState = task && (isOver(stageAt(task, now())) ? 'completed' : 'running');
			const call = {
				call: 'status',
				taskNumber: task?.number ?? null,
				taskState: taskState ?? null,
			} as const;
			await handle(service, request, reply, call, (api) => taskStatus(service, api, task));
		},
	);
	return app;
}

/** Finds the API and checks the token; the fault that is due, if any, comes before both. */
async function handle(
	service: Service,
	request: FastifyRequest<{ Params: Endpoint }>,
	reply: FastifyReply,
	call: Pick<Exchange, 'call' | 'taskNumber' | 'taskState'>,
	work: (api: Api) => Reply,
): Promise<void> {
	const { memory, apis, behaviours, fileOrigin } = service;
	const api = apis.find(({ endpoint }) => endpoint === request.params.endpoint);
	memory.log.note(request.raw, { api: api?.name ?? null });
	reply.hijack();
	await answer(service, {
		...call,
		api: api?.name ?? '',
		request: request.raw,
		response: reply.raw,
		fileOrigin: fileOrigin(),
		reply: () => {
			if (!api) return jsonReply(404, { error: 'No such API endpoint' });
			if (!memory.limit.allows(api.name, behaviours.requestsPerSecond(api.name))) {
				memory.counters.limited++;
				return jsonReply(429, { error: 'Too many requests' });
			}
			if (request.headers.authorization === `Bearer ${api.token}`) return work(api);
			memory.counters.unauthorized++;
			return jsonReply(401, { error: 'The API token is missing or does not belong to this API' });
		},
	});
}

function runTask(service: Service, api: Api, request: FastifyRequest, body: ReceivedBody): Reply {
	const { memory, behaviours } = service;
	if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) {
		return jsonReply(415, { error: 'Expected the content-type application/json' });
	}
	const checked = checkRunTaskBody(body, api.inputs);
	if (checked.kind === 'refused') return jsonReply(checked.status, { error: checked.reason });
	const { inputs } = checked;
	const asked = { number: memory.tasks.nextNumber(), api: api.name, inputs };
	const behaviour = behaviours.of(asked);
	const task = memory.tasks.take(asked, behaviour, body.bytes);
	memory.log.note(request.raw, { taskId: task.id });
	const { steps } = behaviour;
	return jsonReply(200, { task_id: task.id, status: 'CREATED', estimated_steps: steps });
}

function taskStatus({ now, links }: Service, api: Api, task: Task | undefined): Reply {
	if (task?.api !== api.name) return jsonReply(404, { error: 'No such task' });
	const at = now();
	const reply = jsonReply(200, statusReply(task, at, links.listsOf(task, at)));
	return isOver(stageAt(task, at)) ? { ...reply, sent: () => (task.knownAt ??= at) } : reply;
}

/** What the contract allows: the payload must remain under 10 MB. */
const mostBodyBytes = 10_000_000;

/** A request's body as it came; text is null where the body was too big. */
type ReceivedBody = { bytes: number; text: string | null };

/** Reads a body to its end, keeping nothing of one that is too big: the client gets to read its 413. */
async function receiveBody(stream: Readable): Promise<ReceivedBody> {
	const chunks: Buffer[] = [];
	let bytes = 0;
	for await (const chunk of stream) {
		bytes += chunk.length;
		if (bytes > mostBodyBytes) chunks.length = 0;
		else chunks.push(chunk);
	}
	return { bytes, text: bytes > mostBodyBytes ? null : Buffer.concat(chunks).toString() };
}

const bodySchema = z.object({
	inputs: z.record(z.object({ title: z.string().optional(), value: z.unknown() })),
});

type CheckedBody =
	| { kind: 'inputs'; inputs: Inputs }
	| { kind: 'refused'; status: 400 | 413 | 422; reason: string };

/** What a body of `run_task` asks for, or why it is refused. */
function checkRunTaskBody(
	{ text, bytes }: ReceivedBody,
	known: Record<string, ApiInput>,
): CheckedBody {
	if (text === null) {
		return refused(413, `The payload has ${bytes} bytes; at most ${mostBodyBytes} are accepted`);
	}
	const parsed = bodySchema.safeParse(parseJson(text));
	if (!parsed.success) {
		const [issue] = parsed.error.issues;
		const where = issue?.path.join('.') || 'body';
		return refused(
			400,
			`Expected {"inputs": {"<id>": {"title", "value"}}}: ${where}: ${issue?.message}`,
		);
	}
	const { inputs } = parsed.data;
	const valueless = Object.keys(inputs).filter((id) => inputs[id]?.value === undefined);
	if (valueless.length > 0) return refused(400, `Inputs without a value: ${valueless.join(', ')}`);
	const unknown = Object.keys(inputs).filter((id) => !Object.hasOwn(known, id));
	if (unknown.length > 0) return refused(422, `Unknown inputs: ${unknown.join(', ')}`);
	return { kind: 'inputs', inputs };
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function refused(status: 400 | 413 | 422, reason: string): CheckedBody {
	return { kind: 'refused', status, reason };
}
