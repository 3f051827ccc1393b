import { limits } from './nodeTime.mts';
import { itemsOf, openStage, promptOfItem } from './stage.mts';
import { useStage } from '../useStage.mts';
import { nodeName, type NodeSettings } from './workflows.mts';

// In real time: a grace that is over while a reply is on its way is what a time that stands still for it cannot show.
const stage = useStage(() => openStage({ behaviour: { durationMs: 0, images: 0 } }));
beforeAll(() => {
	jest.replaceProperty(limits, 'submitGraceMs', 0);
});
afterAll(() => jest.restoreAllMocks());
/** The first of two submits is answered late, the second is refused once. */
beforeEach(() => {
	stage().emulator.addFault({ call: 'submit', kind: 'slow', delayMs: 1000, nth: 1 });
	stage().emulator.addFault({ call: 'submit', kind: 'status', status: 422, nth: 2 });
});

// No file is awaited that does not come.
const parameters = { ...promptOfItem, downloadFiles: false };
const items = itemsOf({ prompt: 'a' }, { prompt: 'b' });
const created = () => stage().created();

test('a retry from the list waits for a submit without a reply, and takes up its task', async () => {
	const failed = await stage().run(parameters, { items, mode: 'trigger' });
	expect(failed.error?.description).toContain('Sent, but still without a reply: item 0');
	const run = await stage().retry(failed);
	expect(run.status).toBe('success');
	expect(run.output(nodeName)[0]?.json.task_id).toBe(created()[0]);
	expect(stage().emulator.statistics()).toMatchObject({ charged: 2 });
});

test('so does Retry On Fail', async () => {
	const node: NodeSettings = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 };
	const run = await stage().run(parameters, { items, node });
	expect(run.status).toBe('success');
	expect(run.output(nodeName)[0]?.json.task_id).toBe(created()[0]);
	expect(stage().emulator.statistics()).toMatchObject({ charged: 2 });
});
