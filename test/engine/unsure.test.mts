import type { IExecuteContextData } from 'n8n-workflow';
import type { FaultRequest } from '../../sandbox/emulator/faults.mts';
import { useStage } from '../useStage.mts';
import type { Run } from './harness/run.mts';
import { useNodeTime } from './nodeTime.mts';
import { ids, itemsOf, nodeName, openStage, promptOfItem, until } from './stage.mts';
import type { NodeSettings } from './workflows.mts';

// Whether a task exists, and was paid for, when nobody has said so, or nobody waits for the reply any more.
const time = useNodeTime();
const stage = useStage(() => openStage({ time, behaviour: { durationMs: 1000, images: 0 } }));

const retrying: NodeSettings = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
const prompts = (all: string) => itemsOf(...[...all].map((prompt) => ({ prompt })));
const created = () => stage().created();
const charged = () => stage().emulator.statistics().charged;
const log = ({ serverLog }: Run) => serverLog.map(({ message }) => message).join('\n');
const isUnsure = ({ error }: Run) => Object(error?.context).code === 'SUBMIT_UNSURE';
/** Taken by the service, which does not say so. */
const lost: FaultRequest = { call: 'submit', kind: 'resetAfter' };
const refused: FaultRequest = { call: 'submit', kind: 'status', status: 422, nth: 2 };

describe.each(['runTask', 'runAndWait'])('a task of %s', (operation) => {
	/** The task ids in the ledger; empty for a task whose id is not known. */
	const idsIn = (contextData: IExecuteContextData): string[] => {
		const rows: Record<string, { taskId?: string }> = contextData[`node:${nodeName}`]?.tasks ?? {};
		return Object.values(rows).map(({ taskId = '' }) => taskId);
	};

	test('is written down and logged before it is sent, and its id before anything else is done with it', async () => {
		const events: Array<{ event: string; ledger?: string[]; requests?: number }> = [];
		stage().emulator.setBehaviour(() => {
			events.push({ event: 'taken' });
			return { durationMs: 0 };
		});
		const { executionId } = await stage().run(
			{ operation, downloadFiles: false },
			{
				mode: 'trigger',
				onLog: ({ from, message }, contextData) => {
					const requests = stage().emulator.requests().length;
					if (from === 'node')
						events.push({ event: message, ledger: idsIn(contextData), requests });
				},
			},
		);
		const [id] = created();
		const said = (words: string) =>
			`InstaSD: '${nodeName}' ${words} for item 0 (execution ${executionId})`;
		expect(events).toEqual([
			{ event: said('submits a task'), ledger: [''], requests: 0 },
			{ event: 'taken' },
			{ event: said(`has task ${id}`), ledger: [id], requests: 1 },
		]);
	});
});

describe('a submit without a reply yet', () => {
	const slow: FaultRequest = { call: 'submit', kind: 'slow', delayMs: 300, times: Infinity };

	test.each(['Stop', "the workflow's timeout"])(
		'is not cut off when %s ends the run: its id is in the log, and a retry takes up its task',
		async (end) => {
			stage().emulator.addFault({ ...refused, nth: 1, times: 3 });
			const items = prompts('abc');
			const failed = await stage().run(promptOfItem, { items, mode: 'trigger' });
			expect([failed.status, charged()]).toEqual(['error', 0]);

			stage().emulator.clearFaults();
			stage().emulator.addFault(slow);
			let letTimeoutEnd = () => {};
			const timeout = new Promise<void>((resolve) => (letTimeoutEnd = resolve));
			const { workflow } = failed;
			const execution = stage().start({}, { workflow, retryOf: failed, timeout });
			await until('three submits', () => created().length === 3);
			if (end === 'Stop') execution.stop();
			else letTimeoutEnd();
			const run = await execution.finished;
			expect(run.status).toBe('canceled');
			expect(stage().emulator.statistics().asked).toBe(0);
			for (const id of created()) {
				const words = `'${nodeName}' has task ${id} for item`;
				await until(`"${words}" in the log`, () => log(run).includes(words));
			}
			const again = await stage().retry(failed);
			expect([again.error?.message, charged()]).toEqual([undefined, 3]);
			const taken = again.output(nodeName).map(({ json }) => json.task_id);
			expect(taken.sort()).toEqual(created().sort());
		},
	);

	test('is in the log as unsure when no reply comes in time', async () => {
		const fault = stage().emulator.addFault({ call: 'submit', kind: 'hang', taken: true });
		const execution = stage().start({}, { mode: 'trigger' });
		await until('the submit', () => fault.fired > 0);
		execution.stop();
		const run = await execution.finished;
		expect(run.status).toBe('canceled');
		await until('a warning', () => log(run).includes('did not get its id'));
		expect(run.serverLog.at(-1)).toMatchObject({ level: 'warn' });
	});

	test('is named in the error of another item that ends the run', async () => {
		stage().emulator.addFault({ call: 'submit', kind: 'hang', taken: true, nth: 1 });
		stage().emulator.addFault(refused);
		const failed = await stage().run(promptOfItem, { items: prompts('ab'), mode: 'trigger' });
		expect(failed.error?.message).toContain('[item 1]');
		expect(failed.error?.description).toContain('Sent, but still without a reply: item 0');
		const retried = await stage().retry(failed);
		expect(retried.error?.message).toContain('ECONNABORTED');
		expect(isUnsure(retried)).toBe(true);
		// The first once, and the second, of which nothing was created before.
		expect(stage().emulator.statistics()).toMatchObject({ charged: 2 });
	});
});

