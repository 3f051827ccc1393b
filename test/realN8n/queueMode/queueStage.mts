import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { ApiDefinition } from '../../../sandbox/emulator/apis.mts';
import { startEmulator } from '../../../sandbox/emulator/server.mts';
import { SANDBOX_FOLDER, temporaryFolder } from '../../../sandbox/n8n/folders.mts';
import type { N8nServer } from '../../../sandbox/n8n/server.mts';
import { signIn } from '../../../sandbox/n8n/session.mts';
import { quick, stageOf, startStageN8n, withLog, type Stage } from '../stage.mts';
import type { DataServer } from './dataServer.mts';
import { startPostgres, type Postgres } from './postgres.mts';
import { startRedis } from './redis.mts';

/** n8n in queue mode: one main (the stage's `n8n`), its workers, a Redis and a PostgreSQL. */
export interface QueueStage extends Stage {
	/** Those that were started, also those that have been ended since. */
	workers: N8nServer[];
	postgres: Postgres;
	startWorker(): Promise<N8nServer>;
	/** Starts the main again, at the same address, after it was stopped or killed. */
	startMainAgain(): Promise<void>;
}

export interface QueueOptions {
	/** 2 when not given. */
	workers?: number;
	/** How many executions a worker runs at once; 5 when not given. */
	concurrency?: number;
	/** Settings for all processes of n8n. */
	env?: NodeJS.ProcessEnv;
}

/**
 * n8n as it is spread over several machines: each process has a user folder of its own with the built
 * node in it, and they share nothing but the database, the queue and the encryption key.
 */
export async function openQueueStage(
	apis: ApiDefinition[],
	{ workers = 2, concurrency = 5, env = {} }: QueueOptions = {},
): Promise<QueueStage> {
	const undo: Array<() => Promise<unknown>> = [];
	const close = async (): Promise<void> => {
		for (const step of undo.splice(0).reverse()) await step();
	};
	try {
		const folder = await temporaryFolder(path.join(SANDBOX_FOLDER, 'queue'));
		undo.push(async () => await rm(folder, { recursive: true, force: true }));
		const redis = await startRedis();
		undo.push(redis.stop);
		const postgres = await startPostgres();
		undo.push(postgres.stop);
		const emulator = await startEmulator({ behaviour: quick, apis });
		undo.push(emulator.close);
		const settings = { ...queueEnv(redis, postgres), ...env };
		const start = async (name: string, command: string[], port?: number): Promise<N8nServer> =>
			await startStageN8n(path.join(folder, name), { env: settings, command, port });

		// The main first: it makes the tables.
		const main = await start('main', ['start']);
		const session = await signIn(main.url);
		const workersStarted: N8nServer[] = [];
		const stage: QueueStage = Object.assign(stageOf({ n8n: main, session, emulator, close }), {
			workers: workersStarted,
			postgres,
			startWorker: async () => {
				const command = ['worker', `--concurrency=${concurrency}`];
				const worker = await start(`worker-${workersStarted.length + 1}`, command);
				workersStarted.push(worker);
				return worker;
			},
			startMainAgain: async () => {
				stage.n8n = await start('main', ['start'], stage.n8n.port);
			},
		});
		undo.push(async () => await Promise.all([stage.n8n, ...stage.workers].map(end)));
		for (let number = 0; number < workers; number++) await stage.startWorker();
		return stage;
	} catch (error) {
		await close();
		throw withLog(error);
	}
}

/** The worker that has begun an execution, or gone on with it last. */
export function workerOf({ workers }: QueueStage, execution: string): N8nServer | undefined {
	return workers.findLast((worker) => startsOn(worker, execution) > 0);
}

/** How often a worker has begun an execution or gone on with it. */
export function startsOn(worker: N8nServer, execution: string): number {
	return worker.log().split(`Worker started execution ${execution} (`).length - 1;
}

function queueEnv(redis: DataServer, postgres: Postgres): NodeJS.ProcessEnv {
	return {
		N8N_ENCRYPTION_KEY: 'shared by the main and its workers',
		EXECUTIONS_MODE: 'queue',
		OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
		QUEUE_BULL_REDIS_HOST: '127.0.0.1',
		QUEUE_BULL_REDIS_PORT: `${redis.port}`,
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: '127.0.0.1',
		DB_POSTGRESDB_PORT: `${postgres.port}`,
		DB_POSTGRESDB_USER: postgres.user,
		DB_POSTGRESDB_DATABASE: postgres.database,
		N8N_DEFAULT_BINARY_DATA_MODE: 'database',
	};
}

async function end(n8n: N8nServer): Promise<void> {
	await n8n.stop();
}
