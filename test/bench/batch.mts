import { readFileSync } from 'node:fs';
import { textToImage } from '../../sandbox/emulator/apis.mts';
import type { WorkflowNode } from '../../sandbox/n8n/workflows.mts';
import { instaSdNode } from '../realN8n/nodes.mts';
import { openStage, type Stage } from '../realN8n/stage.mts';
import { median, ms, type Figure } from './figures.mts';
import { handmadeWorkflow } from './handmade.mts';
import { runNodes, timeOf } from './timedRun.mts';

const durationMs = 3000;
const value = {
	'7b7fae99f81ef925': 'a cat',
	'8428ca86f40f597d': 'https://example.com/reference.png',
};
const inputs = { mappingMode: 'defineBelow', value, matchingColumns: [], schema: [] };

/** A batch in a real n8n against its ideal, and a few tasks against the workflow that people build by hand. */
export async function batchFigures(): Promise<Figure[]> {
	const stage = await openStage([textToImage]);
	try {
		const credential = await stage.credentialFor(stage.api(textToImage.name));
		const node = (tasks: number, atOnce: number): WorkflowNode => ({
			...instaSdNode(credential),
			parameters: {
				operation: 'runAndWait',
				inputs,
				downloadFiles: false,
				options: { generationsPerItem: tasks, tasksAtOnce: atOnce },
			},
		});
		// The first run of an n8n is slower than all others.
		await runNodes(stage, [node(1, 1)]);
		return [
			...(await inLanes(stage, node(100, 20), 100, 20)),
			await manyTasks(stage, node(500, 100), { tasks: 1500, atOnce: 100, mostTimes: 1.08 }),
			await manyTasks(stage, node(500, 1000), { tasks: 1500, atOnce: 1000, mostTimes: 1.7 }),
			await againstHandmade(stage, node(5, 5), 5),
			await lengthsSideBySide(stage, node(20, 20)),
		];
	} finally {
		await stage.close();
	}
}

async function inLanes(
	stage: Stage,
	node: WorkflowNode,
	tasks: number,
	atOnce: number,
): Promise<Figure[]> {
	stage.emulator.reset();
	stage.emulator.setBehaviour({ durationMs });
	const ratio = timeOf(await runNodes(stage, [node]), [node]) / ((tasks / atOnce) * durationMs);
	const { perTask, asked, charged, maxInFlight } = stage.emulator.statistics();
	const late = median(
		perTask.map(({ knownAt, completedAt }) => (knownAt ?? NaN) - (completedAt ?? NaN)),
	);
	return [
		{
			what: `${tasks} tasks × 3 s, ${atOnce} at once: time / ideal`,
			goal: '≤ 1.05',
			figure: `${ratio.toFixed(3)} (charged ${charged}, at most ${maxInFlight} running)`,
			met: ratio <= 1.05,
		},
		{
			what: 'the same: late, median',
			goal: '≤ 150 ms',
			figure: `${ms(late)}, ${(asked / tasks).toFixed(1)} questions a task`,
			met: late <= 150,
		},
	];
}

/** Three items. */
const threeItems: WorkflowNode = {
	id: 'three-items',
	name: 'Three items',
	type: 'n8n-nodes-base.debugHelper',
	typeVersion: 1,
	position: [100, 0],
	parameters: { category: 'randomData', randomDataType: 'uuid', randomDataCount: 3 },
};

/** Many short tasks: what the requests themselves cost n8n's one thread. */
async function manyTasks(
	stage: Stage,
	node: WorkflowNode,
	{ tasks, atOnce, mostTimes }: { tasks: number; atOnce: number; mostTimes: number },
): Promise<Figure> {
	const taskMs = 2000;
	stage.emulator.reset();
	stage.emulator.setBehaviour({ durationMs: taskMs });
	const before = cpuOf(stage.n8n.pid ?? 0);
	const tookMs = timeOf(await runNodes(stage, [threeItems, node]), [node]);
	const cpuMs = cpuOf(stage.n8n.pid ?? 0) - before;
	const { asked, submits, charged } = stage.emulator.statistics();
	const ratio = tookMs / ((tasks / atOnce) * taskMs);
	const perRequest = cpuMs / (asked + submits);
	const busy = cpuMs / tookMs;
	return {
		what: `${tasks} tasks × 2 s, ${atOnce} at once: time / ideal; CPU a request; how busy n8n's process was`,
		goal: `≤ ${mostTimes}; ≤ 1.8 ms`,
		figure: `${ratio.toFixed(2)}; ${perRequest.toFixed(2)} ms; ${Math.round(busy * 100)} % (charged ${charged}, ${asked + submits} requests)`,
		met: ratio <= mostTimes && perRequest <= 1.8 && charged === tasks,
	};
}

/** The CPU time that a process has taken, in ms. Linux only. */
function cpuOf(pid: number): number {
	const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
	const [user = 0, system = 0] = fields.split(' ').slice(11, 13).map(Number);
	return (user + system) * 10;
}

/** In ms. */
const lengths = [2_000, 5_000, 12_000, 40_000];

/** One run with five tasks of every length. */
async function lengthsSideBySide(stage: Stage, node: WorkflowNode): Promise<Figure> {
	stage.emulator.reset();
	stage.emulator.setBehaviour(({ number }) => ({
		durationMs: lengths[number % lengths.length] ?? NaN,
	}));
	await runNodes(stage, [node]);
	const { perTask, asked } = stage.emulator.statistics();
	const late = perTask.map(({ createdAt, completedAt, knownAt }) => {
		const taskMs = (completedAt ?? NaN) - createdAt;
		const lateMs = (knownAt ?? NaN) - (completedAt ?? NaN);
		return { lateMs, isTooLate: !(lateMs <= Math.max(500, 0.05 * taskMs) + 100) };
	});
	const tooLate = late.filter(({ isTooLate }) => isTooLate).length;
	const worst = Math.max(...late.map(({ lateMs }) => lateMs));
	return {
		what: `${perTask.length} tasks, 2 to 40 s, side by side: late, median, worst`,
		goal: '≤ 1 too late; ≤ 6 s',
		figure: `${ms(median(late.map(({ lateMs }) => lateMs)))}, ${ms(worst)}; ${tooLate} too late; ${(asked / perTask.length).toFixed(1)} questions a task`,
		met: tooLate <= 1 && worst <= 6_000,
	};
}

async function againstHandmade(stage: Stage, node: WorkflowNode, tasks: number): Promise<Figure> {
	stage.emulator.reset();
	stage.emulator.setBehaviour({ durationMs });
	const ours = timeOf(await runNodes(stage, [node]), [node]);
	const { nodes, connections } = handmadeWorkflow(stage.api(textToImage.name), tasks);
	const theirs = timeOf(await runNodes(stage, nodes, connections), nodes);
	return {
		what: `${tasks} tasks × 3 s: time / that of HTTP Request + Wait (5 s) + If`,
		goal: '< 1',
		figure: `${(ours / theirs).toFixed(2)} (${ms(ours)} / ${ms(theirs)})`,
		met: ours < theirs,
	};
}