describe('an unsure task', () => {
	test('is not sent again by a retry, which says what came instead of the id', async () => {
		stage().emulator.addFault({ call: 'submit', kind: 'status', status: 503, taken: true });
		const run = await stage().run({}, { node: retrying });
		expect(run.error?.message).toContain('the service answered 503');
		expect([isUnsure(run), charged()]).toEqual([true, 1]);
	});

	test('does not affect the other items, each paid for once', async () => {
		stage().emulator.addFault({ ...lost, nth: 2 });
		const node: NodeSettings = { ...retrying, onError: 'continueErrorOutput' };
		const run = await stage().run(promptOfItem, { items: prompts('abc'), node });
		expect(run.output(nodeName, 0)).toHaveLength(2);
		expect(run.output(nodeName, 1)).toMatchObject([{ json: { error: { code: 'SUBMIT_UNSURE' } } }]);
		expect(stage().emulator.statistics()).toMatchObject({ submits: 3, charged: 3 });
	});

	test('is sent again by a person who allows to pay twice, and by no other retry', async () => {
		stage().emulator.addFault(lost);
		const failed = await stage().run({}, { mode: 'trigger' });
		const kept = await stage().retry(failed);
		expect([isUnsure(kept), charged()]).toEqual([true, 1]);
		const sent = await stage().retry(kept, { options: { resubmitWhenUnsure: true } });
		expect([sent.status, charged()]).toEqual(['success', 2]);
	});

	test('stays unsure after it was sent once more and refused', async () => {
		stage().emulator.addFault(lost);
		stage().emulator.addFault(refused);
		const failed = await stage().run({}, { mode: 'trigger' });
		const sent = await stage().retry(failed, { options: { resubmitWhenUnsure: true } });
		const last = await stage().retry(sent, { options: { resubmitWhenUnsure: false } });
		expect([isUnsure(sent), isUnsure(last)]).toEqual([true, true]);
		expect(stage().emulator.statistics()).toMatchObject({ submits: 2, charged: 1 });
	});

	test('is one whose id cannot be used, and crashes nothing', async () => {
		for (const task_id of ['x\ud800y', '..', 'a'.repeat(10_000)]) {
			stage().emulator.addFault({ call: 'submit', kind: 'body', json: { task_id }, taken: true });
			expect(isUnsure(await stage().run())).toBe(true);
		}
	});
});

describe('a task whose expression gives another value in every try', () => {
	const random = { inputs: { value: { [ids.seed]: '={{ Math.floor(Math.random() * 1e9) }}' } } };

	test('is not paid for twice when a poll fails', async () => {
		stage().emulator.addFault({ call: 'status', kind: 'status', status: 401 });
		const run = await stage().run(random, { node: retrying });
		expect(run.status).toBe('success');
		expect(stage().emulator.statistics().charged).toBe(1);
		// What was sent is not known any more, and nothing is invented.
		expect(run.output(nodeName)[0]?.json).not.toHaveProperty('inputs');
	});

	test('is not paid for twice when the reply to its submit is lost', async () => {
		stage().emulator.addFault(lost);
		const run = await stage().run(random, { node: retrying });
		expect(isUnsure(run)).toBe(true);
		expect(stage().emulator.statistics()).toMatchObject({ submits: 1, charged: 1 });
	});
});

describe('an item that cannot be written as JSON', () => {
	const circular = (prompt: string) => {
		const json = { prompt, size: 10n as never };
		return Object.assign(json, { self: json, list: [json] });
	};
	const parameters = { ...promptOfItem, operation: 'runTask' };
	const items = itemsOf(circular('a cat'));

	test('is sent if no input uses the part that cannot be written, and a retry recognizes it', async () => {
		stage().emulator.addFault(lost);
		const run = await stage().run(parameters, { items, mode: 'trigger', node: retrying });
		expect([isUnsure(run), charged()]).toEqual([true, 1]);
	});

	test('is refused with its number if an input uses that part', async () => {
		const inputs = { value: { [ids.prompt]: '={{ $json.self }}' } };
		const run = await stage().run({ ...parameters, inputs }, { items, mode: 'trigger' });
		expect([run.error?.context.itemIndex, charged()]).toEqual([0, 0]);
	});
});

describe('with Resubmit When Unsure', () => {
	const resubmit = { options: { resubmitWhenUnsure: true, timeoutSeconds: 2 } };
	const answer504: FaultRequest = { call: 'submit', kind: 'status', status: 504, taken: true };

	test('an unsure task is sent only once more in all tries and retries together', async () => {
		stage().emulator.addFault({ ...answer504, times: Infinity });
		const node = { retryOnFail: true, maxTries: 5, waitBetweenTries: 1 };
		const run = await stage().run(resubmit, { node, mode: 'trigger' });
		expect([isUnsure(run), charged()]).toEqual([true, 2]);
		for (let retry = 0; retry < 2; retry++) await stage().retry(run);
		expect(charged()).toBe(2);
	});

	test('a further submit that was certainly refused does not count', async () => {
		stage().emulator.addFault({ ...answer504, nth: 1 });
		stage().emulator.addFault({ call: 'submit', kind: 'status', status: 422, nth: 2 });
		const run = await stage().run(resubmit, { mode: 'trigger' });
		expect([isUnsure(run), charged()]).toEqual([true, 1]);
		await stage().retry(run);
		await stage().retry(run);
		expect(charged()).toBe(2);
	});

	test('a retry without the option does not send an unsure task', async () => {
		stage().emulator.addFault({ ...answer504, times: Infinity });
		const run = await stage().run(resubmit, { mode: 'trigger' });
		const other = await stage().retry(run, {});
		expect([isUnsure(other), charged()]).toEqual([true, 2]);
	});
});
