import { readFile } from 'node:fs/promises';
import type { FastifyError, FastifyInstance } from 'fastify';
import { z, ZodError } from 'zod';
import { playNames, plays, startPlay } from './plays.mts';
import { postmanCollectionOf } from './postmanCollection.mts';
import type { Emulator } from './server.mts';
import type { Service } from './service.mts';
import { behaviourChangeSchema } from './settings.mts';

/** Where the control lives on the file origin, so that it answers also while the API origin is stopped. */
export const controlPath = '/control';

const page = new URL('page.html', import.meta.url);

const scope = z.object({ api: z.string().optional() });

/** The same levers as the emulator object has, over HTTP and without a token. */
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
				// The newest first, as n8n has their credentials.
				apis: emulator()
					.apis.map((api) => ({ ...api, postman: postmanCollectionOf(api) }))
					.reverse(),
				plays: playNames.map((name) => ({ name, ...plays[name] })),
				playing: service.memory.playing,
			}));
			control.put('/play', (request, reply) => {
				startPlay(service, z.object({ name: z.enum(playNames) }).parse(request.body).name);
				return reply.code(204).send();
			});
			control.get('/statistics', () => emulator().statistics());
			control.get('/requests', () => emulator().requests());
			control.get<{ Params: { id: string } }>('/tasks/:id', (request, reply) => {
				const task = emulator().task(request.params.id);
				return task ?? reply.code(404).send({ error: 'No such task' });
			});
			control.post('/faults', (request, reply) => {
				reply.code(201);
				return service.memory.faults.add(request.body);
			});
			control.delete('/faults', (_request, reply) => {
				emulator().clearFaults();
				return reply.code(204).send();
			});
			control.put('/behaviour', (request, reply) => {
				const change = behaviourChangeSchema.parse(request.body);
				emulator().setBehaviour(change, scope.parse(request.query));
				return reply.code(204).send();
			});
			control.post('/reset', (_request, reply) => {
				emulator().reset();
				return reply.code(204).send();
			});
			control.post('/stop', async (_request, reply) => {
				await emulator().stopListening();
				return reply.code(204).send();
			});
			control.post('/listen', async (_request, reply) => {
				await emulator().listenAgain();
				return reply.code(204).send();
			});
		},
		{ prefix: controlPath },
	);
}
