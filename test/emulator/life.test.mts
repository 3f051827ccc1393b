import { createBehaviours } from '../../sandbox/emulator/behaviours.mts';
import { createGpus } from '../../sandbox/emulator/gpus.mts';
import { createReceivedInputs } from '../../sandbox/emulator/receivedInputs.mts';
import type { BehaviourChange } from '../../sandbox/emulator/settings.mts';
import { stageAt, statusReply, statusWord } from '../../sandbox/emulator/task.mts';

function taskWith(change: BehaviourChange) {
	const behaviours = createBehaviours([{ api: null, layer: change }]);
	return {
		id: 'a',
		number: 1,
		api: 'x',
		createdAt: 0,
		startsAt: 0,
		endsAt: 1000,
		behaviour: behaviours.of({ number: 1, api: 'x', inputs: {} }),
		scene: { prompt: '', width: 1, height: 1, seed: '' },
		asked: 0,
		knownAt: null,
	};
}

const stepsAt = (change: BehaviourChange, times: number[]) =>
	times.map((now) => statusReply(taskWith(change), now, {}).completed_steps);

describe('the steps of a task', () => {
	const times = [0, 250, 400, 700, 999, 1000];

	test('grow steadily', () => {
		expect(stepsAt({ steps: 8 }, times)).toEqual([0, 2, 3, 5, 7, 8]);
	});
	test('start slowly while a model is loaded', () => {
		expect(stepsAt({ steps: 8, stepPattern: 'slowStart' }, times)).toEqual([0, 0, 0, 3, 7, 8]);
	});
	test('come in bursts', () => {
		expect(stepsAt({ steps: 8, stepPattern: 'bursts' }, times)).toEqual([0, 2, 2, 4, 6, 8]);
	});
	test.each([
		['zero', { estimated_steps: 0, completed_steps: 0 }],
		['null', { estimated_steps: null, completed_steps: null }],
		['absent', {}],
	] as const)('may not exist: %s', (withoutSteps, fields) => {
		const task = taskWith({ stepPattern: 'none', withoutSteps });
		const { estimated_steps, completed_steps } = statusReply(task, 500, {});
		expect({ estimated_steps, completed_steps }).toEqual(fields);
	});
	test('may be more than were estimated', () => {
		const reply = statusReply(taskWith({ estimateFactor: 0.5 }), 1000, {});
		expect(reply).toMatchObject({ estimated_steps: 5, completed_steps: 10 });
	});
});

test.each([
	[{}, 'completed', 'COMPLETED'],
	[{ endWord: 'completed' }, 'completed', 'completed'],
	[{ endWord: 'CANCELLED' }, 'failed', 'CANCELLED'],
	[{ failWith: 'no' }, 'failed', 'FAILED'],
	[{ failWith: 'no', endWord: 'TIMED_OUT' }, 'failed', 'TIMED_OUT'],
])('the end of a task with %j is %s, and says %s', (change, stage, word) => {
	const task = taskWith(change);
	expect(stageAt(task, 1000)).toBe(stage);
	expect(statusWord(stageAt(task, 1000), task.behaviour)).toBe(word);
});

test('each task goes to the GPU that is free first', () => {
	const gpus = createGpus();
	const durations = [100, 50, 10, 10, 100];
	expect(durations.map((duration) => gpus.plan(2, 0, 0, duration))).toEqual([0, 0, 50, 60, 70]);
	expect(gpus.plan(Infinity, 0, 5, 10)).toBe(5);
});

test('the oldest inputs are given up when all of them together are too big', () => {
	const received = createReceivedInputs(100);
	for (const id of ['a', 'b', 'c']) received.keep(id, {}, 40);
	expect(['a', 'b', 'c'].map(received.of)).toEqual([undefined, {}, {}]);
});
