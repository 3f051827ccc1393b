import fc from 'fast-check';
import { useNodeTime } from '../nodeTime.mts';
import { openToolStage, type ToolStage } from '../toolStage.mts';
import { play } from './play.mts';
import { brokenPromises } from './promises.mts';
import { stories, told, type Story } from './story.mts';

/** The same stories in every `npm test`, more of them in `.ci/run`; `npm run chaos` tells new ones. */
const seed = Number(process.env.CHAOS_SEED ?? 632_534_279);
const numRuns = Number(process.env.CHAOS_RUNS ?? 100);
/** A guard against a story that never ends, in ms. */
const longest = 300_000 + 2_000 * numRuns;

const time = useNodeTime();
let stage: ToolStage;
beforeAll(async () => {
	stage = await openToolStage({ time, behaviour: { images: 0 } });
});
afterAll(async () => await stage.close());

async function brokenIn(story: Story): Promise<string[]> {
	time.fixChance(0.5);
	return brokenPromises(stage, await play(stage, time, story));
}

const once = { back: 0, isTwice: false };

/** Of two items with one prompt, the first one's task is sent twice; the retry takes it up, and sends the other's own. */
const sentAgainBesideItsTwin: Story = {
	...{ caller: 'workflow', operation: 'runAndWait', prompts: ['a', 'a'], generations: 1 },
	withFile: false,
	...{ tasksAtOnce: 1, resubmit: true, onError: 'stopWorkflow', tries: 1, spareTasks: null },
	answerWithin: 0,
	...{ submits: ['500, taken'], polls: [], laterPolls: '401', ends: [] },
	acts: [
		{ ...once, what: 'run', ended: { by: 'Stop', afterMs: 17_000 } },
		{ ...once, what: 'retry without Resubmit When Unsure', ended: null },
	],
};

test('a task that was sent again is not mistaken for that of another item with the same prompt', async () => {
	expect(await brokenIn(sentAgainBesideItsTwin)).toEqual([]);
	const { perTask } = stage.emulator.statistics();
	expect(perTask).toHaveLength(3);
});

const promise = 'whatever happens, in whatever order, nothing is paid for twice and no id is lost';
test(
	`${promise} (again: CHAOS_SEED=${seed} CHAOS_RUNS=${numRuns} npx jest chaos)`,
	async () => {
		const property = fc.asyncProperty(stories, async (story) => {
			const broken = await brokenIn(story);
			if (broken.length > 0) throw new Error(broken.join('\n'));
		});
		// A rejection that nobody catches is a failure to Jest itself.
		const { failed, counterexample, errorInstance, ...result } = await fc.check(property, {
			seed,
			numRuns,
		});
		if (!failed) return;
		const [story] = counterexample ?? [];
		const why = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
		throw new Error(
			[
				`Story ${result.numRuns} of CHAOS_SEED=${seed}, made shorter ${result.numShrinks} times:`,
				...(story === undefined ? [] : [told(story)]),
				`\n${why}`,
			].join('\n'),
		);
	},
	longest,
);
