import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { ApiDefinition } from '../../sandbox/emulator/apis.mts';
import {
	startEmulator,
	type EmulatedApi,
	type Emulator,
	type EmulatorOptions,
} from '../../sandbox/emulator/server.mts';
import type { Inputs } from '../../sandbox/emulator/behaviour.mts';
import { saveCredential, type Credential } from '../../sandbox/n8n/session.mts';
import type { SavedCredential } from '../../sandbox/n8n/examples.mts';
import { SANDBOX_FOLDER, temporaryFolder } from '../../sandbox/n8n/folders.mts';
import { installN8n } from '../../sandbox/n8n/install.mts';
import { placeNodePackage } from '../../sandbox/n8n/home.mts';
import { PlainError } from '../../sandbox/n8n/terminal.mts';
import { startN8n, type N8nServer, type ServerOptions } from '../../sandbox/n8n/server.mts';
import { signIn, type Session } from '../../sandbox/n8n/session.mts';

/** A real n8n of its own with the built node in it, and the emulated service. */
export interface Stage {
	n8n: N8nServer;
	session: Session;
	emulator: Emulator;
	/** The emulated API of this name. */
	api(name: string): EmulatedApi;
	/** Saves a credential for an API as a person would have entered it. */
	credentialFor(api: EmulatedApi, changes?: Record<string, unknown>): Promise<SavedCredential>;
	/** The inputs of every task the service was given, oldest first. */
	sent(): Inputs[];
	/** The values of these inputs, by their ids. */
	sentValues(): Array<Record<string, unknown>>;
	close(): Promise<void>;
}

/** The environment of an n8n, without what Jest adds and would put n8n into its test mode. */
export const outsideJest = { NODE_ENV: undefined, JEST_WORKER_ID: undefined };

/** A service whose tasks and files take no time. */
export const quick = { durationMs: 20, imageSize: { width: 32, height: 32 }, videoBytes: 1000 };

/** Which n8n a stage has. */
export interface StageN8n {
	/** The sandbox's own when not given. */
	version?: string;
	nodeMajor?: number;
	/** Settings, added to the sandbox's own. */
	env?: NodeJS.ProcessEnv;
}

/**
 * Installs n8n on first use, which takes a minute or two; then it starts in ten seconds. Its user folder is made in
 * `folder`, which is the sandbox's own when not given.
 */
export async function openStage(
	apis: ApiDefinition[],
	service: Omit<EmulatorOptions, 'apis'> = {},
	{ folder = SANDBOX_FOLDER, ...n8n }: StageN8n & { folder?: string } = {},
): Promise<Stage> {
	const userFolder = await temporaryFolder(path.join(folder, 'instasd-stage'));
	const emulator = await startEmulator({ behaviour: quick, ...service, apis });
	const close = async (): Promise<void> => {
		await emulator.close();
		await rm(userFolder, { recursive: true, force: true });
	};
	try {
		const server = await startStageN8n(userFolder, n8n);
		const stage: Stage = stageOf({
			n8n: server,
			session: await signIn(server.url),
			emulator,
			close: async () => {
				await stage.n8n.stop();
				await close();
			},
		});
		return stage;
	} catch (error) {
		await close();
		throw withLog(error);
	}
}

/** Starts n8n in a folder of its own, with the built node in it; there once more after it was killed. */
export async function startStageN8n(
	userFolder: string,
	{
		version,
		nodeMajor,
		env = {},
		...options
	}: StageN8n & Pick<ServerOptions, 'command' | 'port'> = {},
): Promise<N8nServer> {
	const installation = await installN8n(version, nodeMajor);
	await placeNodePackage(userFolder, installation);
	return await startN8n({
		...options,
		installation,
		userFolder,
		env: { ...outsideJest, ...env },
		readyTimeoutSeconds: 300,
	});
}

/** An error whose message holds its log, since Jest shows nothing else. */
export function withLog(error: unknown): unknown {
	if (error instanceof PlainError) error.message += `\n${error.log ?? ''}`;
	return error;
}

/** What a person enters for an API. */
export function credentialOf(
	{ name, apiUrl, token, requestExample }: EmulatedApi,
	changes: Record<string, unknown> = {},
): Credential {
	const data = { setup: 'manual', apiUrl, apiToken: token, requestExample, ...changes };
	return { name: `InstaSD: ${name}`, type: 'instaSdApi', data };
}

/** A stage of its parts; for stages of other kinds, too. */
export function stageOf(parts: Pick<Stage, 'n8n' | 'session' | 'emulator' | 'close'>): Stage {
	const { emulator } = parts;
	const stage: Stage = {
		...parts,
		api: (wanted) => {
			const api = emulator.apis.find(({ name }) => name === wanted);
			if (api === undefined) throw new Error(`The emulator has no API '${wanted}'`);
			return api;
		},
		credentialFor: async (api, changes) => {
			const credential = credentialOf(api, changes);
			return { id: await saveCredential(stage.session, credential), name: credential.name };
		},
		sent: () => emulator.statistics().perTask.map(({ id }) => emulator.task(id)?.inputs ?? {}),
		sentValues: () =>
			stage.sent().map((inputs) => {
				const entries = Object.entries(inputs);
				return Object.fromEntries(entries.map(([id, { value }]) => [id, value]));
			}),
	};
	return stage;
}
