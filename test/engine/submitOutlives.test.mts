import type { FaultRequest } from '../../sandbox/emulator/faults.mts';
import { useStage } from '../useStage.mts';
import type { Run } from './harness/run.mts';
import { useNodeTime } from './nodeTime.mts';
import { itemsOf, openStage, promptOfItem, until } from './stage.mts';
import { nodeName, type NodeSettings } from './workflows.mts';

const time = useNodeTime();
const stage = useStage(() => openStage({ time, behaviour: { durationMs: 1000, images: 0 } }));

const retrying: NodeSettings = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 };
const prompts = (all: string) => itemsOf(...[...all].map((prompt) => ({ prompt })));
const created = () => stage().created();
/** Taken by the service at once, answered after a while, in real time. */
const slow: FaultRequest = { call: 'submit', kind: 'slow', delayMs: 300 };
const refused: FaultRequest = { call: 'submit', kind: 'status', status: 422, nth: 2 };
const log = ({ serverLog }: Run) => serverLog.map(({ message }) => message).join('\n');

describe('a submit without a reply yet', () => {
	test.each(['Stop', "the workflow's timeout"])(
		'is not cut off when %s ends the run: its id is in the log, with node and execution',
		async (end) => {
			stage().emulator.addFault({ ...slow, times: Infinity });
			let letTimeoutEnd = () => {};
			const timeout = new Promise<void>((resolve) => (letTimeoutEnd = resolve));
			const execution = stage().start(promptOfItem, {
				items: prompts('abc'),
				mode: 'trigger',
				timeout,
			});
			await until('three submits', () => created().length === 3);
			if (end === 'Stop') execution.stop();
			else letTimeoutEnd();
			const run = await execution.finished;
			expect(run.status).toBe('canceled');
			expect(run.nodes[nodeName]?.flatMap(({ main }) => main.flat()) ?? []).toEqual([]);
			for (const id of created()) {
				const words = `'${nodeName}' has task ${id} for item`;
				await until(`"${words}" in the log`, () => log(run).includes(words));
			}
			expect(log(run)).toContain(`(execution ${run.executionId})`);
			expect(stage().emulator.statistics()).toMatchObject({ submits: 3, charged: 3, asked: 0 });
		},
	);

	test('is in the log as unsure when no reply comes in time', async () => {
		const fault = stage().emulator.addFault({ call: 'submit', kind: 'hang', taken: true });
		const execution = stage().start({}, { mode: 'trigger' });
		await until('the submit', () => fault.fired > 0);
		execution.stop();
		const run = await execution.finished;
		expect(run.status).toBe('canceled');
		await until('the warning in the log', () => log(run).includes('did not get its id: no reply'));
		expect(run.serverLog.at(-1)).toMatchObject({ level: 'warn' });
	});

	test('is named in the error of another item that ends the run', async () => {
		stage().emulator.addFault({ call: 'submit', kind: 'hang', taken: true, nth: 1 });
		stage().emulator.addFault(refused);
		const failed = await stage().run(promptOfItem, { items: prompts('ab'), mode: 'trigger' });
		expect(failed.error?.message).toContain('[item 1]');
		expect(failed.error?.description).toContain('Sent, but still without a reply: item 0');
		const retried = await stage().retry(failed);
		expect(retried.error?.message).toContain('did not get its id (no reply (ECONNABORTED))');
		// The first once, and the second, of which nothing was created before.
		expect(stage().emulator.statistics()).toMatchObject({ charged: 2 });
	});
});

test('the error of a retry says what came instead of the task id', async () => {
	stage().emulator.addFault({ call: 'submit', kind: 'status', status: 503, taken: true });
	const run = await stage().run({}, { node: retrying });
	expect(run.error?.message).toContain('An earlier attempt in this execution sent the task');
	expect(run.error?.message).toContain('the service answered 503');
	expect(stage().emulator.statistics()).toMatchObject({ submits: 1, charged: 1 });
});
