import type { IDataObject } from 'n8n-workflow';
import { useStage } from '../useStage.mts';
import { useNodeTime } from './nodeTime.mts';
import { ids, itemsOf, nodeName, openStage, promptOfItem } from './stage.mts';
import { chainOf } from './workflows.mts';

const time = useNodeTime();
const stage = useStage(() => openStage({ time }));

const retrying = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
const random = { inputs: { value: { [ids.seed]: '={{ Math.floor(Math.random() * 1e9) }}' } } };

describe('a task whose expression gives another value in every try', () => {
	test('is not paid for twice when a poll fails', async () => {
		stage().emulator.addFault({ call: 'status', kind: 'status', status: 401 });
		const run = await stage().run(random, { node: retrying });
		expect(run.status).toBe('success');
		expect(stage().emulator.statistics().charged).toBe(1);
		// What was sent is not known any more, and nothing is invented.
		expect(run.output(nodeName)[0]?.json).not.toHaveProperty('inputs');
	});

	test('is not paid for twice when the reply to its submit is lost', async () => {
		stage().emulator.addFault({ call: 'submit', kind: 'resetAfter' });
		const run = await stage().run(random, { node: retrying });
		expect(run.error?.message).toContain('not sent again');
		expect(stage().emulator.statistics()).toMatchObject({ submits: 1, charged: 1 });
	});
});

test('an unusable task id leaves the submit unsure, and crashes nothing', async () => {
	for (const task_id of ['x\ud800y', '..', 'a'.repeat(10_000)]) {
		stage().emulator.addFault({ call: 'submit', kind: 'body', json: { task_id }, taken: true });
		const run = await stage().run({}, { node: { onError: 'continueRegularOutput' } });
		expect(run.output(nodeName)[0]?.json.error).toMatchObject({ code: 'SUBMIT_UNSURE' });
	}
});

test('an InstaSD node behind the error output finds the task id without an expression', async () => {
	const [task] = await stage().submit('a');
	const items = [{ json: { error: { task_id: task?.task_id, code: 'UNREACHABLE' }, message: '' } }];
	const run = await stage().run({ operation: 'waitForTask' }, { items });
	expect(run.output(nodeName)[0]?.json.task_id).toBe(task?.task_id);
});

test.each(['={{ $json.nope }}', '={{ $json.nope ?? null }}', '={{ "" }}', 'many', -1, 1.5])(
	'a Task Limit of %p is refused, not ignored',
	async (taskLimit) => {
		const run = await stage().run({ options: { taskLimit, generationsPerItem: 3 } });
		expect(run.error?.message).toMatch(
			/^Option 'Task Limit' takes a whole number, at least 0, not /,
		);
		expect(stage().emulator.statistics().submits).toBe(0);
	},
);

describe('an item that cannot be written as JSON', () => {
	const circular = (prompt: string): IDataObject => {
		const json = { prompt, size: 10n as never };
		return Object.assign(json, { self: json, list: [json] });
	};
	const fromItem = { ...promptOfItem, operation: 'runTask' };
	const ofTrigger = { items: itemsOf(circular('a cat')), mode: 'trigger' } as const;

	test('is sent if no input uses the part that cannot be written', async () => {
		const run = await stage().run(fromItem, ofTrigger);
		expect(run.error).toBeUndefined();
		expect(stage().emulator.statistics().charged).toBe(1);
	});

	test('is recognized by a retry, and not paid for twice', async () => {
		stage().emulator.addFault({ call: 'submit', kind: 'resetAfter' });
		const run = await stage().run(fromItem, { ...ofTrigger, node: retrying });
		expect(run.error?.message).toContain('not sent again');
		expect(stage().emulator.statistics()).toMatchObject({ submits: 1, charged: 1 });
	});

	test('is refused with its number if an input uses that part', async () => {
		const inputs = { value: { [ids.prompt]: '={{ $json.self }}' } };
		const run = await stage().run({ ...fromItem, inputs }, ofTrigger);
		expect(run.error?.message).toContain('[item 0]');
		expect(stage().emulator.statistics().submits).toBe(0);
	});
});

