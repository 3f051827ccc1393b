import { existsSync } from 'node:fs';
import { Expression, NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { IExecuteFunctions } from 'n8n-workflow';
import { createEngine, type Engine } from './harness/engine.mts';
import {
	listen,
	loopWorkflow,
	ProbeApi,
	probeNode,
	probeWorkflow,
	type Behaviour,
	type LocalServer,
} from './probe.mts';

let engine: Engine;
let server: LocalServer;
let behaviour: Behaviour;
const credentials = { 'cred-1': { token: 'secret' } };

const openEngine = (binaryMode?: 'filesystem' | 'default') =>
	createEngine({
		nodeTypes: { 'n8n-nodes-test.probe': probeNode(() => behaviour) },
		credentialTypes: { probeApi: ProbeApi },
		publicUrl: 'https://n8n.example.com/',
		binaryMode,
	});

beforeAll(async () => {
	engine = await openEngine();
	server = await listen((request, response) => {
		const { authorization } = request.headers;
		if (request.url === '/hang') return;
		if (request.url === '/drip') {
			response.writeHead(200, { 'content-type': 'video/mp4' }).write('first');
			return;
		}
		response.writeHead(authorization === 'Bearer secret' ? 200 : 401, {
			'content-type': 'application/json',
		});
		response.end(JSON.stringify({ authorization, url: request.url }));
	});
});

afterAll(async () => {
	server.close();
	await engine.close();
});

/** Lets each input item through as it is. */
const pass: Behaviour = async function () {
	return [this.getInputData().map(({ json }, item) => ({ json, pairedItem: { item } }))];
};

/** Fails at its first `times` calls. */
function failing(times: number): Behaviour & { calls: number } {
	const fail = async function (this: IExecuteFunctions) {
		if (fail.calls++ < times) throw new NodeOperationError(this.getNode(), 'It broke');
		return await pass.call(this);
	};
	fail.calls = 0;
	return fail;
}

/** Something one side waits for until the other opens it. */
function gate() {
	let open = () => {};
	const opened = new Promise<void>((resolve) => (open = resolve));
	return { open, opened };
}

describe('a node in the engine', () => {
	test('reads expressions from each of its items', async () => {
		behaviour = async function () {
			const texts = this.getInputData().map((_, i) => this.getNodeParameter('text', i));
			return [texts.map((text, item) => ({ json: { text }, pairedItem: { item } }))];
		};
		const run = await engine.run(
			probeWorkflow({ parameters: { text: '={{ $json.name.toUpperCase() }} {{ $itemIndex }}' } }),
			{ items: [{ json: { name: 'ada' } }, { json: { name: 'bob' } }] },
		);
		expect(run.status).toBe('success');
		expect(run.output('After').map(({ json }) => json.text)).toEqual(['ADA 0', 'BOB 1']);
		expect(run.output('Probe')[1]?.pairedItem).toEqual({ item: 1 });
	});

	test('gets the defaults of its parameters, and the overrides of a test', async () => {
		behaviour = async function () {
			return [
				[
					{
						json: {
							text: this.getNodeParameter('text', 0),
							options: this.getNodeParameter('options', 0),
						},
					},
				],
			];
		};
		const run = await engine.run(probeWorkflow({ parameters: { options: { a: 1, b: 2 } } }), {
			parameters: { Probe: { options: { b: 3 } } },
		});
		expect(run.output('Probe')[0]?.json).toEqual({
			text: 'default text',
			options: { a: 1, b: 3 },
		});
	});

	test('starts from what is pinned in the editor, elsewhere from what the trigger got', async () => {
		behaviour = pass;
		const manual = await engine.run(probeWorkflow());
		expect(manual.output('After')).toMatchObject([{ json: { name: 'pinned' } }]);
		const items = [{ json: { name: 'came in' } }];
		const production = await engine.run(probeWorkflow(), { mode: 'webhook', items });
		expect(production.output('After')).toMatchObject(items);
		expect(production.data.resultData.pinData).toBeUndefined();
	});

	test('is not entered while a required parameter is empty', async () => {
		const fail = failing(0);
		behaviour = fail;
		const run = await engine.run(probeWorkflow({ parameters: { needed: '' } }));
		expect(run.status).toBe('error');
		expect(run.error?.message).toContain('Needed');
		expect(fail.calls).toBe(0);
	});

	test('sends requests with its credential, defaults filled in', async () => {
		behaviour = async function () {
			const body = await this.helpers.httpRequestWithAuthentication.call(this, 'probeApi', {
				url: `${server.url}/hello`,
			});
			return [[{ json: body }]];
		};
		const run = await engine.run(probeWorkflow(), { credentials });
		expect(run.error).toBeUndefined();
		expect(run.output('Probe')[0]?.json).toEqual({
			authorization: 'Bearer secret',
			url: '/hello',
		});
		const without = await engine.run(probeWorkflow());
		expect(without.error?.message).toContain('cred-1');
	});

	test('logs, hints, marks the execution and writes to the browser', async () => {
		behaviour = async function () {
			this.logger.info('Submitted', { task: 't1' });
			this.addExecutionHints({ message: 'Look here', location: 'outputPane' });
			this.customData?.set('task_1', 't1');
			this.sendMessageToUI('half way');
			return [[]];
		};
		const run = await engine.run(probeWorkflow());
		expect(run.error).toBeUndefined();
		expect(run.logs).toEqual([
			{ from: 'node', level: 'info', message: 'Submitted', meta: { task: 't1' } },
		]);
		expect(run.serverLog.length).toBeGreaterThan(1);
		expect(run.nodes.Probe?.[0]?.hints).toMatchObject([{ message: 'Look here' }]);
		expect(run.customData).toEqual({ task_1: 't1' });
		expect(run.uiMessages).toMatchObject([{ messages: ['half way'] }]);
	});
});

describe('files', () => {
	test('come in with an item and go out as a stream, through the real store', async () => {
		behaviour = async function () {
			const binary = this.helpers.assertBinaryData(0, 'photo');
			const stream = await this.helpers.getBinaryStream(binary.id ?? '');
			const url = this.helpers.createBinarySignedUrl(binary, '1 hour');
			const data = await this.helpers.prepareBinaryData(stream, 'copy.png', 'image/png');
			return [[{ json: { url }, binary: { data } }]];
		};
		const photo = await engine.binary(Buffer.from('a photo'), {
			fileName: 'photo.png',
			mimeType: 'image/png',
		});
		const run = await engine.run(probeWorkflow(), { items: [{ json: {}, binary: { photo } }] });
		const [item] = run.output('After');
		expect(run.error).toBeUndefined();
		expect(item?.binary?.data).toMatchObject({ fileName: 'copy.png', bytes: 7 });
		expect(item?.binary?.data?.id).toMatch(/^filesystem-v2:/);
		expect(await engine.readBinary(item)).toEqual(Buffer.from('a photo'));
		expect(await engine.storedFileSizes()).toEqual([7, 7]);

		const url = String(item?.json.url);
		expect(new URL(url).origin).toBe('https://n8n.example.com');
		expect(await engine.readSignedUrl(url)).toEqual(Buffer.from('a photo'));
		await expect(engine.readSignedUrl(`${url}x`)).rejects.toThrow('signature');
	});

	test('without a name or type are recognised by their content', async () => {
		behaviour = async function () {
			const png = Buffer.from(
				'89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489',
				'hex',
			);
			return [[{ json: {}, binary: { data: await this.helpers.prepareBinaryData(png) } }]];
		};
		const run = await engine.run(probeWorkflow());
		expect(run.output('Probe')[0]?.binary?.data?.mimeType).toBe('image/png');
	});
});

describe('a failing node', () => {
	test('ends the execution with its error', async () => {
		behaviour = failing(1);
		const run = await engine.run(probeWorkflow());
		expect(run.status).toBe('error');
		expect(run.error).toMatchObject({ name: 'NodeOperationError', message: 'It broke' });
		expect(run.nodes.Probe?.[0]).toMatchObject({ status: 'error' });
		expect(run.nodes.After).toBeUndefined();
	});

	test('is entered again by Retry On Fail', async () => {
		const fail = failing(2);
		behaviour = fail;
		const run = await engine.run(
			probeWorkflow({ retryOnFail: true, maxTries: 3, waitBetweenTries: 1 }),
		);
		expect(run.status).toBe('success');
		expect(fail.calls).toBe(3);
		expect(run.nodes.Probe).toHaveLength(1);
	});

	test('lets its input through with "continue", also to the success branch beside an error output', async () => {
		behaviour = failing(2);
		const regular = await engine.run(probeWorkflow({ onError: 'continueRegularOutput' }));
		expect(regular.status).toBe('success');
		expect(regular.output('After')).toMatchObject([{ json: { name: 'pinned' } }]);
		const separate = await engine.run(probeWorkflow({ onError: 'continueErrorOutput' }));
		expect(separate.output('After')).toMatchObject([{ json: { name: 'pinned' } }]);
		expect(separate.nodes.Failed).toBeUndefined();
	});

	test('has its error items sent to the error output, and the others not', async () => {
		behaviour = async function () {
			expect(this.continueOnFail()).toBe(true);
			return [
				[
					{ json: { ok: true }, pairedItem: { item: 0 } },
					{ json: { error: { code: 'x' }, message: 'no' }, pairedItem: { item: 0 } },
				],
			];
		};
		const run = await engine.run(probeWorkflow({ onError: 'continueErrorOutput' }));
		expect(run.output('After')).toMatchObject([{ json: { ok: true } }]);
		expect(run.output('Failed')).toMatchObject([
			{ json: { name: 'pinned', error: { code: 'x' }, message: 'no' } },
		]);
		expect(run.output('Probe', 1)).toHaveLength(1);
	});
});

describe('Stop', () => {
	test('aborts the node, and n8n keeps the custom data but not the node context', async () => {
		const entered = gate();
		behaviour = async function () {
			this.customData?.set('task', 't1');
			this.getContext('node').ledger = ['t1'];
			const signal = this.getExecutionCancelSignal();
			entered.open();
			await new Promise((resolve) => signal?.addEventListener('abort', resolve));
			return [[{ json: { stopped: true } }]];
		};
		const execution = engine.start(probeWorkflow(), { mode: 'trigger' });
		await entered.opened;
		execution.stop();
		const run = await execution.finished;
		expect(run.status).toBe('canceled');
		expect(run.nodes.After).toBeUndefined();
		expect(run.customData).toEqual({ task: 't1' });

		behaviour = async function () {
			return [[{ json: { ledger: this.getContext('node').ledger ?? 'lost' } }]];
		};
		const retried = await engine.run(run.workflow, { retryOf: run });
		expect(retried.output('After')).toMatchObject([{ json: { ledger: 'lost' } }]);
	});

	test('aborts a request and a download under way', async () => {
		const errors: unknown[] = [];
		behaviour = async function () {
			const abortSignal = this.getExecutionCancelSignal();
			const request = this.helpers.httpRequestWithAuthentication.call(this, 'probeApi', {
				url: `${server.url}/hang`,
			});
			const download = this.helpers
				.httpRequest({ url: `${server.url}/drip`, encoding: 'stream', abortSignal })
				.then((stream) => {
					downloading.open();
					return this.helpers.prepareBinaryData(stream, 'clip.mp4', 'video/mp4');
				});
			const ended = await Promise.allSettled([request, download]);
			errors.push(...ended.map((result) => (result.status === 'rejected' ? result.reason : null)));
			return [[]];
		};
		const downloading = gate();
		const before = await engine.storedFileSizes();
		const execution = engine.start(probeWorkflow(), { credentials });
		await downloading.opened;
		execution.stop();
		const run = await execution.finished;
		expect(run.status).toBe('canceled');
		expect(errors).toMatchObject([{ httpCode: 'ERR_CANCELED' }, expect.any(Error)]);
		expect(errors[0]).toBeInstanceOf(NodeApiError);
		expect(await engine.storedFileSizes()).toEqual(before);
	});

	test('is what n8n shows even if the node then fails, which enters it again for Retry On Fail', async () => {
		const entered = gate();
		const aborted: Array<boolean | undefined> = [];
		behaviour = async function () {
			const signal = this.getExecutionCancelSignal();
			aborted.push(signal?.aborted);
			entered.open();
			if (!signal?.aborted) {
				await new Promise((resolve) => signal?.addEventListener('abort', resolve));
			}
			throw new NodeOperationError(this.getNode(), 'Thrown after Stop');
		};
		const execution = engine.start(
			probeWorkflow({ retryOnFail: true, maxTries: 2, waitBetweenTries: 1 }),
		);
		await entered.opened;
		execution.stop();
		const run = await execution.finished;
		expect(run.status).toBe('canceled');
		expect(run.error?.message).toBe('Thrown after Stop');
		expect(aborted).toEqual([false, true]);
	});

	test('of a manual run leaves nothing to retry', async () => {
		const entered = gate();
		behaviour = async function () {
			entered.open();
			const signal = this.getExecutionCancelSignal();
			await new Promise((resolve) => signal?.addEventListener('abort', resolve));
			return [[]];
		};
		const execution = engine.start(probeWorkflow());
		await entered.opened;
		execution.stop();
		const run = await execution.finished;
		await expect(engine.run(run.workflow, { retryOf: run })).rejects.toThrow('aborted');
	});

	test('by the timeout of the workflow comes to the node as an abort too', async () => {
		behaviour = async function () {
			this.getContext('node').ledger = ['t1'];
			const signal = this.getExecutionCancelSignal();
			await new Promise((resolve) => signal?.addEventListener('abort', resolve));
			return await pass.call(this);
		};
		const run = await engine.run(probeWorkflow(), { timeoutMs: 20 });
		expect(run.status).toBe('canceled');
		expect(run.error?.message).toContain('timed out');
		expect(run.stored).toContain('ledger');
	});
});

describe('Retry from the list of executions', () => {
	/** Remembers each call in the node's context; fails while `broken`. */
	const ledger = { broken: true };
	const remember: Behaviour = async function () {
		const context: { calls?: string[] } = this.getContext('node');
		const runIndex = this.evaluateExpression('{{ $runIndex }}', 0);
		const name = this.evaluateExpression('{{ $json.name }}', 0);
		const text = this.getNodeParameter('text', 0);
		context.calls = [...(context.calls ?? []), `${String(name)} ${String(runIndex)}`];
		if (ledger.broken && name === 'b') throw new NodeOperationError(this.getNode(), 'It broke');
		return [[{ json: { name: String(name), calls: context.calls, text: String(text) } }]];
	};

	test('keeps the node context and the run index, also inside a loop', async () => {
		behaviour = remember;
		ledger.broken = true;
		const failed = await engine.run(loopWorkflow());
		expect(failed.status).toBe('error');
		expect(failed.nodes.Probe).toHaveLength(2);
		expect(failed.contextData['node:Probe']).toEqual({ calls: ['a 0', 'b 1'] });

		const again = await engine.run(failed.workflow, { retryOf: failed });
		expect(again.status).toBe('error');
		ledger.broken = false;
		const repaired = await engine.run(again.workflow, { retryOf: again });
		expect(repaired.status).toBe('success');
		expect(repaired.output('After')).toHaveLength(3);
		expect(repaired.output('Probe', 0, 2)[0]?.json.calls).toEqual([
			...['a 0', 'b 1', 'b 1', 'b 1', 'c 2'],
		]);
		await expect(engine.run(repaired.workflow, { retryOf: repaired })).rejects.toThrow('succeeded');
	});

	test('runs the original workflow or the saved one', async () => {
		behaviour = remember;
		ledger.broken = true;
		const items = [{ json: { name: 'b' } }];
		const failed = await engine.run(probeWorkflow(), { mode: 'trigger', items });
		ledger.broken = false;
		const original = await engine.run(failed.workflow, { retryOf: failed });
		expect(original.output('After')[0]?.json).toMatchObject({ text: 'default text' });
		const saved = await engine.run(probeWorkflow({ parameters: { text: 'repaired' } }), {
			retryOf: failed,
		});
		expect(saved.output('After')[0]?.json).toMatchObject({
			text: 'repaired',
			calls: ['b 0', 'b 0'],
		});
	});
});

describe('the editor', () => {
	test('loads the fields of a resource mapper, each id once', async () => {
		const { fields } = await engine.loadFields(probeWorkflow(), 'Probe', 'getFields', {
			credentials,
			parameters: { Probe: { text: '={{ "a" + "b" }}' } },
		});
		expect(fields.map(({ displayName }) => displayName)).toEqual(['ab', 'secret']);
	});

	test('tests a credential and shows the message of the rule that matches', async () => {
		const test = (token: string, baseUrl = server.url) =>
			engine.testCredential('probeApi', { token, baseUrl });
		expect(await test('secret')).toMatchObject({ status: 'OK' });
		expect(await test('wrong')).toEqual({ status: 'Error', message: 'This token is not known' });
		expect(await test('secret', 'http://127.0.0.1:1')).toEqual({
			status: 'Error',
			message: 'ECONNREFUSED',
		});
	});
});

describe('the engine', () => {
	test('evaluates expressions in a sandbox, as a real n8n', () => {
		expect(Expression.getActiveImplementation()).not.toBe('legacy');
	});

	test('keeps the logs of runs that overlap apart', async () => {
		behaviour = async function () {
			const name = String(this.getInputData()[0]?.json.name);
			this.logger.info(`${name} begins`);
			await new Promise(setImmediate);
			this.logger.info(`${name} ends`);
			return [[]];
		};
		const runs = await Promise.all(
			['a', 'b'].map((name) => engine.run(probeWorkflow(), { items: [{ json: { name } }] })),
		);
		expect(runs.map(({ logs }) => logs.map(({ message }) => message))).toEqual([
			['a begins', 'a ends'],
			['b begins', 'b ends'],
		]);
	});

	test('leaves no trace, and can then keep files in memory instead', async () => {
		const folder = process.env.N8N_USER_FOLDER ?? '';
		await expect(openEngine()).rejects.toThrow('close() it first');
		await engine.close();
		expect(existsSync(folder)).toBe(false);

		engine = await openEngine('default');
		behaviour = async function () {
			const data = await this.helpers.prepareBinaryData(Buffer.from('text'), 'a.txt');
			expect(() => this.helpers.createBinarySignedUrl(data)).toThrow('memory mode');
			return [[{ json: {}, binary: { data } }]];
		};
		const run = await engine.run(probeWorkflow());
		expect(run.output('Probe')[0]?.binary?.data?.id).toBeUndefined();
		expect(await engine.readBinary(run.output('Probe')[0])).toEqual(Buffer.from('text'));
		expect(await engine.storedFileSizes()).toEqual([]);
	});
});
