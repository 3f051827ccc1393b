import { useStage } from '../useStage.mts';
import { callLimit, useNodeTime } from './nodeTime.mts';
import { openStage } from './stage.mts';

const time = useNodeTime();
const stage = useStage(() => openStage({ time, behaviour: { durationMs: 0, images: 0 } }));
let began: number;
beforeEach(() => {
	began = time.now();
});

const second = 1000;
const requests = () =>
	stage()
		.emulator.requests()
		.map(({ at, fault }) => [fault, (at - began) / second]);

test('an hour of waiting is an hour for the node and the service, and a moment for the test', async () => {
	stage().emulator.setBehaviour({ durationMs: 3_600 * second });
	const run = await stage().run({
		downloadFiles: false,
		options: { pollingInterval: 1200, timeoutSeconds: 7200 },
	});
	expect(run.status).toBe('success');
	expect(requests()).toEqual([0, 0, 1200, 2400, 3600].map((at) => [null, at]));
});

test('no time passes while a reply is on its way', async () => {
	stage().emulator.addFault({ call: 'status', kind: 'slow', delayMs: 50, times: 2 });
	stage().emulator.setBehaviour({ durationMs: 2 * second });
	const asleep = time.sleep(2 * second);
	await stage().run({ downloadFiles: false, options: { pollingInterval: 2 } });
	await asleep;
	expect(requests()).toEqual([
		[null, 0],
		['slow', 0],
		['slow', 2],
	]);
});

test('a service that keeps silent is given up when the node has had enough, and not before', async () => {
	stage().emulator.setBehaviour({ images: 1 });
	time.fixChance(0.5);
	stage().emulator.addFault({ call: 'status', kind: 'hang' });
	stage().emulator.addFault({ call: 'status', kind: 'stall' });
	stage().emulator.addFault({ call: 'file', kind: 'hang' });
	stage().emulator.addFault({ call: 'file', kind: 'stall' });
	const run = await stage().run();
	expect(run.status).toBe('success');
	const seen = requests();
	expect(seen.map(([fault]) => fault)).toEqual([
		null,
		'hang',
		'stall',
		null,
		'hang',
		'stall',
		null,
	]);
	const gaps = seen.slice(1).map(([, at], index) => Number(at) - Number(seen[index]?.[1]));
	expect(gaps.map((gap) => Math.floor(gap / 60))).toEqual([0, 1, 1, 0, 1, 1]);
});

test('what stands still goes on when it is told to', async () => {
	time.standStill();
	let isAwake = false;
	const asleep = time.sleep(second).then(() => {
		isAwake = true;
	});
	await time.untilQuiet();
	expect(isAwake).toBe(false);
	time.goOn();
	await asleep;
	expect(time.now() - began).toBe(second);
});

describe('what a test has changed', () => {
	const [random, limit] = [Math.random, callLimit('status')];

	test.each(['first', 'second'])('is as before in the %s of two tests', async () => {
		expect([Math.random, callLimit('status')]).toEqual([random, limit]);
		const asleep = time.sleep(second);
		await asleep;
		time.fixChance(0);
		time.limit('statusMs', 1);
		time.limit('statusMs', 2);
		time.standStill();
		expect([Math.random(), callLimit('status')]).toEqual([0, 2]);
	});
});
