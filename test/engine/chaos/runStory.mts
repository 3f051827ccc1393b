import type { INodeParameters } from 'n8n-workflow';
import type { Execution } from '../harness/execution.mts';
import type { Run } from '../harness/run.mts';
import type { NodeTime } from '../nodeTime.mts';
import { until } from '../stage.mts';
import { readIn, type ToolStage } from '../toolStage.mts';
import { editOf, retry, start } from './callers.mts';
import { PaymentModel, type Lineage } from './paymentModel.mts';
import { longestTaskMs, startService, type StoryService } from './service.mts';
import type { Act, Story } from './story.mts';

/** One run of a story. */
export interface StoryRun {
	readonly act: Act;
	readonly run: Run;
	/** Of each item or call. */
	readonly prompts: readonly string[];
	readonly resubmit: boolean;
	/** What a retry of it will know of; undefined where that is nothing. */
	readonly lineage: Lineage | undefined;
	/** What the agent has read of each call; undefined in a workflow. */
	readonly read: readonly string[] | undefined;
	/** When Stop or the timeout came. */
	readonly endedEarlyAt: number | undefined;
	/** How many tasks were taken in all when it began, and when it ended. */
	readonly takenAtStart: number;
	readonly takenAtEnd: number;
	readonly endedAt: number;
}

export interface StoryOutcome {
	readonly runs: readonly StoryRun[];
	readonly service: StoryService;
	readonly payments: PaymentModel;
	readonly mayResubmit: boolean;
	readonly story: Story;
	/** One more retry, of a workflow that has ended in an error, when everything works again. */
	readonly inGoodWeather: StoryRun | undefined;
}

const anHourMs = 3_601_000;

/** Runs a story to its end: until no reply is under way any more, and what can be retried has been. */
export async function runStory(
	stage: ToolStage,
	time: NodeTime,
	story: Story,
): Promise<StoryOutcome> {
	const service = startService(stage.emulator, story);
	const payments = new PaymentModel(service.isFailed);
	const runs: StoryRun[] = [];
	const forgotten = new Set<StoryRun>();
	let { resubmit } = story;
	let mayResubmit = resubmit;
	let fresh = 0;
	let settled = 0;
	const settle = () => {
		const taken = service.taken();
		for (const task of taken.slice(settled)) payments.taken(task, resubmit);
		settled = taken.length;
	};
	const runOnce = async (
		act: Act,
		asked: Pick<StoryRun, 'prompts' | 'resubmit'>,
		before: StoryRun | undefined,
		edit?: INodeParameters,
	): Promise<StoryRun> => {
		const lineage = before?.lineage ?? new Set();
		payments.plan(lineage, asked.prompts, story.generations);
		const takenAtStart = service.taken().length;
		const { run, endedEarlyAt } = await ending(time, act, (timeout) =>
			before === undefined
				? start(stage, story, asked.prompts, timeout)
				: retry(stage, before.run, edit, timeout),
		);
		const read = story.caller === 'workflow' ? undefined : readIn(run);
		// Stop leaves of a run in n8n's database what was there when it began: a retry knows no more than that.
		const isStopped = endedEarlyAt !== undefined && act.ended?.by === 'Stop';
		return {
			...{ ...asked, act, run, read, endedEarlyAt, takenAtStart },
			takenAtEnd: service.taken().length,
			lineage: isStopped ? before?.lineage : lineage,
			endedAt: time.now(),
		};
	};

	const perform = async (act: Act): Promise<StoryRun[]> => {
		if (act.what === 'run') {
			settle();
			({ resubmit } = story);
			fresh += 1;
			const prompts = story.prompts.map((prompt) => `${prompt}${fresh}`);
			const outcome = await runOnce(act, { prompts, resubmit }, undefined);
			settle();
			return [outcome];
		}
		const failed = runs.filter(({ run }) => isRetriable(story, run));
		const before = failed.at(-1 - Math.min(act.back, failed.length - 1));
		if (before === undefined) return [];
		let { prompts } = before;
		const [first = '', ...others] = prompts;
		if (act.what === 'retry with another prompt for item 0') {
			// Of equal prompts, nobody could tell which tasks are the item's.
			if (others.includes(first)) return [];
			prompts = [`${first}!`, ...others];
		}
		settle();
		if (before.lineage === undefined && before.act.what === 'run' && !forgotten.has(before)) {
			forgotten.add(before);
			payments.forget(before.prompts);
		}
		({ resubmit } = before);
		if (act.what === 'retry with Resubmit When Unsure') mayResubmit = resubmit = true;
		if (act.what === 'retry without Resubmit When Unsure') resubmit = false;
		const acts = act.isTwice ? [act, { ...act, ended: null }] : [act];
		const edit = editOf(act, prompts[0] ?? '');
		const asked = { prompts, resubmit };
		const outcome = await Promise.all(
			acts.map(async (one) => await runOnce(one, asked, before, edit)),
		);
		settle();
		return outcome;
	};

	for (const act of story.acts) runs.push(...(await perform(act)));
	await untilIdle(service, time);
	service.mend();
	// A service that has asked for an hour's rest gets it.
	await time.sleep(story.submits.includes('429 for an hour') ? anHourMs : longestTaskMs);
	const [inGoodWeather] =
		runs.at(-1)?.run.status === 'error'
			? await perform({ what: 'retry', back: 0, isTwice: false, ended: null })
			: [];
	payments.end();
	await untilIdle(service, time);
	settle();
	return { runs, service, payments, mayResubmit, story, inGoodWeather };
}

async function untilIdle(service: StoryService, time: NodeTime): Promise<void> {
	await until('the end of every call', service.isIdle);
	await time.untilQuiet();
}

/** Runs it, and ends it early where the act says so. */
async function ending(
	time: NodeTime,
	{ ended }: Act,
	begin: (timeout: Promise<void> | undefined) => Execution | Promise<Execution>,
): Promise<Pick<StoryRun, 'run' | 'endedEarlyAt'>> {
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
	const execution = await begin(ended?.by === 'timeout' ? timeout : undefined);
	if (ended !== null) void end(ended.by === 'Stop' ? execution.stop : letTimeoutEnd);
	const run = await execution.finished;
	isOver = true;
	return { run, endedEarlyAt: run.status === 'canceled' ? endedAt : undefined };
}

function isRetriable({ caller }: Story, run: Run): boolean {
	return caller === 'workflow' && run.status !== 'success';
}
