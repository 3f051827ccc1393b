import { useStage } from '../useStage.mts';
import { useNodeTime } from './nodeTime.mts';
import { itemsOf, nodeName, openStage, promptOfItem } from './stage.mts';
import { chainOf } from './workflows.mts';

// Where a user finds the ids of many tasks.
const time = useNodeTime();
const stage = useStage(() => openStage({ time }));

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

test('the data of the execution names each task, even if one id is part of another', async () => {
	[12, 1].forEach((task_id, index) => {
		stage().emulator.addFault({ call: 'submit', kind: 'body', json: { task_id }, nth: index + 1 });
	});
	const parameters = { operation: 'runTask', options: { tasksAtOnce: 1 } };
	const run = await stage().run(parameters, { items: itemsOf({}, {}) });
	expect(run.customData.instasd_tasks).toBe('12,1');
});

test('the data of the execution names the tasks of all its nodes', async () => {
	const parameters = { operation: 'runTask' };
	const workflow = chainOf({ name: 'First', parameters }, { name: 'Second', parameters });
	const run = await stage().run({}, { workflow });
	const created = ['First', 'Second'].map((name) => run.output(name)[0]?.json.task_id);
	expect(run.customData.instasd_tasks).toBe(created.join(','));
});

test('the data of the execution names the first eighteen tasks, and cuts off no id', async () => {
	const items = itemsOf(...Array.from({ length: 20 }, () => ({})));
	const run = await stage().run({ operation: 'runTask', options: { tasksAtOnce: 1 } }, { items });
	const created = run.output(nodeName).map(({ json }) => json.task_id);
	const { instasd_tasks, instasd_tasks_2, instasd_tasks_3 } = run.customData;
	const shown = [instasd_tasks, instasd_tasks_2, instasd_tasks_3].map((ids) => ids?.split(','));
	expect(shown).toEqual([created.slice(0, 6), created.slice(6, 12), created.slice(12, 18)]);
});
