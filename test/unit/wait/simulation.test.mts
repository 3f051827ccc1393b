import { classes } from '../../bench/pace/classes.mts';
import { measureBatches, measureClass, ways } from '../../bench/pace/measure.mts';

const tasks = 25;
function classOf(name: string) {
	const found = classes.find((kind) => kind.name === name);
	if (found === undefined) throw new Error(`There is no class ${name}`);
	return found;
}

// Virtual time and seeded chance: each figure is the same in every run. `test/bench/pace/report.mts` prints them all.
test.each([
	['steady steps', 60_000, 1, 10],
	['steady steps', 600_000, 1, 25],
	['slow start, then steps', 600_000, 1.2, 25],
	['steps, then a tail', 60_000, 1.2, 14],
	['estimate too low', 60_000, 1.3, 18],
	['long queue, then steps', 10_000, 1, 25],
	['siblings, no steps', 3_000, 1.1, 8],
	['siblings, no steps', 60_000, 1, 10],
	['siblings, no steps', 600_000, 1, 25],
	['siblings, steps and a tail', 60_000, 1, 12],
	['no steps', 60_000, 4, 26],
	['no steps', 600_000, 1.4, 45],
	['no steps', 3_600_000, 1, 140],
])(
	'%s, %i ms: the median overshoot is at most %d of what is allowed, with %i questions',
	async (name, durationMs, ofAllowed, questions) => {
		const measured = await measureClass(classOf(name), durationMs, tasks);
		expect(measured.ofAllowed).toBeLessThanOrEqual(ofAllowed);
		expect(measured.polls.median).toBeLessThanOrEqual(questions);
	},
);

test.each(classes.map(({ name }) => name))(
	'%s: a wrong prediction costs at most 1.4 times what the task itself took',
	async (name) => {
		const { overshoot } = await measureClass(classOf(name), 10_000, tasks);
		expect(overshoot.max).toBeLessThanOrEqual(1.4 * 11_000);
	},
);

test.each([
	['with', 20, 120],
	['without', null, 150],
])(
	'batches of 100 tasks of 3 s %s steps take at most 5 %% longer than ideal',
	async (_, steps, overshootMs) => {
		const { meanOvershootMs, wallRatio } = await measureBatches(steps, 'none');
		expect(meanOvershootMs).toBeLessThanOrEqual(overshootMs);
		expect(wallRatio).toBeLessThanOrEqual(1.05);
	},
);

test('for a task of a minute with steps, it beats a growing pause at about the same number of questions', async () => {
	const kind = classOf('steady steps');
	const own = await measureClass(kind, 60_000, tasks);
	const growing = await measureClass(kind, 60_000, tasks, ways['x1.5 from 1 s']);
	expect(own.overshoot.median * 4).toBeLessThan(growing.overshoot.median);
	expect(own.polls.median).toBeLessThanOrEqual(growing.polls.median + 1);
});