test('an error names fifty other tasks, and says where the rest are', async () => {
	stage().emulator.addFault({ call: 'submit', kind: 'status', status: 422, nth: 61 });
	const items = itemsOf(...Array.from({ length: 61 }, (_, n) => ({ prompt: `p${n}` })));
	const parameters = { ...promptOfItem, operation: 'runTask', options: { tasksAtOnce: 1 } };
	const run = await stage().run(parameters, { items, mode: 'trigger' });
	const made = stage().created();
	const named = made.slice(0, 50).map((id, item) => `${id} (item ${item})`);
	expect(made).toHaveLength(60);
	expect(run.error?.description).toContain(
		`a retry picks up: ${named.join(', ')} and 10 more, which are in the log of n8n.`,
	);
	const logged = JSON.stringify(run.logs);
	expect(made.filter((id) => !logged.includes(id))).toEqual([]);
});

test('an expression that cannot be evaluated is refused before its task is paid for', async () => {
	const downloadFiles = '={{ $("Nowhere").item.json.x }}';
	const run = await stage().run({ downloadFiles }, { node: { onError: 'continueRegularOutput' } });
	expect(run.output(nodeName)[0]?.json.error).toMatchObject({ code: 'INVALID_INPUT' });
	expect(stage().emulator.statistics().submits).toBe(0);
});

test('an option that is wrong for one item affects only that item', async () => {
	const run = await stage().run(
		{ options: { timeoutSeconds: '={{ $json.seconds }}' } },
		{ items: itemsOf({ seconds: 0 }, { seconds: 60 }), node: { onError: 'continueRegularOutput' } },
	);
	const [wrong, right] = run.output(nodeName);
	expect(wrong?.json.error).toMatchObject({ code: 'INVALID_INPUT' });
	expect(right?.json.finished).toBe(true);
});

test('the error for a link that cannot be renewed has the links and the reason', async () => {
	stage().emulator.addFault({ call: 'file', kind: 'status', status: 403, times: Infinity });
	stage().emulator.addFault({
		call: 'status',
		kind: 'status',
		status: 401,
		onlyWhen: 'completed',
		nth: 2,
	});
	const run = await stage().run({}, { node: { onError: 'continueRegularOutput' } });
	expect(run.output(nodeName)[0]?.json.error).toMatchObject({
		code: 'DOWNLOAD_FAILED',
		urls: [expect.stringContaining('/files/')],
	});
});

test('a data: URL in a whole body is shortened in the output', async () => {
	const value = `data:image/png;base64,${'A'.repeat(4000)}`;
	const inputsJson = JSON.stringify({ inputs: { [ids.image]: { title: 'Image', value } } });
	const credential = { ...stage().credential, requestExample: '' };
	const run = await stage().run(
		{ operation: 'runTask', inputMode: 'json', inputsJson },
		{ credential },
	);
	expect(run.output(nodeName)[0]?.json.inputs).toEqual({
		[ids.image]: { title: 'Image', value: '(base64, 3000 bytes)' },
	});
});

test('the execution’s data names each task, even if one id is part of another', async () => {
	[12, 1].forEach((task_id, index) => {
		stage().emulator.addFault({ call: 'submit', kind: 'body', json: { task_id }, nth: index + 1 });
	});
	const parameters = { operation: 'runTask', options: { tasksAtOnce: 1 } };
	const run = await stage().run(parameters, { items: itemsOf({}, {}) });
	expect(run.customData.instasd_tasks).toBe('12,1');
});

test('the execution’s data names the tasks of all its nodes', async () => {
	const parameters = { operation: 'runTask' };
	const workflow = chainOf({ name: 'First', parameters }, { name: 'Second', parameters });
	const run = await stage().run({}, { workflow });
	const created = ['First', 'Second'].map((name) => run.output(name)[0]?.json.task_id);
	expect(run.customData.instasd_tasks).toBe(created.join(','));
});

test('the execution’s data names the first eighteen tasks, and cuts off no id', async () => {
	const items = itemsOf(...Array.from({ length: 20 }, () => ({})));
	const run = await stage().run({ operation: 'runTask', options: { tasksAtOnce: 1 } }, { items });
	const created = run.output(nodeName).map(({ json }) => json.task_id);
	const { instasd_tasks, instasd_tasks_2, instasd_tasks_3 } = run.customData;
	const shown = [instasd_tasks, instasd_tasks_2, instasd_tasks_3].map((ids) => ids?.split(','));
	expect(shown).toEqual([created.slice(0, 6), created.slice(6, 12), created.slice(12, 18)]);
});
