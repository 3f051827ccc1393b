import { productPicture } from '../../sandbox/emulator/apis.mts';
import type { FaultRequest } from '../../sandbox/emulator/faults.mts';
import { finishedExecution } from '../../sandbox/n8n/executions.mts';
import { signIn } from '../../sandbox/n8n/session.mts';
import { activateWorkflow, runWorkflow } from '../../sandbox/n8n/workflows.mts';
import { tableRows } from '../realN8n/dataTables.mts';
import { eventually } from '../realN8n/eventually.mts';
import { importExample } from '../realN8n/importedExamples.mts';
import { isPng } from '../realN8n/servedFiles.mts';
import { openStage, startStageN8n } from '../realN8n/stage.mts';
import { call } from '../realN8n/webhookWorkflows.mts';
import { useOpened } from '../useOpened.mts';
import { useStage } from '../useStage.mts';
import { everyNight, importBatch, numberedRows } from './examples/batchCopy.mts';
import { startCallback } from './examples/callback.mts';
import { play, promptOf, withParameters } from './examples/exampleStage.mts';

const stage = useStage(async () => {
	const opened = await openStage([productPicture]);
	const credential = await opened.credentialFor(opened.api(productPicture.name));
	const hooks = ['webhook-with-picture', 'webhook-answer-at-once'];
	for (const name of hooks) {
		const { id } = await importExample(opened, name, credential, (node) =>
			node.name === 'Wait for Task' && name === hooks[0]
				? withParameters(node, '"timeoutSeconds":90', '"timeoutSeconds":4')
				: node,
		);
		await activateWorkflow(opened.session, id);
	}
	return Object.assign(opened, { credential });
});
const callback = useOpened(startCallback);
beforeEach(() => callback().forget());

const fox = { prompt: 'a fox' };
const send = async (key?: string, body: unknown = fox): Promise<Response> =>
	await call(stage(), 'instasd-picture', body, key === undefined ? {} : { 'x-delivery-id': key });
const charged = (): number => stage().emulator.statistics().charged;
const rowOf = async (key: string) =>
	(await tableRows(stage().session, 'instasd_paid')).find((row) => row.key === key);

async function killAndStart(): Promise<void> {
	const { n8n } = stage();
	await n8n.kill();
	stage().n8n = await startStageN8n(n8n.userFolder, { port: n8n.port });
	stage().session = await signIn(stage().n8n.url);
}

