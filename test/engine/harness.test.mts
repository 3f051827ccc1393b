import { existsSync } from 'node:fs';
import { Expression } from 'n8n-workflow';
import type { Engine } from './harness/engine.mts';
import { probeWorkflow, type Behaviour, type LocalServer } from './probe.mts';
import { credentials, failing, openProbeEngine, openProbeServer, pass } from './probeStage.mts';

let engine: Engine;
let server: LocalServer;
let behaviour: Behaviour;

beforeAll(async () => {
	engine = await openProbeEngine(() => behaviour, { expressions: 'sandboxed' });
	server = await openProbeServer();
});
afterAll(async () => {
	server.close();
	await engine.close();
});

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
		const before = await engine.storedFileSizes();
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
		expect((await engine.storedFileSizes()).sort()).toEqual([...before, 7, 7].sort());

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
	test('can evaluate expressions in a sandbox, as a real n8n', () => {
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
		await expect(openProbeEngine(() => behaviour)).rejects.toThrow('close() it first');
		await engine.close();
		expect(existsSync(folder)).toBe(false);

		engine = await openProbeEngine(() => behaviour, { binaryMode: 'default' });
		behaviour = async function () {
			const data = await this.helpers.prepareBinaryData(Buffer.from('text'), 'a.txt');
			expect(() => this.helpers.createBinarySignedUrl(data)).toThrow('memory mode');
			return [[{ json: {}, binary: { data } }]];
		};
		const run = await engine.run(probeWorkflow());
		expect(run.output('Probe')[0]?.binary?.data?.id).toBeUndefined();
		expect(await engine.readBinary(run.output('Probe')[0])).toEqual(Buffer.from('text'));
		expect(await engine.storedFileSizes()).toEqual([]);

		await engine.close();
		engine = await openProbeEngine(() => behaviour);
	});
});
