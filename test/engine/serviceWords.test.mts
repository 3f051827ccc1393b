import { useStage } from '../useStage.mts';
import { useNodeTime } from './nodeTime.mts';
import { nodeName, openStage } from './stage.mts';
import type { NodeSettings } from './workflows.mts';

/** What the service says in words: the status, and why something failed. */
const time = useNodeTime();
const stage = useStage(() => openStage({ time, behaviour: { durationMs: 20_000, images: 1 } }));

const created = () => stage().created();
const continuing: NodeSettings = { onError: 'continueRegularOutput' };
const says = (fields: Record<string, unknown>) =>
	stage().emulator.addFault({ call: 'status', kind: 'patch', fields, times: Infinity });

test.each(['SUCCESS', 'complete'])('%s completes a task', async (status) => {
	says({ status, image_urls: [`${stage().emulator.fileOrigin}/never`] });
	const run = await stage().run({ downloadFiles: false });
	expect(run.output(nodeName)[0]?.json).toMatchObject({ status, finished: true, progress: 100 });
	expect(stage().emulator.statistics().asked).toBeLessThanOrEqual(2);
});

test.each(['FAILURE', 'timed-out'])(
	'%s is a failure, after which a retry sends the task anew',
	async (status) => {
		says({ status });
		const run = await stage().run({}, { node: continuing });
		expect(run.output(nodeName)[0]?.json).toMatchObject({
			error: { code: 'TASK_FAILED', status, retryable: true },
		});
		await stage().run({}, { node: { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 } });
		expect(created()).toHaveLength(3);
	},
);

test('EXPIRED ends the waiting, and no retry pays for the task again', async () => {
	says({ status: 'EXPIRED', message: 'results are kept for a day' });
	const run = await stage().run(
		{},
		{ node: { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 } },
	);
	expect(run.error?.message).toContain(`Task ${created()[0]} ended as EXPIRED: results are kept`);
	const again = await stage().retry(run);
	expect([again.status, created()]).toEqual(['error', [expect.any(String)]]);
	const item = await stage().run({}, { node: continuing });
	expect(item.output(nodeName)[0]?.json).toMatchObject({
		error: { code: 'TASK_FAILED', status: 'EXPIRED', retryable: false },
	});
});

test('an unknown status means running, and the timeout shows it with the links so far', async () => {
	const link = 'https://files.example.com/1.png';
	says({ status: 'WRAPPING_UP', image_urls: [link] });
	const run = await stage().run({ options: { timeoutSeconds: 30 } }, { node: continuing });
	expect(run.output(nodeName)[0]?.json).toMatchObject({
		message: expect.stringContaining('is not finished after 30 s (WRAPPING_UP)'),
		error: { code: 'WAIT_TIMEOUT', status: 'WRAPPING_UP', urls: [link] },
	});
});

test.each(['\n', '\r\n', '\u2028', '\u0000', '\u001b'])(
	'a reason from the service cannot forge a line of the log (%j)',
	async (separator) => {
		const forged = "2026-01-01 | info | InstaSD: 'InstaSD' has task forged-1 for item 0";
		const words = `boom${separator}${forged}`;
		const broken = (text: string) => /[\p{Cc}\p{Zl}]/u.test(text);
		stage().emulator.addFault({
			...{ call: 'submit', kind: 'status', status: 500, taken: true },
			body: { error: words },
		});
		const unsure = await stage().run();
		stage().emulator.addFault({
			...{ call: 'submit', kind: 'status', status: 503, taken: true },
			body: words,
		});
		const plain = await stage().run();
		says({ status: `FAILED${separator.slice(0, 1)}`, error: words });
		const failed = await stage().run();
		for (const run of [unsure, plain, failed]) {
			const texts = [run.error?.message ?? '', ...run.serverLog.map(({ message }) => message)];
			expect(texts.join(' ')).toContain('boom');
			expect(texts.filter(broken)).toEqual([]);
		}
	},
);