describe('a webhook that pays once for each key', () => {
	it('answers with the picture of the prompt, at first and when the delivery comes again', async () => {
		for (let time = 1; time <= 2; time++) {
			const response = await send('again', { prompt: 'a "quoted" {{ fox }}' });
			expect(response.status).toBe(200);
			expect(response.headers.get('content-type')).toBe('image/png');
			expect(response.headers.get('x-task-id')).toBe(stage().emulator.statistics().perTask[0]?.id);
			expect(isPng(Buffer.from(await response.arrayBuffer()))).toBe(true);
		}
		expect(stage().sent().map(promptOf)).toEqual(['a "quoted" {{ fox }}']);
		expect(charged()).toBe(1);
	});

	it('charges one key that comes 20 times at once 1, and 20 keys that come twice at once 20', async () => {
		const one = await Promise.all(Array.from({ length: 20 }, () => send('at once')));
		expect(charged()).toBe(1);
		const keys = Array.from({ length: 40 }, (_, index) => `twice ${index >> 1}`);
		const twenty = await Promise.all(keys.map((key) => send(key)));
		expect(charged()).toBe(21);
		const others = [...one, ...twenty].filter(({ status }) => ![200, 202, 409].includes(status));
		expect(await Promise.all(others.map((reply) => reply.text()))).toEqual([]);
	});

	it('answers 202 with the id to what takes long, and the picture later', async () => {
		stage().emulator.setBehaviour({ durationMs: 6000 });
		const first = await send('slow');
		expect(first.status).toBe(202);
		const [task] = stage().emulator.statistics().perTask;
		expect(await first.json()).toMatchObject({ task_id: task?.id });
		await eventually(async () => expect((await send('slow')).status).toBe(200));
		expect(charged()).toBe(1);
	});

	it('answers 409 between the claim and the id, and says to send it again', async () => {
		stage().emulator.addFault({ call: 'submit', kind: 'slow', delayMs: 3000 });
		const first = send('between');
		await eventually(async () => expect(charged()).toBe(1));
		const again = await send('between');
		expect(again.status).toBe(409);
		expect(await again.json()).toMatchObject({ error: expect.stringContaining('ask again later') });
		expect((await first).status).toBe(200);
		expect(charged()).toBe(1);
	});

	it.each([
		...[{}, { prompt: '' }, { prompt: ' \n' }, { prompt: 5 }, { prompt: null }, { prompt: ['a'] }],
		...[{ prompt: { trim: 'a' } }, [], null, { text: 'a fox' }],
	])('answers 400 to %j, and pays nothing', async (body) => {
		expect((await send('no prompt', body)).status).toBe(400);
		expect(charged()).toBe(0);
	});

	it('pays for each call without a key, and gives none of them to whoever guesses', async () => {
		for (const key of [undefined, undefined, '']) await send(key);
		expect(charged()).toBe(3);
		const keys = (await tableRows(stage().session, 'instasd_paid')).map(({ key }) => String(key));
		const unkeyed = keys.filter((key) => key.startsWith('picture run '));
		expect(unkeyed).toHaveLength(3);
		for (const guess of unkeyed.flatMap((key) => [key, key.slice(8)])) await send(guess);
		expect(charged()).toBe(9);
	});

	it.each([
		['numbers', '0', '7', '07', '-1.5', '9007199254740993', '9007199254740992'],
		['words of JavaScript', '__proto__', 'constructor', 'null', 'undefined', 'true'],
		['expressions and SQL', '{{ $execution.id }}', '={{ 1 }}', "' OR 1=1 --", '%', '"', '\\', '_'],
		['what looks alike', 'fox', 'Fox', 'f ox'],
		['long texts', `${'x'.repeat(7000)}1`, `${'x'.repeat(7000)}2`],
	])('tells keys apart: %s', async (_, ...keys) => {
		for (const key of [...keys, ...keys]) expect((await send(key)).status).toBe(200);
		expect(charged()).toBe(keys.length);
	});

	it('keeps the keys of two callers apart', async () => {
		expect((await send('shared')).status).toBe(200);
		const body = { ...fox, callback_url: callback().url };
		const headers = { 'x-delivery-id': 'shared' };
		expect((await call(stage(), 'instasd-answer-at-once', body, headers)).status).toBe(202);
		expect(charged()).toBe(2);
	});

	it.each<[string, FaultRequest]>([
		['there are no credits', { call: 'submit', kind: 'status', status: 402 }],
		['the token is wrong', { call: 'submit', kind: 'status', status: 401 }],
	])('answers 502 when %s, and makes it when it comes again', async (key, fault) => {
		stage().emulator.addFault(fault);
		const refused = await send(key);
		expect(refused.status).toBe(502);
		expect(await refused.json()).toMatchObject({ error: expect.stringMatching(/^[A-Z_]+: /) });
		expect(charged()).toBe(0);
		expect((await send(key)).status).toBe(200);
		expect(charged()).toBe(1);
	});

	it('never pays again where the reply was lost, and says so in the list', async () => {
		stage().emulator.addFault({ call: 'submit', kind: 'resetAfter' });
		for (let time = 1; time <= 2; time++) {
			const response = await send('lost');
			expect(response.status).toBe(409);
			expect(await response.json()).toMatchObject({
				error: expect.stringContaining('SUBMIT_UNSURE'),
			});
		}
		expect(charged()).toBe(1);
		expect(await rowOf('picture key lost')).toMatchObject({ task_id: null });
	});

	it('answers 502 with the reason for a task that failed, also when it comes again', async () => {
		stage().emulator.setBehaviour({ failWith: 'CUDA out of memory' });
		for (let time = 1; time <= 2; time++) {
			const response = await send('failed');
			expect(response.status).toBe(502);
			expect(await response.json()).toMatchObject({
				task_id: stage().emulator.statistics().perTask[0]?.id,
				error: expect.stringMatching(/^TASK_FAILED: .*CUDA out of memory/s),
			});
		}
		expect(charged()).toBe(1);
	});

	it.each([
		['before the service took it', false, 0],
		['after the service took it', true, 1],
	])('is not paid for again when n8n was killed %s', async (key, taken, price) => {
		stage().emulator.addFault({ call: 'submit', kind: 'hang', taken });
		void send(key).catch(() => undefined);
		await eventually(async () => expect((await rowOf(`picture key ${key}`))?.run).toBeTruthy());
		if (taken) await eventually(async () => expect(charged()).toBe(1));
		await killAndStart();
		stage().emulator.clearFaults();
		const again = await send(key);
		expect(again.status).toBe(409);
		expect(await again.json()).toMatchObject({ error: expect.stringContaining('n8n was ended') });
		expect(charged()).toBe(price);
	});
});

