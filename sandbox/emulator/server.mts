import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { createApiOrigin } from './answers.mts';
import { createApi, ownApis, type ApiDefinition } from './apis.mts';
import { createBehaviours, type BehaviourLayer, type Inputs } from './behaviour.mts';
import { countOpen, reportOf, statisticsOf } from './counters.mts';
import type { LoggedRequest, Statistics, TaskReport } from './counters.mts';
import type { Fault, FaultRequest } from './faults.mts';
import { createFileOrigin, createLinks, leaksToken } from './files.mts';
import { listen, type Listening } from './listening.mts';
import { addControl, controlPath } from './page.mts';
import { createMemory, type Service } from './service.mts';

export type EmulatorOptions = {
	/** Of the API origin; 0, the default, takes a free one. */
	port?: number;
	/** Of the file origin. */
	filePort?: number;
	/** Defaults to {@link ownApis}. */
	apis?: ApiDefinition[];
	/** Overlays the default behaviour of all APIs; an API's own behaviour overlays this one. */
	behaviour?: BehaviourLayer;
	/** Milliseconds since 1970; real time unless given. */
	now?: () => number;
	/** Waits in that time; in real time unless given. */
	sleep?: (ms: number) => Promise<void>;
};

export type EmulatedApi = { name: string; apiUrl: string; token: string; requestExample: string };

export type Emulator = {
	/** URL, token and sample body of the first API. */
	apiUrl: string;
	token: string;
	requestExample: string;
	apis: EmulatedApi[];
	fileOrigin: string;
	controlUrl: string;
	/** A page for people: what InstaSD's *API Instructions* show of each API, and faults to play. */
	pageUrl: string;
	statistics(): Statistics;
	/** The last 20,000 requests to both origins, control excluded. */
	requests(): LoggedRequest[];
	/** A task, and the inputs it was sent (undefined once they had to make room). */
	task(id: string): (TaskReport & { inputs: Inputs | undefined }) | undefined;
	/** Overlays some settings for tasks to come, of one API or of all. */
	setBehaviour(layer: BehaviourLayer, scope?: { api?: string }): void;
	/** Adds a fault; the object returned goes on counting how often it was seen and fired. */
	addFault(fault: FaultRequest): Fault;
	clearFaults(): void;
	/** Forgets tasks, faults, statistics and changes of behaviour; ports, URLs and tokens stay. */
	reset(): void;
	/** From now on connections to the API origin are refused, and those that are open end. */
	stopListening(): Promise<void>;
	listenAgain(): Promise<void>;
	/** Ends both servers and all their connections, also those that hang. */
	close(): Promise<void>;
};

/** Plays the InstaSD service on two ports of 127.0.0.1: the APIs, and the origin of their files. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
	const { now = Date.now, sleep } = options;
	const definitions = options.apis ?? ownApis;
	const service: Service = {
		apis: definitions.map(createApi),
		behaviours: createBehaviours([
			{ api: null, layer: options.behaviour ?? {} },
			...definitions.map(({ name, behaviour = {} }) => ({ api: name, layer: behaviour })),
		]),
		links: createLinks(() => files.origin),
		now,
		sleep,
		fileOrigin: () => files.origin,
		memory: createMemory(now),
	};
	const apiApp = createApiOrigin(service);
	const fileApp = createFileOrigin(service);
	addControl(fileApp, service, () => emulator);
	await Promise.all([apiApp.ready(), fileApp.ready()]);
	const files = await listen(watched(service, 'file', fileApp), options.filePort ?? 0);
	const api = await listen(watched(service, 'api', apiApp), options.port ?? 0).catch(
		async (error) => {
			await files.stop();
			throw error;
		},
	);
	const emulator = emulatorOf(service, api, files);
	return emulator;
}

function emulatorOf(service: Service, api: Listening, files: Listening): Emulator {
	const { now, behaviours } = service;
	const apis = service.apis.map(({ name, endpoint, token, requestExample }) => ({
		name,
		apiUrl: `${api.origin}/api_endpoints/${endpoint}`,
		token,
		requestExample,
	}));
	const [first] = apis;
	if (first === undefined) throw new Error('The emulator needs at least one API');
	return {
		...first,
		apis,
		fileOrigin: files.origin,
		controlUrl: `${files.origin}${controlPath}`,
		pageUrl: `${files.origin}${controlPath}/`,
		statistics: () => statisticsOf(service.memory.counters, service.memory.tasks.list(), now()),
		requests: () => service.memory.log.list(),
		task: (id) => {
			const task = service.memory.tasks.find(id);
			return task && { ...reportOf(task, now()), inputs: service.memory.tasks.inputsOf(id) };
		},
		setBehaviour: (layer, scope) => behaviours.change(layer, scope?.api),
		addFault: (fault) => service.memory.faults.add(fault),
		clearFaults: () => service.memory.faults.clear(),
		reset: () => {
			service.memory = createMemory(now);
			behaviours.reset();
		},
		stopListening: api.stop,
		listenAgain: api.again,
		close: async () => {
			await Promise.all([api.stop(), files.stop()]);
		},
	};
}

/** Logs and counts each request before the app sees it; control is not part of the play. */
function watched(service: Service, origin: 'api' | 'file', app: FastifyInstance) {
	const tokens = service.apis.map(({ token }) => token);
	return (request: IncomingMessage, response: ServerResponse) => {
		const { url = '', headers } = request;
		if (origin === 'api' || !url.startsWith(`${controlPath}/`)) {
			const { log, counters } = service.memory;
			log.add(origin, request, response);
			countOpen(counters, response);
			if (origin === 'file' && leaksToken(url, headers, tokens)) counters.leaked++;
		}
		app.routing(request, response);
	};
}
