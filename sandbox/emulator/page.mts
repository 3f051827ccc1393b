import { readFile } from 'node:fs/promises';
import type { FastifyError, FastifyInstance } from 'fastify';
import { z, ZodError } from 'zod';
import type { BehaviourChange } from './behaviour.mts';
import type { FaultRequest } from './faults.mts';
import type { EmulatedApi, Emulator } from './server.mts';
import type { Service } from './service.mts';

/** What the emulator's page offers to play, and what then becomes of a task in n8n. */
type Play = { title: string; expect: string; behaviour?: BehaviourChange; fault?: FaultRequest };

export const playNames = ['well', 'fails', 'slow', 'noCredits', 'busy', 'expired', 'lost'] as const;
export type PlayName = (typeof playNames)[number];

const plays: Record<PlayName, Play> = {
	well: { title: 'All is well', expect: 'A task takes a few seconds and gives its files.' },
	fails: {
		title: 'The task fails',
		expect: 'TASK_FAILED, with the reason of the service. Clicking again makes a new task.',
		behaviour: { failWith: 'CUDA out of memory' },
	},
	slow: {
		title: 'The task is slow',
		expect: 'It takes two minutes. Stop ends n8n’s waiting, not the task.',
		behaviour: { durationMs: 120_000 },
	},
	noCredits: {
		title: 'No credits left (402)',
		expect: 'REJECTED, with the words of the service. Nothing is charged.',
		fault: {
			call: 'submit',
			kind: 'status',
			status: 402,
			body: { error: 'Insufficient credits' },
			times: Infinity,
		},
	},
	busy: {
		title: 'Too many requests (429)',
		expect: 'One request a second is answered. The image comes, only later.',
		behaviour: { requestsPerSecond: 1 },
	},
	expired: {
		title: 'Links have expired',
		expect:
			'LINK_EXPIRED, with the task’s id. Choose All is well, and Wait for Task fetches the file.',
		fault: {
			call: 'file',
			kind: 'status',
			status: 403,
			body: 'Request has expired',
			times: Infinity,
		},
	},
	lost: {
		title: 'The reply is lost',
		expect: 'SUBMIT_UNSURE: the task was created and charged, and is not sent a second time.',
		fault: { call: 'submit', kind: 'resetAfter', times: Infinity },
	},
};

/** Plays this from now on, instead of any other fault or change of behaviour. */
function startPlay({ memory, behaviours }: Service, name: PlayName): void {
	const { behaviour = {}, fault } = plays[name];
	memory.faults.clear();
	behaviours.reset();
	behaviours.change(behaviour);
	if (fault !== undefined) memory.faults.add(fault);
	memory.playing = name;
}

/** Where the control lives on the file origin, so that it answers also while the API origin is stopped. */
export const controlPath = '/control';

const page = new URL('page.html', import.meta.url);

/** The page, what it shows and what it may change, without a token. */
export function addControl(app: FastifyInstance, service: Service, emulator: () => Emulator): void {
	app.setErrorHandler<FastifyError | ZodError>((error, _request, reply) => {
		if (error instanceof ZodError) {
			return reply.code(400).send({ error: 'Invalid request', issues: error.issues });
		}
		return reply.code(error.statusCode ?? 500).send({ error: error.message });
	});
	app.register(
		async (control) => {
			control.get('/', async (_request, reply) =>
				reply.type('text/html').send(await readFile(page)),
			);
			control.get('/page', () => ({
				apis: emulator().apis.map((api) => ({ ...api, postman: postmanCollectionOf(api) })),
				plays: playNames.map((name) => ({ name, ...plays[name] })),
				playing: service.memory.playing,
			}));
			control.put('/play', (request, reply) => {
				startPlay(service, z.object({ name: z.enum(playNames) }).parse(request.body).name);
				return reply.code(204).send();
			});
			control.get('/statistics', () => emulator().statistics());
		},
		{ prefix: controlPath },
	);
}

/** The Postman collection that InstaSD offers for an API, as the text of its file. */
export function postmanCollectionOf({ name, apiUrl, token, requestExample }: EmulatedApi): string {
	const schema = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';
	const request = (method: string, path: string, body?: object) => ({
		name: path,
		request: { method, header: [], url: { raw: `{{base_url}}/${path}` }, ...body },
	});
	const raw = { mode: 'raw', raw: requestExample, options: { raw: { language: 'json' } } };
	const collection = {
		info: { name, schema },
		auth: { type: 'bearer', bearer: [{ key: 'token', value: token, type: 'string' }] },
		variable: [{ key: 'base_url', value: apiUrl }],
		item: [request('POST', 'run_task', { body: raw }), request('GET', 'task_status/:task_id')],
	};
	return JSON.stringify(collection, null, '\t');
}
