import path from 'node:path';
import { makePicture } from './demoRun.mts';
import { importCredentials, importExamples } from './examples.mts';
import { REPOSITORY, SANDBOX_FOLDER } from './folders.mts';
import { buildNodePackage, placeNodePackage, readRecord, takeHome, writeRecord } from './home.mts';
import { N8N_VERSION, installN8n, isInstalled } from './install.mts';
import { startN8n, type N8nServer } from './server.mts';
import type { Service } from './service.mts';
import { signIn, type Credential, type Session } from './session.mts';
import { PlainError, step } from './terminal.mts';
import { activateWorkflow, type SavedWorkflow } from './workflows.mts';

export interface Demo {
	server: N8nServer;
	session: Session;
	workflow: SavedWorkflow;
	/** The page of the example *Picture page*; undefined when it can no longer be published. */
	guestPage: string | undefined;
}

const EDITOR_PORT = 5678;
const EXAMPLE = 'text-to-image';
const PAGE = 'picture-page';
/** Called by others, which can only be published after it. */
const PAID_ONCE = 'paid-once';

/** Who may use that page. */
export const GUEST = { user: 'guest', password: 'sandbox' };

const pageCredential: Credential = {
	name: 'InstaSD sandbox: page',
	type: 'httpBasicAuth',
	data: GUEST,
};

/**
 * Starts a real n8n with the node, the service's credentials and the examples in it.
 * @param onEnd is handed what has to be undone, in the order in which it was done
 */
export async function openDemo(
	service: Service,
	onEnd: (undo: () => Promise<void>) => void,
): Promise<Demo> {
	await step('Building the node', buildNodePackage);
	const installation = await step(
		(await isInstalled())
			? `n8n ${N8N_VERSION}`
			: `Fetching n8n ${N8N_VERSION} (first start only: a minute or two, 2 GB)`,
		(note) => installN8n(N8N_VERSION, undefined, note),
	);
	const home = await takeHome(path.join(SANDBOX_FOLDER, service.home));
	onEnd(() => home.giveBack());
	const title = home.temporary
		? 'Starting n8n (another one runs, so in an empty folder)'
		: 'Starting n8n';
	const server = await step(title, async () => {
		await placeNodePackage(home.folder, installation);
		return await startN8n({
			installation,
			userFolder: home.folder,
			preferredPort: EDITOR_PORT,
			logFile: path.join(home.folder, 'n8n.log'),
		});
	});
	onEnd(() => server.stop());
	return await step('Importing credentials and examples', async () => {
		const session = await signIn(server.url);
		const examples = await importAll(session, service, home.folder);
		const workflow = exampleOf(examples, EXAMPLE);
		const published = activateWorkflow(session, exampleOf(examples, PAID_ONCE).id).then(
			async () => await activateWorkflow(session, exampleOf(examples, PAGE).id),
		);
		const guestPage = await published.then(
			() => `${server.url}/webhook/instasd-page`,
			() => undefined,
		);
		return { server, session, workflow, guestPage };
	});
}

async function importAll(
	session: Session,
	service: Service,
	home: string,
): Promise<Map<string, SavedWorkflow>> {
	const file = path.join(home, 'imported.json');
	const record = await readRecord(file);
	const given = [...service.credentials, pageCredential];
	const credentials = await importCredentials(session, given, record);
	const folder = path.join(REPOSITORY, 'examples');
	const examples = await importExamples(session, folder, credentials, record, EXAMPLE);
	await writeRecord(file, record);
	return examples;
}

function exampleOf(examples: Map<string, SavedWorkflow>, name: string): SavedWorkflow {
	const workflow = examples.get(name);
	if (workflow === undefined) throw new PlainError(`examples/${name}.json is missing`);
	return workflow;
}

/** Runs "text to image" in the open demo and returns the picture's path. */
export async function runDemo({ session, workflow }: Demo, service: Service): Promise<string> {
	return await step(`Running '${workflow.name}'`, () =>
		makePicture(session, workflow, service.pictureSeconds),
	);
}
