import { DurationEstimate } from '../../nodes/InstaSd/wait/pace.ts';
import { RequestRate } from '../../nodes/InstaSd/wait/requestRate.ts';
import { useStage } from '../useStage.mts';
import { useNodeTime } from './nodeTime.mts';
import { itemsOf, until } from './stage.mts';
import { call, openToolStage } from './toolStage.mts';
import { nodeName, type NodeSettings } from './workflows.mts';

const time = useNodeTime();
const stage = useStage(() => openToolStage({ time, behaviour: { durationMs: 1000, images: 0 } }));
afterEach(() => jest.restoreAllMocks());

const created = () => stage().created();
const continuing: NodeSettings = { onError: 'continueRegularOutput' };
const breaks = () => {
	throw new TypeError('there is a fault in it');
};

describe('an unexpected error, once there is a task,', () => {
	test('names the task, and does not say that nothing was sent', async () => {
		jest.spyOn(DurationEstimate.prototype, 'add').mockImplementation(breaks);
		const run = await stage().run({}, { mode: 'trigger' });
		const [id] = created();
		expect(run.error?.message).toContain(`with task ${id}: there is a fault in it`);
		expect(run.error?.description).toContain(`Wait for Task, with the id ${id}`);
		jest.restoreAllMocks();
		const retried = await stage().retry(run);
		expect(retried.output(nodeName)).toMatchObject([{ json: { task_id: id } }]);
		expect(stage().emulator.statistics()).toMatchObject({ charged: 1 });
	});

	test('names the task in the error item', async () => {
		jest.spyOn(DurationEstimate.prototype, 'add').mockImplementation(breaks);
		const run = await stage().run({}, { node: continuing });
		expect(run.output(nodeName)).toMatchObject([
			{ json: { error: { code: 'UNEXPECTED', task_id: created()[0], retryable: false } } },
		]);
	});

	test('tells a model not to call the tool again', async () => {
		jest.spyOn(DurationEstimate.prototype, 'add').mockImplementation(breaks);
		const read = await call(await stage().toolOfWebhook(), 'a cat');
		expect(read).toContain(created()[0]);
		expect(read).toContain('Do not call this tool again');
	});

	test.each([
		['waitForTask', 0],
		['getStatus', 2],
	])('keeps the id that %s was given', async (operation, output) => {
		const [task] = await stage().submit('a');
		jest.spyOn(RequestRate.prototype, 'replied').mockImplementation(breaks);
		const run = await stage().run(
			{ operation },
			{ items: itemsOf({ task_id: String(task?.task_id) }), node: continuing },
		);
		expect(run.output(nodeName, output)).toMatchObject([
			{ json: { error: { code: 'UNEXPECTED', task_id: task?.task_id } } },
		]);
	});
});

test('a run that has failed leaves no status call open', async () => {
	const hanging = stage().emulator.addFault({ call: 'status', kind: 'hang', taskNumber: 1 });
	const refused = stage().emulator.addFault({
		...{ call: 'status', kind: 'status', status: 401, taskNumber: 2, nth: 3 },
	});
	const execution = stage().start({ options: { tasksAtOnce: 2 } }, { items: itemsOf({}, {}) });
	await until('the refused poll', () => refused.fired > 0);
	// Or its own time would end it.
	time.standStill();
	const run = await execution.finished;
	expect(run.error?.message).toContain('[item 1]');
	expect(hanging.fired).toBe(1);
	await time.untilQuiet();
	expect(stage().emulator.statistics().openRequests).toBe(0);
});
