import { useStage } from '../useStage.mts';
import { systemClock } from './nodeTime.mts';
import { itemsOf, nodeName, openStage, promptOfItem } from './stage.mts';

const stage = useStage(() => openStage({ behaviour: { durationMs: 0, images: 0 } }));

/** How much later each look at the clock finds it, in ms; 0 for the real time. Either goes on where the other ended. */
let lookMs = 0;
const { now, sleep } = systemClock;
let last = now();
let ahead = 0;
beforeEach(() => {
	jest.spyOn(systemClock, 'now').mockImplementation(() => {
		last = lookMs > 0 ? last + lookMs : now() + ahead;
		return last;
	});
});
afterEach(() => {
	lookMs = 0;
	ahead = last - now();
});
afterAll(() => jest.restoreAllMocks());

/**
 * A machine so slow that each look at the clock finds it so much later.
 * @returns how often the node has let others have their turn so far
 */
function slowMachine(ms: number, onPause = () => {}): () => number {
	let pauses = 0;
	lookMs = ms;
	jest.spyOn(systemClock, 'sleep').mockImplementation(async (pauseMs, signal) => {
		if (pauseMs === 0) {
			pauses += 1;
			onPause();
		}
		await sleep(pauseMs, signal);
	});
	return () => pauses;
}

const items = (count: number) =>
	itemsOf(...Array.from({ length: count }, (_, item) => ({ prompt: `p${item}` })));
const runTask = { ...promptOfItem, operation: 'runTask' };
const nothingIsSent = { ...runTask, options: { taskLimit: 1 } };

test('other workflows go on while many items are planned', async () => {
	const pauses = slowMachine(10);
	await stage().run(nothingIsSent, { items: items(100), mode: 'trigger' });
	expect(pauses()).toBeGreaterThanOrEqual(30);
	expect(pauses()).toBeLessThanOrEqual(40);
});

test('other workflows go on while Get Status reads the ids of many items', async () => {
	const pauses = slowMachine(10);
	const run = await stage().run(
		{ operation: 'getStatus' },
		{ items: items(100), mode: 'trigger', node: { onError: 'continueRegularOutput' } },
	);
	expect(run.output(nodeName, 2)).toHaveLength(100);
	expect(pauses()).toBeGreaterThanOrEqual(30);
});

test('Stop ends the planning of many items, and nothing is sent', async () => {
	const pauses = slowMachine(50, () => {
		if (pauses() === 3) execution.stop();
	});
	const execution = stage().start(runTask, { items: items(100), mode: 'trigger' });
	const run = await execution.finished;
	expect(run.status).toBe('canceled');
	expect(run.output(nodeName)).toEqual([]);
	expect(pauses()).toBe(3);
	expect(stage().emulator.statistics().submits).toBe(0);
});

test('other workflows go on while the many links of a task become items', async () => {
	const image_urls = Array.from({ length: 500 }, (_, n) => `http://127.0.0.1/${n}.png`);
	stage().emulator.addFault({
		...{ call: 'status', onlyWhen: 'completed', times: Infinity },
		...{ kind: 'patch', fields: { image_urls } },
	});
	const [task = {}] = await stage().submit('a cat');
	const pauses = slowMachine(10);
	const run = await stage().run(
		{ operation: 'waitForTask', downloadFiles: false, options: { outputItems: 'file' } },
		{ items: itemsOf(task) },
	);
	const output = run.output(nodeName);
	expect(output.map(({ json }) => json.file_url)).toEqual(image_urls);
	expect(new Set(output.map(({ json }) => json.image_urls)).size).toBe(1);
	expect(pauses()).toBeGreaterThanOrEqual(90);
});
