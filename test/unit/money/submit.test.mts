import type { Client } from '../../../nodes/InstaSd/api/client';
import type { Reply } from '../../../nodes/InstaSd/api/reply';
import { DurationEstimate } from '../../../nodes/InstaSd/wait/pace';
import { RequestRate, SubmitDeadline } from '../../../nodes/InstaSd/wait/requestRate';
import type { Service } from '../../../nodes/InstaSd/wait/service';
import { submitTask } from '../../../nodes/InstaSd/money/submit';
import { createVirtualClock } from '../../bench/pace/virtualClock.mts';

const aborted = new Error('aborted');
const minute = 60_000;
const submission = { body: '{}', timeoutMs: 30 * minute };

/** Service whose submits get these replies, and whose first pause is the end of the run. */
function endedInPause(...replies: Reply[]): Service {
	const run = new AbortController();
	const clock = {
		now: () => 0,
		date: () => 0,
		sleep: async () => {
			run.abort(aborted);
			throw aborted;
		},
	};
	const client: Client = {
		runTask: async () => replies.shift() ?? { kind: 'lost', errorCode: 'EXTRA' },
		taskStatus: async () => ({ kind: 'lost', errorCode: 'EXTRA' }),
	};
	return {
		baseUrl: 'https://api.example.com',
		client,
		clock,
		random: () => 0,
		rate: new RequestRate(clock),
		submitDeadline: new SubmitDeadline(clock),
		estimate: new DurationEstimate(),
		signal: run.signal,
		onRetry: () => {},
	};
}

test('a run that ends just as the turn of its task comes sends nothing', async () => {
	const run = new AbortController();
	const calls = { ...endedInPause(), signal: run.signal };
	calls.rate.turn = async () => {
		run.abort(aborted);
		return 0;
	};
	const nothing = { kind: 'notCreated', error: aborted };
	await expect(submitTask(calls, submission)).resolves.toEqual(nothing);
});

describe('a submit that is answered with 429', () => {
	const refusal = (retryAfter?: string): Reply => ({
		kind: 'received',
		httpStatus: 429,
		retryAfter,
		body: undefined,
	});
	const accepted: Reply = {
		kind: 'received',
		httpStatus: 200,
		retryAfter: undefined,
		body: { task_id: 'task-1' },
		taskId: 'task-1',
	};

	/** A run whose submits get these replies, by when they come. */
	function stage(replyAt: (now: number) => Reply) {
		const clock = createVirtualClock();
		const { signal } = new AbortController();
		const sent: number[] = [];
		const service: Service = {
			baseUrl: 'https://api.example.com',
			client: {
				runTask: async () => {
					sent.push(clock.now());
					return replyAt(clock.now());
				},
				taskStatus: async () => ({ kind: 'lost', errorCode: 'EXTRA' }),
			},
			clock,
			random: () => 0,
			rate: new RequestRate(clock),
			submitDeadline: new SubmitDeadline(clock),
			estimate: new DurationEstimate(),
			signal,
			onRetry: () => {},
		};
		const submit = async (timeoutMs = 30 * minute) =>
			await submitTask(service, { ...submission, timeoutMs });
		return { clock, sent, submit, service };
	}

	test('is not sent for longer than its task may take', async () => {
		const { clock, submit } = stage(() => refusal());
		await clock.run(submit(minute));
		expect(clock.now()).toBeLessThanOrEqual(minute + 1_000);
	});

	test('gets five minutes more whenever another submit of the run is accepted', async () => {
		const { clock, submit, service } = stage((now) => (now < 7 * minute ? refusal() : accepted));
		const other = clock
			.sleep(4 * minute, service.signal)
			.then(() => service.submitDeadline.accepted());
		await expect(clock.run(submit())).resolves.toMatchObject({ kind: 'created' });
		await other;
	});

	test('does not give five minutes more to each one behind it', async () => {
		const { clock, sent, submit } = stage(() => refusal());
		await clock.run(submit());
		const { length } = sent;
		const outcome = await clock.run(submit());
		expect(outcome).toMatchObject({ error: { details: { code: 'RATE_LIMITED' } } });
		expect(clock.now()).toBeLessThanOrEqual(5 * minute + 2_000);
		expect(sent.length).toBeLessThanOrEqual(length + 1);
	});

	test('with a longer one fails at once and names it, and so do the others', async () => {
		const { clock, sent, submit } = stage(() => refusal('7200'));
		const message = expect.stringContaining('asks to wait 7200 s');
		const failed = { kind: 'notCreated', error: { message, details: { code: 'RATE_LIMITED' } } };
		await expect(clock.run(submit())).resolves.toMatchObject(failed);
		await expect(clock.run(submit())).resolves.toMatchObject({
			error: { details: { code: 'RATE_LIMITED' } },
		});
		expect(sent).toHaveLength(1);
		expect(clock.now()).toBeLessThanOrEqual(2_000);
	});
});
