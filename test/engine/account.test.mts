import { z } from 'zod';
import { useStage } from '../useStage.mts';
import { CredentialsHelper } from './harness/credentials.mts';
import type { Run } from './harness/run.mts';
import { useNodeTime } from './nodeTime.mts';
import { itemsOf, nodeName, openStage, promptOfItem } from './stage.mts';
import type { NodeSettings } from './workflows.mts';

/** Which account pays, and what happens when n8n cannot say. */
const time = useNodeTime();
const stage = useStage(() => openStage({ time, behaviour: { durationMs: 20_000, images: 1 } }));
afterEach(() => jest.restoreAllMocks());

const continuing: NodeSettings = { onError: 'continueRegularOutput' };
/** Of each item its failure, with the message. */
const codes = (items: ReturnType<Run['output']>) =>
	items.map(({ json: { error, message } }) =>
		error === undefined ? 'done' : { ...z.record(z.unknown()).parse(error), message },
	);

describe('when a credential has an expression,', () => {
	const items = itemsOf(
		...['a', 'b', 'c'].map((prompt, index) => ({ prompt, other: index === 1 ? 'x' : '' })),
	);

	test.each([
		['apiToken', 'API Token'],
		['apiUrl', 'API URL'],
		['requestExample', 'Sample Request Body'],
	])('an item for which %s is a different value is not sent', async (field, label) => {
		const { credential } = stage();
		const run = await stage().run(promptOfItem, {
			...{ items, node: continuing },
			credential: { ...credential, [field]: `=${String(credential[field])}{{ $json.other }}` },
		});
		expect(codes(run.output(nodeName))).toEqual([
			'done',
			expect.objectContaining({ code: 'INVALID_INPUT' }),
			'done',
		]);
		expect(run.output(nodeName)[1]?.json.message).toContain(`another '${label}' for this item`);
		expect(stage().emulator.statistics()).toMatchObject({ charged: 2 });
	});
});

describe('the credential', () => {
	const decrypt = CredentialsHelper.prototype.getDecrypted;
	/** Lets n8n's database fail from the n-th time on that the credential is read. */
	const failFrom = (nth: number) => {
		let read = 0;
		return jest.spyOn(CredentialsHelper.prototype, 'getDecrypted').mockImplementation(function (
			this: CredentialsHelper,
			...given
		) {
			if (++read >= nth) throw new Error('SQLITE_BUSY: database is locked');
			return decrypt.apply(this, given);
		});
	};

	test('is read once for the run and once for each further submit, however often the status is polled', async () => {
		const reading = jest.spyOn(CredentialsHelper.prototype, 'getDecrypted');
		const run = await stage().run(promptOfItem, {
			items: itemsOf({ prompt: 'a' }, { prompt: 'b' }, { prompt: 'c' }),
		});
		expect(run.status).toBe('success');
		expect(stage().emulator.statistics().asked).toBeGreaterThan(10);
		expect(reading).toHaveBeenCalledTimes(3);
	});

	test('that cannot be read while tasks are running costs no task', async () => {
		failFrom(2);
		const run = await stage().run();
		expect([run.status, stage().emulator.statistics().charged]).toEqual(['success', 1]);
	});

	test('that cannot be read for an item leaves that item unsent, and says so', async () => {
		failFrom(2);
		const items = itemsOf({ prompt: 'a' }, { prompt: 'b' });
		const run = await stage().run(promptOfItem, { items, node: continuing });
		expect(codes(run.output(nodeName))).toEqual([
			'done',
			expect.objectContaining({
				...{ code: 'UNEXPECTED', retryable: true, task_id: null },
				description: expect.stringContaining('Nothing was sent'),
			}),
		]);
		expect(stage().emulator.statistics()).toMatchObject({ charged: 1 });
	});

	test.each<NodeSettings['onError']>(['continueRegularOutput', 'continueErrorOutput'])(
		'that cannot be read at all gives every item a code (%s)',
		async (onError) => {
			failFrom(1);
			const run = await stage().run(promptOfItem, {
				...{ items: itemsOf({ prompt: 'a' }, { prompt: 'b' }), node: { onError } },
			});
			const output = run.output(nodeName, onError === 'continueErrorOutput' ? 1 : 0);
			const failure = {
				...{ code: 'UNEXPECTED', retryable: true, task_id: null },
				description: expect.stringContaining('Nothing was sent'),
			};
			expect(output.map(({ json }) => json)).toMatchObject([
				{ error: failure, message: expect.stringContaining('SQLITE_BUSY') },
				{ error: failure, message: expect.stringContaining('SQLITE_BUSY') },
			]);
			expect(stage().emulator.statistics()).toMatchObject({ submits: 0 });
		},
	);
});
