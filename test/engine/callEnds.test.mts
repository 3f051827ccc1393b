import type { IExecuteFunctions } from 'n8n-workflow';
import { InstaSdApi } from '../../credentials/InstaSdApi.credentials.ts';
import { createClient } from '../../nodes/InstaSd/api/client.ts';
import { systemClock } from '../../nodes/InstaSd/api/clock.ts';
import { limits } from '../../nodes/InstaSd/api/limits.ts';
import type { Reply } from '../../nodes/InstaSd/api/reply.ts';
import { createEngine, type Engine } from './harness/engine.mts';
import { useNodeTime } from './nodeTime.mts';
import { listen, probeNode, probeWorkflow, type LocalServer } from './probe.mts';
import { until } from './stage.mts';

useNodeTime();
let engine: Engine;
let api: LocalServer;
let work: (context: IExecuteFunctions) => Promise<unknown>;
/** Answers the last request after all. */
let answer: (text: string) => void;
/** Requests whose connections are open, and those that have come. */
const seen = { open: 0, come: 0 };

class Calling extends probeNode(
	() =>
		async function () {
			await work(this);
			return [[]];
		},
) {
	constructor() {
		super();
		this.description.credentials = [{ name: 'instaSdApi' }];
	}
}

beforeAll(async () => {
	engine = await createEngine({
		nodeTypes: { 'n8n-nodes-test.probe': Calling },
		credentialTypes: { instaSdApi: InstaSdApi },
	});
	// Answers nothing, or the beginning of a reply.
	api = await listen(({ url, socket }, response) => {
		Object.assign(seen, { open: seen.open + 1, come: seen.come + 1 });
		socket.once('close', () => (seen.open -= 1));
		answer = (text) => response.end(text);
		if (url?.endsWith('/begun')) response.writeHead(200).write('{"task_id":"begun",');
	});
});
afterAll(async () => {
	api.close();
	await engine.close();
});
beforeEach(() => Object.assign(seen, { open: 0, come: 0 }));

const token = 'secret-token';
const credential = () => ({ setup: 'manual', apiUrl: api.url, apiToken: token });

function start(act: (context: IExecuteFunctions) => Promise<unknown>) {
	work = act;
	const credentials = { instaSdApi: { id: 'one', name: 'InstaSD' } };
	return engine.start(probeWorkflow({ credentials }), {
		credentials: { one: credential() },
	});
}

const client = (context: IExecuteFunctions) =>
	createClient(context, credential(), token, systemClock, context.getExecutionCancelSignal());

test.each(['silent', 'begun'])(
	'Stop closes the connection of a status call whose reply is %s',
	async (taskId) => {
		let reply: Reply | undefined;
		const execution = start(async (context) => {
			reply = await client(context).taskStatus(taskId, limits.statusMs);
		});
		await until(() => seen.come === 1);
		execution.stop();
		await execution.finished;
		await until(() => reply !== undefined && seen.open === 0);
		expect(reply).toEqual({ kind: 'lost', errorCode: 'ERR_CANCELED' });
	},
);

test('no status call is sent after Stop', async () => {
	let reply: Reply | undefined;
	const execution = start(async (context) => {
		execution.stop();
		reply = await client(context).taskStatus('any', limits.statusMs);
	});
	await execution.finished;
	await until(() => reply !== undefined);
	expect(reply).toEqual({ kind: 'lost', errorCode: 'ERR_CANCELED' });
	expect(seen.come).toBe(0);
});

test('Stop does not cut off a submit: its reply is read when it comes', async () => {
	let reply: Reply | undefined;
	const execution = start(async (context) => {
		reply = await client(context).runTask('{}');
	});
	await until(() => seen.come === 1);
	execution.stop();
	for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
	expect([reply, seen.open]).toEqual([undefined, 1]);
	answer('{"task_id":"late"}');
	await until(() => reply !== undefined);
	expect(reply).toMatchObject({ kind: 'received', taskId: 'late' });
});
