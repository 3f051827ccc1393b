import type { FaultRequest } from '../../sandbox/emulator/faults.mts';
import { useStage } from '../useStage.mts';
import { useNodeTime } from './nodeTime.mts';
import { openStage } from './stage.mts';
import { nodeName, workflowWith, type NodeSettings } from './workflows.mts';

const time = useNodeTime();
const stage = useStage(() => openStage({ time, behaviour: { durationMs: 10_000, images: 1 } }));

const retrying: NodeSettings = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
const created = () => stage().created();

const lies: Array<[string, FaultRequest]> = [
	['an error that is not of this task', body({ status: 'error', message: 'Try again' })],
	["another task's failure", body({ task_id: 'somebody-else', status: 'FAILED' })],
	["another task's success", body({ task_id: 'somebody-else', status: 'COMPLETED' })],
	['a success without id and links', body({ status: 'COMPLETED' })],
];
function body(json: unknown): FaultRequest {
	return { call: 'status', kind: 'body', json };
}

test.each(lies)(
	'%s, once, does not end the waiting, and nothing is paid for twice',
	async (_, lie) => {
		stage().emulator.addFault(lie);
		const run = await stage().run({}, { node: retrying });
		expect(run.status).toBe('success');
		const [item] = run.output(nodeName);
		expect(item?.json).toMatchObject({ task_id: created()[0], status: 'COMPLETED' });
		expect(item?.binary).toBeDefined();
		expect(stage().emulator.statistics()).toMatchObject({ submits: 1, charged: 1 });
	},
);

test.each(lies)('%s, once, is not what Get Status shows', async (_, lie) => {
	const [submitted] = await stage().submit('a cat');
	stage().emulator.addFault(lie);
	const run = await stage().run({ operation: 'getStatus', taskId: String(submitted?.task_id) });
	expect(run.output(nodeName, 1)[0]?.json).toMatchObject({
		task_id: submitted?.task_id,
		finished: false,
	});
});

test.each([
	['completed', {}, 'success'],
	['failed', { failWith: 'out of memory' }, 'error'],
] as const)(
	'a task of a service that leaves out its id ends as %s',
	async (_, behaviour, status) => {
		stage().emulator.setBehaviour({ images: 0, ...behaviour });
		stage().emulator.addFault({
			call: 'status',
			kind: 'patch',
			remove: ['task_id'],
			times: Infinity,
		});
		const run = await stage().run();
		expect(run.status).toBe(status);
		expect(stage().emulator.statistics()).toMatchObject({ charged: 1 });
	},
);

describe('a list that is nested too deeply', () => {
	const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;

	test('in the reply to a submit costs neither the id nor a second task', async () => {
		stage().emulator.addFault({
			...{ call: 'submit', kind: 'body', taken: true },
			text: `{"task_id":"deep-1","status":"FAILED","error":${deep}}`,
		});
		const run = await stage().run({ operation: 'runTask' }, { node: retrying, mode: 'trigger' });
		expect(run.customData.instasd_tasks).toBe('deep-1');
		expect(stage().emulator.statistics()).toMatchObject({ submits: 1, charged: 1 });
	});
});

describe('a task id is kept exactly', () => {
	const bodies: Array<[string, string, string]> = [
		[
			'a number beyond 2^53',
			'{"task_id": 12345678901234567890123, "status": "CREATED"}',
			'12345678901234567890123',
		],
		['in a reply that is cut off', '{"task_id": "cut-1", "status": "CREA', 'cut-1'],
		['in a reply of 6 MB', `{"task_id":"long-1","note":"${'x'.repeat(6_000_000)}"}`, 'long-1'],
	];
	test.each(bodies)('%s', async (_, text, id) => {
		stage().emulator.addFault({ call: 'submit', kind: 'body', text, taken: true });
		const run = await stage().run({ operation: 'runTask' }, { mode: 'trigger' });
		expect(run.output(nodeName)[0]?.json.task_id).toBe(id);
		expect(run.customData.instasd_tasks).toBe(id);
	});

	test.each([408, 425, 500, 503])('in the body of a %i, too', async (status) => {
		stage().emulator.addFault({
			...{ call: 'submit', kind: 'status', status, taken: true, body: { task_id: 'kept-1' } },
		});
		const run = await stage().run({ operation: 'runTask' });
		expect(run.output(nodeName)[0]?.json.task_id).toBe('kept-1');
	});
});

test('a completed task with deeply nested fields reaches the next node', async () => {
	const deep = JSON.parse(`${'['.repeat(2_000)}${']'.repeat(2_000)}`);
	stage().emulator.addFault({ call: 'status', kind: 'patch', fields: { deep }, times: Infinity });
	const run = await stage().run({}, { node: retrying, mode: 'trigger' });
	expect(run.status).toBe('success');
	expect(JSON.stringify(run.output(nodeName)[0]?.json)).toContain('(nested too deeply)');
	expect(stage().emulator.statistics()).toMatchObject({ submits: 1, charged: 1 });
});

test('a field _files of the service is kept in binary mode "combined"', async () => {
	stage().emulator.addFault({
		...{ call: 'status', kind: 'patch', fields: { _files: ['a'] }, times: Infinity },
	});
	const workflow = { ...workflowWith(retrying), settings: { binaryMode: 'combined' as const } };
	const run = await stage().run({}, { workflow });
	expect(run.status).toBe('success');
	expect(run.output(nodeName)[0]?.json).toMatchObject({ service_files: ['a'] });
	expect(stage().emulator.statistics()).toMatchObject({ charged: 1 });
});
