import fc from 'fast-check';
import { useStage } from '../../useStage.mts';
import { useNodeTime } from '../nodeTime.mts';
import { openToolStage } from '../toolStage.mts';
import { ended } from '../until.mts';
import { brokenPromises } from './brokenPromises.mts';
import { runStory } from './runStory.mts';
import { stories, told, type Story } from './story.mts';

/** The same stories in every `npm test`, more of them in `.ci/run`; `npm run chaos` tells new ones. */
const seed = Number(process.env.CHAOS_SEED ?? 632_534_279);
const numRuns = Number(process.env.CHAOS_RUNS ?? 100);
/** Of one story, and how it was made shorter: what a failure prints. */
const path = process.env.CHAOS_PATH;
/** In ms of real time: a story takes a tenth of a second. */
const longestStoryMs = 10_000;
/** In ms of real time, for looking for a shorter story that fails, too. */
const shorteningMs = 12_000;

const time = useNodeTime();
const stage = useStage(() => openToolStage({ time, behaviour: { images: 0 } }));

async function brokenIn(story: Story): Promise<string[]> {
	time.fixChance(0.5);
	return brokenPromises(stage(), await runStory(stage(), time, story));
}

const property = fc.asyncProperty(stories, async (story) => {
	const broken = await ended('the end of a story', brokenIn(story), longestStoryMs);
	if (broken.length > 0) throw new Error(broken.join('\n'));
});

/** Throws of the first story that breaks a promise the shortest one that is found in time. */
async function checkStories(): Promise<void> {
	const check = async (more: fc.Parameters<[Story]>) =>
		await fc.check(property, { seed, numRuns, ...(path === undefined ? {} : { path }), ...more });
	const first = await check({ endOnFailure: true });
	if (!first.failed) return;
	// After a story without an end, the next one would wait, too.
	const isEndless = String(first.errorInstance).includes('has not ended');
	const shortest = isEndless
		? first
		: await check({
				path: first.counterexamplePath ?? '',
				...{ interruptAfterTimeLimit: shorteningMs, markInterruptAsFailure: false },
			});
	const { counterexample, counterexamplePath, errorInstance, numShrinks } = shortest.failed
		? shortest
		: first;
	const [story] = counterexample ?? [];
	throw new Error(
		[
			errorInstance instanceof Error ? errorInstance.message : String(errorInstance),
			`in story ${first.numRuns}, made shorter ${numShrinks} times:`,
			...(story === undefined ? [] : [told(story)]),
			`Again: CHAOS_SEED=${seed} CHAOS_PATH=${counterexamplePath} npx jest engine/chaos`,
		].join('\n'),
	);
}

test(
	'whatever happens, in whatever order, nothing is paid for twice and no id is lost',
	checkStories,
	60_000 + 2_000 * numRuns,
);

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
	expect(stage().created()).toHaveLength(3);
});
