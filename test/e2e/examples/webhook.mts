import { productPicture } from '../../../sandbox/emulator/apis.mts';
import { activateWorkflow, type WorkflowNode } from '../../../sandbox/n8n/workflows.mts';
import { insertRows, tableRows } from '../../realN8n/dataTables.mts';
import { importExample } from '../../realN8n/importedExamples.mts';
import { call } from '../../realN8n/webhookWorkflows.mts';
import type { ExampleStage } from './exampleStage.mts';

/** Sends JSON to the webhook of an example; with a key, as the delivery of that name. */
export type Send = (body: unknown, key?: string) => Promise<Response>;

/**
 * Imports an example, chooses its credential, and publishes it, once.
 * @param path where its webhook listens
 * @param change makes a node differ as a test needs it
 */
export function webhookOf(
	stage: () => ExampleStage,
	name: string,
	path: string,
	change?: (node: WorkflowNode) => WorkflowNode,
): Send {
	let published: Promise<void> | undefined;
	const publish = async () => {
		const { session, api, credentialFor } = stage();
		const credential = await credentialFor(api(productPicture.name));
		const { id } = await importExample(stage(), name, credential, change);
		await activateWorkflow(session, id);
	};
	return async (body, key) => {
		// Forty calls at once may be the first.
		await (published ??= publish());
		return await call(stage(), path, body, key === undefined ? {} : { 'x-delivery-id': key });
	};
}

/**
 * What both webhook examples promise for deliveries that come again.
 * @param list the Data table that holds them
 * @param body what a caller sends
 */
export function paysForEachDeliveryOnce(
	stage: () => ExampleStage,
	send: Send,
	list: string,
	body: () => Record<string, unknown>,
): void {
	const charged = (): number => stage().emulator.statistics().charged;
	const deliveries = Array.from({ length: 20 }, (_, index) => index);
	const twice = async (key: string): Promise<number[]> => {
		const answers = await Promise.all([send(body(), key), send(body(), key)]);
		return answers.map(({ status }) => status);
	};

	it('pays once for each of twenty deliveries when all forty come at once', async () => {
		const answers = (
			await Promise.all(deliveries.map(async (delivery) => await twice(`all ${delivery}`)))
		).flat();
		expect(charged()).toBe(20);
		expect(answers.filter((status) => ![200, 202, 409].includes(status))).toEqual([]);
	});

	it('takes a call without a key for a new one each time', async () => {
		await send(body());
		await send(body());
		expect(charged()).toBe(2);
	});

	const sendTwice = async (delivery_id: unknown): Promise<void> => {
		await send({ ...body(), delivery_id });
		await send({ ...body(), delivery_id });
	};

	it.each(['', ' ', '\u{a0}\t\n', '\u{200b}', '\0', null, true, false, [], ['a'], {}, { id: 7 }])(
		'takes a call whose key is %j for one without a key',
		async (noKey) => {
			await sendTwice(noKey);
			expect(charged()).toBe(2);
		},
	);

	it('looks for the key in the next place where a header is empty', async () => {
		for (const delivery_id of ['next place', 'next place', 'another', '', '']) {
			await send({ ...body(), delivery_id }, '');
		}
		expect(charged()).toBe(4);
	});

	const long = 'x'.repeat(100_000);

	it.each([
		['numbers', 0, 7, -1.5, Number.MAX_SAFE_INTEGER],
		['words of JavaScript', '__proto__', 'constructor', 'null', 'undefined', 'true'],
		['expressions and SQL', '{{ $execution.id }}', '={{ 1 }}', "' OR 1=1 --", '%', '"', '\\'],
		['what looks alike', 'fox', 'f\u{43e}x', 'Fox', '\u{e9}', 'e\u{301}', ' fox'],
		['what a database may cut', 'nul', 'nul\0', 'nul\0l', 'a\u{d800}', 'a\u{dfff}', 'a\u{fffd}'],
		['long texts', `${long}1`, `${long}2`],
	])('tells keys apart: %s', async (_, ...keys) => {
		for (const key of keys) await sendTwice(key);
		expect(charged()).toBe(keys.length);
	});

	it.each([Number.MAX_SAFE_INTEGER + 1, -1e300])(
		'answers 400 to the key %d, which is not exact as a number, and pays nothing',
		async (delivery_id) => {
			const response = await send({ ...body(), delivery_id });
			expect(response.status).toBe(400);
			expect(await response.json()).toMatchObject({
				message: expect.stringContaining('"delivery_id"'),
			});
			expect(charged()).toBe(0);
		},
	);

	it('gives nobody the result of a call without a key, or of a refused one, whatever the key that is guessed', async () => {
		await send(body(), 'known');
		await send(body());
		stage().emulator.addFault({ call: 'submit', kind: 'status', status: 401 });
		await send(body(), 'known, refused');
		const written = (await tableRows(stage().session, list)).slice(-3);
		expect(written.map(({ state }) => state)).toEqual(['made', 'made', 'UNAUTHORIZED']);
		const guesses = written
			.map(({ delivery }) => String(delivery))
			.flatMap((delivery) => [delivery, ...delivery.split(/(run \d+)/)])
			.flatMap((part) => [part, part.trim(), `none, ${part}`, JSON.stringify(part)])
			.filter((guess) => /\S/.test(guess) && !['known', 'known, refused'].includes(guess));
		stage().emulator.reset();
		for (const guess of new Set(guesses)) await send({ ...body(), delivery_id: guess });
		expect(charged()).toBe(new Set(guesses).size);
	});

	it('answers 409 to a delivery that was written down and whose task is not known, and never pays for it again', async () => {
		await send(body(), 'makes the list');
		await insertRows(stage().session, list, [{ delivery: 'key "killed"', state: 'new' }]);
		stage().emulator.reset();
		const response = await send(body(), 'killed');
		expect(response.status).toBe(409);
		expect(await response.json()).toMatchObject({ error: 'CONFLICT' });
		expect(charged()).toBe(0);
	});

	it('answers with the error when it is not known whether a task was paid, and does not pay again', async () => {
		stage().emulator.addFault({ call: 'submit', kind: 'resetAfter' });
		expect((await send(body(), 'unsure')).status).toBe(502);
		const again = await send(body(), 'unsure');
		expect(again.status).toBe(409);
		expect(await again.json()).toMatchObject({ error: 'SUBMIT_UNSURE' });
		expect(charged()).toBe(1);
	});

	it('makes a delivery that the service had refused, when it comes again', async () => {
		stage().emulator.addFault({ call: 'submit', kind: 'status', status: 401 });
		expect((await send(body(), 'refused')).status).toBe(502);
		expect(charged()).toBe(0);
		expect((await send(body(), 'refused')).ok).toBe(true);
		expect(charged()).toBe(1);
	});
}
