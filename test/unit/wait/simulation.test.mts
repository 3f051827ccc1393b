import { classes, lateGoals, questionGoals } from '../../bench/pace/classes.mts';
import { batchWallRatio, measureClass, sdkPauseMs } from '../../bench/pace/polling.mts';
import { playScenario, scenarios } from '../../bench/pace/rates.mts';
import { simulate } from '../../bench/pace/simulate.mts';

// Virtual time and seeded chance: each figure is the same in every run. `npm run bench -- polling` measures all of them.
const tasks = 12;

describe.each(classes.map((kind) => [kind.name, kind] as const))('%s', (_, kind) => {
	test.each([3_000, 60_000])(
		'a task of %i ms is noticed soon, with a bounded number of questions',
		async (durationMs) => {
			const own = await measureClass(kind, durationMs, tasks);
			expect(own.late.worst).toBeLessThanOrEqual(lateGoals.worstMs);
			// Of so few tasks, one too late is more than the share of the goal.
			expect(own.tooLate).toBeLessThanOrEqual(1 / tasks);
			const atHome = await measureClass(kind, durationMs, tasks, 'none');
			const sdk = await measureClass(kind, durationMs, tasks, 'none', sdkPauseMs);
			const goal = Math.min(questionGoals.get(durationMs) ?? NaN, 1.1);
			// So few tasks can be shorter than the length of the goal.
			expect(atHome.questions / sdk.questions).toBeLessThanOrEqual(goal * 1.05);
		},
	);
});

test('batches of 100 tasks of 3 s take at most 5 % longer than ideal', async () => {
	expect(await batchWallRatio()).toBeLessThanOrEqual(1.05);
});

test('300 tasks at once are bounded by what one n8n can send, and lose nothing', async () => {
	const { busiest, measured } = await simulate({
		plans: Array.from({ length: 300 }, () => ({ queueMs: 0, workMs: 3_000 })),
		...{ atOnce: 300, latency: () => 50, random: () => 0.5 },
	});
	expect(busiest).toBeLessThanOrEqual(400);
	expect(measured).toHaveLength(300);
});

describe('a service that answers 429', () => {
	const withGoals = scenarios.flatMap(({ goal, ...scenario }) =>
		goal ? [{ ...scenario, goal }] : [],
	);

	test.each(withGoals.map((scenario) => [scenario.what, scenario] as const))(
		'ends each task soon, with few refusals: %s',
		async (_, scenario) => {
			const { wallMs, refused } = await playScenario(scenario);
			expect(wallMs).toBeLessThanOrEqual(scenario.goal.seconds * 1000);
			expect(refused).toBeLessThanOrEqual(scenario.goal.refused);
		},
	);
});