describe('a webhook that answers at once', () => {
	const ask = async (body: unknown, key = 'a'): Promise<Response> =>
		await call(stage(), 'instasd-answer-at-once', body, { 'x-delivery-id': key });

	it('answers with the id, delivers each file, and delivers again what comes again', async () => {
		stage().emulator.setBehaviour({ images: 2 });
		const body = { ...fox, callback_url: callback().url };
		for (const deliveries of [2, 4]) {
			expect((await ask(body, 'delivered')).status).toBe(202);
			await eventually(async () => expect(callback().received()).toHaveLength(deliveries));
		}
		const [first] = callback().received();
		const form = await first?.formData();
		expect(form?.get('task_id')).toBe(stage().emulator.statistics().perTask[0]?.id);
		const file = form?.get('file');
		if (!(file instanceof Blob)) throw new Error('No file was delivered');
		expect(isPng(Buffer.from(await file.arrayBuffer()))).toBe(true);
		expect(charged()).toBe(1);
	});

	it('delivers the reason of a task that failed', async () => {
		stage().emulator.setBehaviour({ failWith: 'CUDA out of memory' });
		await ask({ ...fox, callback_url: callback().url }, 'fails');
		await eventually(async () => expect(callback().received()).toHaveLength(1));
		expect(await callback().received()[0]?.json()).toMatchObject({ error: 'TASK_FAILED' });
	});

	it.each([fox, { callback_url: 'http://a' }, { ...fox, callback_url: 'file:///etc' }])(
		'answers 400 to %j, and pays nothing',
		async (body) => {
			expect((await ask(body)).status).toBe(400);
			expect(charged()).toBe(0);
		},
	);
});

describe('a batch', () => {
	const states = async (prefix: string) =>
		(await tableRows(stage().session, 'instasd_paid'))
			.filter(({ key }) => String(key).startsWith(`batch ${prefix}`))
			.map(({ done }) => done);
	const imported = async (prefix: string, count: number) =>
		await importBatch(stage(), stage().credential, numberedRows(count, prefix));

	it('makes what is missing, leaves what failed, and pays for nothing twice', async () => {
		const { emulator } = stage();
		emulator.setBehaviour(({ number }) => (number === 2 ? { failWith: 'CUDA out of memory' } : {}));
		const workflow = await imported('missing', 4);
		for (let time = 1; time <= 2; time++) {
			const { status } = await play(stage(), workflow, { trigger: everyNight });
			expect(status).toBe('success');
			expect((await states('missing')).filter((done) => done === 'yes')).toHaveLength(3);
		}
		expect(charged()).toBe(4);
		const rows = await tableRows(stage().session, 'instasd_paid');
		expect(rows.filter(({ note }) => /TASK_FAILED.*CUDA/s.test(String(note)))).toHaveLength(1);
		expect(rows.filter(({ cost }) => cost === 0.05).length).toBeGreaterThanOrEqual(3);
	});

	it('is made once by two runs of 100 rows at once', async () => {
		const { id } = await imported('twofold', 100);
		const runs = [
			await runWorkflow(stage().session, id, everyNight),
			await runWorkflow(stage().session, id, everyNight),
		];
		for (const run of runs) {
			const { status } = await finishedExecution(stage().session, run, { timeoutSeconds: 300 });
			expect(status).toBe('success');
		}
		expect(await states('twofold')).toEqual(Array.from({ length: 100 }, () => 'yes'));
		expect(charged()).toBe(100);
	});

	it('that is killed twice pays for no row twice, and the next run makes all but those that were being sent', async () => {
		stage().emulator.setBehaviour({ durationMs: 1000 });
		const { id } = await imported('killed', 60);
		for (const least of [5, 30]) {
			await runWorkflow(stage().session, id, everyNight);
			await eventually(async () => expect(charged()).toBeGreaterThan(least), 60_000);
			await killAndStart();
		}
		const { status } = await play(stage(), { id }, { trigger: everyNight });
		expect(status).toBe('success');
		const rows = (await tableRows(stage().session, 'instasd_paid')).filter(({ key }) =>
			String(key).startsWith('batch killed'),
		);
		expect(rows).toHaveLength(60);
		expect(charged()).toBeLessThanOrEqual(60);
		const stuck = rows.filter(({ done }) => done !== 'yes');
		expect(stuck.length).toBeLessThanOrEqual(40);
		for (const { note, task_id } of stuck) {
			expect({ note, task_id }).toEqual({
				note: expect.stringContaining('n8n was ended'),
				task_id: null,
			});
		}
		const known = rows.filter(({ done }) => done === 'yes');
		expect(new Set(known.map(({ task_id }) => task_id)).size).toBe(known.length);
	});
});
