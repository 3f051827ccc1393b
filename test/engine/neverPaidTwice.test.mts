import { useStage } from '../useStage.mts';
import type { NodeSettings } from './workflows.mts';
import { useNodeTime } from './nodeTime.mts';
import { itemsOf, openStage, promptOfItem } from './stage.mts';
import { nodeName } from './workflows.mts';

const time = useNodeTime();
const stage = useStage(() =>
	openStage({
		time,
		behaviour: { durationMs: 1000, images: 0 },
	}),
);

const retrying: NodeSettings = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
test('a lost reply does not affect the other items, each paid for once', async () => {
	stage().emulator.addFault({ call: 'submit', kind: 'resetAfter', nth: 2 });
	const run = await stage().run(promptOfItem, {
		items: itemsOf({ prompt: 'a' }, { prompt: 'b' }, { prompt: 'c' }),
		node: { ...retrying, onError: 'continueErrorOutput' },
	});
	expect(run.output(nodeName, 0)).toHaveLength(2);
	expect(run.output(nodeName, 1)).toMatchObject([{ json: { error: { code: 'SUBMIT_UNSURE' } } }]);
	expect(stage().emulator.statistics()).toMatchObject({ submits: 3, charged: 3 });
});

describe('what the service refuses with 429 is sent again', () => {
	const pausesBetween = (times: number[]) =>
		times.slice(1).map((at, index) => at - (times[index] ?? NaN));
	const retryAfter = async (header: string, times = 1) => {
		const headers = { 'retry-after': header };
		stage().emulator.addFault({ call: 'submit', kind: 'status', status: 429, headers, times });
		const run = await stage().run({ operation: 'runTask' });
		return {
			run,
			times: stage()
				.emulator.requests()
				.map(({ at }) => at),
		};
	};

	test('after as many seconds as the service asks for', async () => {
		const { run, times } = await retryAfter('8', 2);
		expect(run.status).toBe('success');
		expect(pausesBetween(times)).toEqual([8000, 8000]);
		expect(stage().emulator.statistics()).toMatchObject({ charged: 1 });
	});

	test('not before the date that the service asks for', async () => {
		const date = new Date(time.now() + 30_000);
		const { run, times } = await retryAfter(date.toUTCString());
		expect(run.status).toBe('success');
		expect(times[1]).toBe(Math.floor(date.getTime() / 1000) * 1000);
		expect(stage().emulator.statistics()).toMatchObject({ charged: 1 });
	});

	test('less and less often where the service asks for no pause', async () => {
		time.fixChance(0);
		const { run, times } = await retryAfter('0', 5);
		expect(run.status).toBe('success');
		expect(pausesBetween(times)).toEqual([250, 500, 1_000, 2_000, 4_000]);
	});

	test('not at all where the service asks for an hour', async () => {
		const { run, times } = await retryAfter('3600');
		expect(run.error?.message).toContain(
			'The task was not created: the service asks to wait 3600 s',
		);
		expect(times).toHaveLength(1);
	});

	test('by no task of the run before the pause is over', async () => {
		const headers = { 'retry-after': '30' };
		stage().emulator.addFault({ call: 'submit', kind: 'status', status: 429, headers, nth: 4 });
		const run = await stage().run(
			{ ...promptOfItem, options: { tasksAtOnce: 3 } },
			{ items: itemsOf(...[...'abcdef'].map((prompt) => ({ prompt }))) },
		);
		expect(run.output(nodeName)).toHaveLength(6);
		const requests = stage().emulator.requests();
		const told = requests.find(({ status }) => status === 429)!.at;
		// What was under way when the service asked for the pause has arrived at the same moment.
		const early = requests.filter(({ at }) => at > told && at < told + 30_000);
		expect(early).toEqual([]);
		expect(stage().emulator.statistics()).toMatchObject({ submits: 7, charged: 6 });
	});
});
