import type { Execution } from '../harness/execution.mts';
import type { Run } from '../harness/run.mts';
import type { NodeTime } from '../nodeTime.mts';
import { until } from '../stage.mts';
import { readIn, type ToolStage } from '../toolStage.mts';
import { editOf, retry, start } from './callers.mts';
import { Lives } from './lives.mts';
import { longestTaskMs, startService, type StoryService } from './service.mts';
import type { Act, Story } from './story.mts';

/** One run of a story. */
export interface PlayedRun {
	readonly act: Act;
	readonly run: Run;
	/** Of each item or call. */
	readonly prompts: readonly string[];
	/** What the agent has read of each call; undefined in a workflow. */
	readonly read: readonly string[] | undefined;
	/** When Stop or the timeout came. */
	readonly endedEarlyAt: number | undefined;
	/** How many tasks were taken when it ended, in all. */
	readonly takenAtEnd: number;
	readonly endedAt: number;
}

export interface Played {
	readonly runs: readonly PlayedRun[];
	readonly service: StoryService;
	readonly lives: Lives;
	/** How many tasks the user has asked for, by prompt. */
	readonly askedFor: ReadonlyMap<string, number>;
	readonly mayResubmit: boolean;
	/** One more retry, of a workflow that has ended in an error, when everything works again. */
	readonly inGoodWeather: PlayedRun | undefined;
}

/** Plays a story to its end: until no reply is under way any more, and what can be retried has been. */
export async function play(stage: ToolStage, time: NodeTime, story: Story): Promise<Played> {
	const service = startService(stage.emulator, story);
	const lives = new Lives(service.isFailed);
	const askedFor = new Map<string, number>();
	const ask = (prompt: string, times = story.generations) =>
		askedFor.set(prompt, (askedFor.get(prompt) ?? 0) + times);
	const runs: PlayedRun[] = [];
	let { prompts, resubmit } = story;
	let mayResubmit = resubmit;
	let settled = 0;
	const settle = () => {
		const taken = service.taken();
		const latest = taken.slice(settled);
		for (const task of latest) lives.taken(task, resubmit);
		settled = taken.length;
		return latest;
	};

	const perform = async (act: Act): Promise<PlayedRun | undefined> => {
		const before = runs.at(-1);
		const retried = act.what === 'run' ? undefined : before?.run;
		if (act.what !== 'run' && (retried === undefined || !isRetriable(story, retried))) return;
		const [first = '', ...others] = prompts;
		const isEdited = act.what === 'retry with another prompt for item 0';
		// Of equal prompts, nobody could tell which tasks are the item's.
		if (isEdited && others.includes(first)) return;
		settle();
		if (retried === undefined) {
			({ prompts, resubmit } = story);
			lives.begin(prompts, story.generations);
			for (const prompt of prompts) ask(prompt);
		}
		if (isEdited) {
			prompts = [`${first}!`, ...others];
			lives.edit(first, `${first}!`, story.generations);
			ask(`${first}!`);
		}
		if (act.what === 'retry with Resubmit When Unsure') mayResubmit = resubmit = true;
		if (act.what === 'retry without Resubmit When Unsure') resubmit = false;
		const edit = editOf(act, prompts[0] ?? '');
		const livesBefore = lives.copy();
		const { run, endedEarlyAt } = await ending(time, act, (timeout) =>
			retried === undefined ? start(stage, story, timeout) : retry(stage, retried, edit, timeout),
		);
		const read = story.caller === 'workflow' ? undefined : readIn(run);
		const latest = settle();
		// Stop leaves of a run in n8n's database what was there when it began: a retry knows no more than that.
		if (endedEarlyAt !== undefined && act.ended?.by === 'Stop') {
			lives.restore(livesBefore);
			for (const { prompt } of latest) ask(prompt, 1);
		}
		const takenAtEnd = settled;
		return { act, run, prompts, read, endedEarlyAt, takenAtEnd, endedAt: time.now() };
	};

	for (const act of story.acts) {
		const played = await perform(act);
		if (played !== undefined) runs.push(played);
	}
	await untilIdle(service, time);
	service.mend();
	await time.sleep(longestTaskMs);
	const inGoodWeather =
		runs.at(-1)?.run.status === 'error' ? await perform({ what: 'retry', ended: null }) : undefined;
	lives.end();
	await untilIdle(service, time);
	settle();
	return { runs, service, lives, askedFor, mayResubmit, inGoodWeather };
}

async function untilIdle(service: StoryService, time: NodeTime): Promise<void> {
	await until(service.isIdle);
	await time.untilQuiet();
}

/** Runs it, and ends it early where the act says so. */
async function ending(
	time: NodeTime,
	{ ended }: Act,
	begin: (timeout: Promise<void> | undefined) => Execution,
): Promise<Pick<PlayedRun, 'run' | 'endedEarlyAt'>> {
	let isOver = false;
	let endedAt: number | undefined;
	const end = async (act: () => void) => {
		await time.sleep(ended?.afterMs ?? 0);
		if (isOver) return;
		endedAt = time.now();
		act();
	};
	let letTimeoutEnd = () => {};
	const timeout = new Promise<void>((resolve) => (letTimeoutEnd = resolve));
	const execution = begin(ended?.by === 'timeout' ? timeout : undefined);
	if (ended !== null) void end(ended.by === 'Stop' ? execution.stop : letTimeoutEnd);
	const run = await execution.finished;
	isOver = true;
	return { run, endedEarlyAt: run.status === 'canceled' ? endedAt : undefined };
}

function isRetriable({ caller }: Story, run: Run): boolean {
	return caller === 'workflow' && run.status !== 'success';
}
