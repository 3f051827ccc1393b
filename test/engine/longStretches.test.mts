import { systemClock } from '../../nodes/InstaSd/api/clock.ts';
import { useStage } from '../useStage.mts';
import { ids, itemsOf, nodeName, openStage, promptOfItem } from './stage.mts';

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

const items = (count: number, prompt: (item: number) => unknown = (item) => `p${item}`) =>
	itemsOf(...Array.from({ length: count }, (_, item) => ({ prompt: prompt(item) as string })));
const runTask = { ...promptOfItem, operation: 'runTask' };
const nothingIsSent = { ...runTask, options: { taskLimit: 1 } };

test('other workflows go on while many items are planned', async () => {
	const pauses = slowMachine(10);
	await stage().run(nothingIsSent, { items: items(100), mode: 'trigger' });
	expect(pauses()).toBeGreaterThanOrEqual(30);
	expect(pauses()).toBeLessThanOrEqual(40);
});

test.each([
	['getStatus', 2],
	['waitForTask', 0],
])('other workflows go on while %s reads the ids of many items', async (operation, failed) => {
	const pauses = slowMachine(10);
	const run = await stage().run(
		{ operation },
		{ items: items(100), mode: 'trigger', node: { onError: 'continueRegularOutput' } },
	);
	expect(run.output(nodeName, failed)).toHaveLength(100);
	expect(pauses()).toBeGreaterThanOrEqual(30);
});

test('few items are planned without a pause', async () => {
	const pauses = slowMachine(1);
	await stage().run(nothingIsSent, { items: items(20), mode: 'trigger' });
	expect(pauses()).toBe(0);
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

test('with On Error: Continue the others are sent once all are planned', async () => {
	let submitsWhilePlanned = 0;
	const pauses = slowMachine(50, () => {
		if (pauses() === 30) submitsWhilePlanned = stage().emulator.statistics().submits;
	});
	const run = await stage().run(runTask, {
		items: items(30, (item) => (item === 4 ? null : `p${item}`)),
		mode: 'trigger',
		node: { onError: 'continueRegularOutput' },
	});
	expect(pauses()).toBeGreaterThanOrEqual(30);
	expect(submitsWhilePlanned).toBe(0);
	const sent = run
		.output(nodeName)
		.map(({ json }) => stage().emulator.task(String(json.task_id))?.inputs?.[ids.prompt]?.value);
	expect(sent).toEqual(
		Array.from({ length: 30 }, (_, item) => (item === 4 ? undefined : `p${item}`)),
	);
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
