import type { IncomingMessage } from 'node:http';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Api } from './apis.mts';
import type { Exchange } from './exchange.mts';
import { receiveBody, type ReceivedBody } from './receivedBody.mts';
import { jsonReply, type Reply } from './reply.mts';
import { checkRunTaskBody } from './runTaskBody.mts';
import { answer, type Service } from './service.mts';
import { isOver, stageAt, statusReply, type Task } from './task.mts';

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
	const at = now();
	if (task?.api !== api.name || at < task.createdAt + task.behaviour.notFoundForMs) {
		return jsonReply(404, { error: 'No such task' });
	}
	const reply = jsonReply(200, statusReply(task, at, links.listsOf(task, at)));
	return isOver(stageAt(task, at)) ? { ...reply, sent: () => (task.knownAt ??= at) } : reply;
}
