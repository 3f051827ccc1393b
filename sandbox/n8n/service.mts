import { readFile } from 'node:fs/promises';
import { sandboxApis } from '../emulator/apis.mts';
import { startEmulator, type EmulatedApi } from '../emulator/server.mts';
import type { Credential } from './session.mts';
import { PlainError } from './terminal.mts';

/** What the sandboxed n8n talks to. */
export interface Service {
	/** Shown while it is being reached. */
	title: string;
	/** n8n's user folder below the sandbox folder: the emulator's and a real service's stay apart. */
	home: string;
	credentials: Credential[];
	/** How long a picture may take. */
	pictureSeconds: number;
	/** What the service has counted, in a line. */
	summary(): string | undefined;
	/** Its page with what to paste, and faults to play. */
	pageUrl: string | undefined;
	close(): Promise<void>;
}

/** The real InstaSD API if the environment names one, else the emulator. */
export async function openService(env: NodeJS.ProcessEnv): Promise<Service> {
	const credential = await realCredential(env);
	return credential === undefined ? await emulator() : realService(credential);
}

const NAME = 'InstaSD sandbox';
const TYPE = 'instaSdApi';

// Always the same while they are free: the credential's URL, and links in old executions, stay right.
const API_PORT = 5690;
const FILE_PORT = 5691;

async function emulator(): Promise<Service> {
	const options = { apis: sandboxApis, behaviour: { queueMs: 500, durationMs: 3000 } };
	const running = await startEmulator({ ...options, port: API_PORT, filePort: FILE_PORT }).catch(
		() => startEmulator(options),
	);
	return {
		title: 'InstaSD emulator',
		home: 'home',
		credentials: emulatorCredentials(running.apis),
		pictureSeconds: 60,
		summary: () => {
			const { charged, asked } = running.statistics();
			return `${charged} task charged, its status asked ${asked} times`;
		},
		pageUrl: running.pageUrl,
		close: () => running.close(),
	};
}

/** A credential for each emulated API, named after it; examples name theirs like this where the first does not fit. */
export function emulatorCredentials(apis: EmulatedApi[]): Credential[] {
	return apis.map(({ name, apiUrl, token, requestExample }) => ({
		name: `${NAME}: ${name}`,
		type: TYPE,
		data: { setup: 'manual', apiUrl, apiToken: token, requestExample },
	}));
}

function realService(credential: Credential): Service {
	return {
		title: 'your InstaSD API',
		home: 'home-service',
		credentials: [credential],
		pictureSeconds: 1800,
		summary: () => undefined,
		pageUrl: undefined,
		close: async () => undefined,
	};
}

async function realCredential(env: NodeJS.ProcessEnv): Promise<Credential | undefined> {
	const { INSTASD_API_URL, INSTASD_API_TOKEN, INSTASD_REQUEST_EXAMPLE, INSTASD_POSTMAN } = env;
	if (INSTASD_POSTMAN) {
		const postmanCollectionWithToken = await readGiven('INSTASD_POSTMAN', INSTASD_POSTMAN);
		return { name: NAME, type: TYPE, data: { setup: 'postman', postmanCollectionWithToken } };
	}
	if (!INSTASD_API_URL && !INSTASD_API_TOKEN) return undefined;
	if (!INSTASD_API_URL || !INSTASD_API_TOKEN) {
		throw new PlainError('INSTASD_API_URL and INSTASD_API_TOKEN are needed together', {
			advice: 'Set both, or INSTASD_POSTMAN to the path of a Postman collection, or none of them.',
		});
	}
	const requestExample = INSTASD_REQUEST_EXAMPLE
		? await readGiven('INSTASD_REQUEST_EXAMPLE', INSTASD_REQUEST_EXAMPLE)
		: '';
	const data = { apiUrl: INSTASD_API_URL, apiToken: INSTASD_API_TOKEN, requestExample };
	return { name: NAME, type: TYPE, data: { setup: 'manual', ...data } };
}

async function readGiven(variable: string, file: string): Promise<string> {
	try {
		return await readFile(file, 'utf8');
	} catch (cause) {
		throw new PlainError(`The file that ${variable} names cannot be read: ${file}`, { cause });
	}
}
