import { textToImage } from '../../sandbox/emulator/apis.mts';
import type { SavedCredential } from '../../sandbox/n8n/examples.mts';
import { eventually } from '../realN8n/eventually.mts';
import { parkedWorkflow } from '../realN8n/parkedWorkflow.mts';
import { openStage, type Stage } from '../realN8n/stage.mts';
import { call, executionsOf, pictureNode, publish, webhook } from '../realN8n/webhookWorkflows.mts';
import type { Figure } from './figures.mts';
import { mebibyte, memoryOf, watchMemory } from './memory.mts';

const tasks = 50;
/** How many executions start at a time. All at once, those to be parked would first run side by side. */
const atATime = 5;

interface Way {
	name: string;
	/** Calls of the webhook that begin all tasks. */
	calls: number;
	publish: (stage: Stage, credential: SavedCredential) => Promise<string>;
	/** Resolves when `count` tasks are under way. */
	underway: (stage: Stage, count: number, workflow: string) => Promise<unknown>;
}

const path = 'waiting';
const polled = async (stage: Stage, count: number): Promise<void> =>
	await eventually(async () => {
		const underway = stage.emulator.statistics().perTask.filter(({ asked }) => asked >= 2);
		if (underway.length < count) throw new Error(`${underway.length} tasks are under way`);
	}, 300_000);

const ways: Way[] = [
	{
		name: '50 executions, each waiting in the node',
		calls: tasks,
		publish: async (stage, credential) =>
			await publish(stage, [webhook(path), pictureNode(credential)]),
		underway: polled,
	},
	{
		name: '50 executions, parked in the database (Run Task, Wait, Get Status)',
		calls: tasks,
		publish: async (stage, credential) => {
			const { nodes, connections } = parkedWorkflow(webhook(path), credential);
			return await publish(stage, nodes, connections);
		},
		underway: async (stage, count, workflow) =>
			await executionsOf(stage, workflow, count, 'waiting'),
	},
	{
		name: 'one execution that waits for 50 tasks in the node',
		calls: 1,
		publish: async (stage, credential) => {
			const options = { generationsPerItem: tasks, tasksAtOnce: tasks };
			return await publish(stage, [webhook(path), pictureNode(credential, { options })]);
		},
		underway: polled,
	},
];

/** What it costs an n8n to have fifty tasks under way in each way, each in a new n8n in regular mode. */
export async function waitingFigures(): Promise<Figure[]> {
	const figures: Figure[] = [];
	for (const way of ways) {
		const stage = await openStage([textToImage]);
		try {
			figures.push({ what: way.name, goal: '', figure: await measure(stage, way) });
		} finally {
			await stage.close();
		}
	}
	return figures;
}

/** By how much n8n's process has grown when all tasks are under way, and at most until then. */
async function measure(stage: Stage, way: Way): Promise<string> {
	const credential = await stage.credentialFor(stage.api(textToImage.name));
	const warmUp = await publish(stage, [webhook('warm-up'), pictureNode(credential)]);
	for (let count = 0; count < 8; count++) await call(stage, 'warm-up');
	await executionsOf(stage, warmUp, 8, 'success');

	stage.emulator.reset();
	stage.emulator.setBehaviour({ durationMs: 3_600_000 });
	const workflow = await way.publish(stage, credential);
	const pid = stage.n8n.pid ?? 0;
	const { before, grown } = watchMemory(pid);
	for (let called = 0; called < way.calls; called += atATime) {
		const count = Math.min(atATime, way.calls - called);
		await Promise.all(Array.from({ length: count }, async () => await call(stage, path)));
		await way.underway(stage, ((called + count) / way.calls) * tasks, workflow);
	}
	const held = memoryOf(pid, 'VmRSS') - before;
	return `${Math.round(held / mebibyte)} MiB, at most ${Math.round(grown() / mebibyte)} MiB`;
}
