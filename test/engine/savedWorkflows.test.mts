import type { INode } from 'n8n-workflow';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { nodeOperations } from '../../nodes/InstaSd/api/nodeOperations.ts';
import { useStage } from '../useStage.mts';
import { readWorkflow } from './harness/workflowFile.mts';
import { useNodeTime } from './nodeTime.mts';
import { itemsOf } from './stage.mts';
import { call, openToolStage } from './toolStage.mts';
import { ids } from './workflows.mts';

// Saved by the package as it was before its operations had a resource and Get Status three outputs.
const saved = readWorkflow('test/engine/savedWorkflows/operations.json');
const savedTool: INode = JSON.parse(
	readFileSync(path.join(__dirname, 'savedWorkflows/tool.json'), 'utf8'),
);

const { runAndWait, getStatus } = nodeOperations;
const time = useNodeTime();
const stage = useStage(() => openToolStage({ time, behaviour: { durationMs: 60_000 } }));

describe('a workflow that was saved by an earlier version', () => {
	test('runs as before, but for Get Status, which needs its new outputs connected', async () => {
		// As CHANGELOG says: what still runs leaves by the second output now.
		const { 'Get Status': before, ...connections } = saved.connections;
		const rewired = { main: [[], before?.main?.[0] ?? null] };
		const run = await stage().run(
			{},
			{
				items: itemsOf({ prompt: 'a fox' }),
				workflow: { ...saved, connections: { ...connections, 'Get Status': rewired } },
			},
		);
		expect(run.error).toBeUndefined();
		const done = { json: { status: 'COMPLETED', finished: true } };
		expect(run.output('Run and Wait')).toMatchObject([done, done]);
		for (const { binary } of run.output('Run and Wait')) {
			expect(Object.keys(binary ?? {})).toEqual(['picture']);
		}
		expect(run.output('From JSON')).toMatchObject([done]);
		// As CHANGELOG says: without a saved *Simplify*, an item has the useful fields.
		expect(Object.keys(run.output('From JSON')[0]?.json ?? {})).toEqual(runAndWait.fields);
		const asked = run.output('Get Status', 1).map(({ json }) => Object.keys(json));
		expect(asked).toEqual([getStatus.fields]);
		expect(run.output('Wait for Task')).toMatchObject([
			{ ...done, binary: { data: { mimeType: 'image/png' } } },
		]);
		expect(run.output('Wait for Task')[0]?.json.task_id).toBe(
			run.output('Run Task')[0]?.json.task_id,
		);
		expect(stage().emulator.statistics()).toMatchObject({ charged: 4, downloads: 3 });
	});

	test('keeps its tool, with the description that its user wrote', async () => {
		stage().emulator.setBehaviour({ durationMs: 1000 });
		const { type, parameters } = savedTool;
		expect(type).toBe('n8n-nodes-instasd.instaSdTool');
		const tool = await stage().toolOfWebhook({ node: { parameters } });
		expect(tool.description).toBe('Paints landscapes');
		expect(await call(tool, 'a hare')).toContain(stage().emulator.fileOrigin);
		const [task] = stage().emulator.statistics().perTask;
		expect(stage().emulator.task(String(task?.id))?.inputs?.[ids.prompt]?.value).toBe('a hare');
	});
});
