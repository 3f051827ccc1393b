import { z } from 'zod';
import type { Run } from '../harness/run.mts';
import type { ToolStage } from '../toolStage.mts';
import { nodeName } from '../workflows.mts';
import type { StoryOutcome, StoryRun } from './runStory.mts';

/** What a user was promised and did not get, in words; empty where all promises are kept. */
export function brokenPromises({ emulator }: ToolStage, outcome: StoryOutcome): string[] {
	return [
		...paidTooMuch(outcome),
		...beyondTaskLimit(outcome),
		...lostIds(outcome),
		...untoldIds(outcome),
		...leaks(outcome, emulator.token, emulator.statistics().leaked),
		...falseEnds(outcome),
		...afterTheEnd(outcome),
		...twins(outcome),
		...falseDoubts(outcome),
		...falseWithdrawals(outcome),
		...hopeless(outcome),
	];
}

function paidTooMuch({ payments, service, mayResubmit, runs }: StoryOutcome): string[] {
	const isTool = runs.some(({ read }) => read !== undefined);

	const broken = payments.tooMany.map(
		({ prompt, at, id }) => `A task of prompt ${prompt} was paid for too much: ${id}, at ${at}`,
	);
	// The same once more without a model: as many as were asked for, one for each that failed where that is no tool's, and
	// one more for each of these.
	const taken = service.taken();
	for (const prompt of new Set(taken.map((task) => task.prompt))) {
		const own = taken.filter((task) => task.prompt === prompt);
		const failed = own.filter(({ id }) => service.isFailed(id, Infinity)).length;
		const sure = (payments.askedFor.get(prompt) ?? 0) + (isTool ? 0 : failed);
		const unsure = own.filter(({ outcome }) => outcome === 'unsure').length;
		const allowed = sure + (mayResubmit ? Math.min(unsure, sure) : 0);
		if (own.length > allowed) {
			broken.push(`Prompt ${prompt} was paid for ${own.length} times instead of ${allowed}`);
		}
	}
	return broken;
}

/** A run of the node creates at most Task Limit tasks, in all its tries; the one submit more of an unsure task is another. */
function beyondTaskLimit({ service, story, ...outcome }: StoryOutcome): string[] {
	const { generations, spareTasks } = story;
	if (spareTasks === null) return [];
	let under = 0;
	const unsure = service.taken().filter(({ outcome }) => outcome === 'unsure').length;
	return allRuns(outcome).flatMap(
		({ act, prompts, resubmit, takenAtStart, takenAtEnd, ...run }) => {
			const planned = prompts.length * generations;
			const calls = run.read === undefined ? 1 : prompts.length;
			const limit = (planned + calls * spareTasks) * (act.isTwice ? 2 : 1);
			const allowed = limit + (resubmit ? Math.min(planned, unsure) : 0) + under;
			// What was under way when a run was ended is taken a moment later.
			under = run.endedEarlyAt === undefined ? 0 : planned;
			const count = takenAtEnd - takenAtStart;
			return count <= allowed ? [] : [`A run created ${count} tasks instead of ${allowed}`];
		},
	);
}

/** Every id that was told is in what a run leaves behind. */
function lostIds({ service, ...outcome }: StoryOutcome): string[] {
	const found = allRuns(outcome)
		.map(({ run, read }) => tracesOf(run, read))
		.join('\n');
	return service
		.taken()
		.filter(({ id, outcome }) => outcome === 'created' && !found.includes(id))
		.map(({ id, fault }) => `The service told the id ${id} (${fault}), and it is nowhere`);
}

/**
 * Who looks at what a run puts out, and not at the log, finds every id that had come when it ended by itself, but those
 * of tasks that the service called failed: a new one can have taken their place.
 */
function untoldIds({ runs, service }: StoryOutcome): string[] {
	const [first] = runs;
	if (first === undefined || first.endedEarlyAt !== undefined || first.read !== undefined)
		return [];
	const seen = seenIn(first.run);
	return service
		.taken()
		.slice(0, first.takenAtEnd)
		.filter(
			({ id, fault, outcome, at }) =>
				outcome === 'created' &&
				!/late/.test(fault) &&
				!service.isFailed(id, Infinity) &&
				at < first.endedAt &&
				!seen.includes(id),
		)
		.map(({ id, fault }) => `The id ${id} (${fault}) is neither in the output nor in the error`);
}

function leaks(outcome: StoryOutcome, token: string, leaked: number): string[] {
	const broken = leaked > 0 ? ['The token went to another origin'] : [];
	for (const [index, { run, read }] of allRuns(outcome).entries()) {
		if (tracesOf(run, read).includes(token)) broken.push(`Run ${index + 1} shows the token`);
	}
	return broken;
}

const completed = z.object({ task_id: z.string(), status: z.literal('COMPLETED') });

/** What is put out as completed is so, and of its item. */
function falseEnds({ service, ...outcome }: StoryOutcome): string[] {
	const taken = service.taken();
	return allRuns(outcome).flatMap((one) =>
		endsIn(one).flatMap(({ id, prompt }) => {
			const task = taken.find((one) => one.id === id);
			if (task === undefined) return [`${id} is put out as completed, and nobody knows it`];
			if (!service.isCompleted(id)) {
				return [`${id} is put out as completed, and the service never said so`];
			}
			return task.prompt === prompt
				? []
				: [`${id} is put out for prompt ${prompt}, and is of prompt ${task.prompt}`];
		}),
	);
}

function endsIn({
	run,
	read,
	prompts,
}: StoryRun): Array<{ id: string; prompt: string | undefined }> {
	if (read !== undefined) {
		return read.flatMap((text, index) =>
			objectsIn(parsed(text)).map(({ task_id: id }) => ({ id, prompt: prompts[index] })),
		);
	}
	return itemsOf(run).flatMap(({ json, pairedItem }) => {
		const item = z.object({ item: z.number() }).parse(pairedItem);
		return objectsIn(json).map(({ task_id: id }) => ({ id, prompt: prompts[item.item] }));
	});
}

/** Nothing is sent that was not under way when Stop or the timeout came. */
function afterTheEnd({ runs, service }: StoryOutcome): string[] {
	const taken = service.taken();
	return runs.flatMap(({ act, endedEarlyAt = Infinity, takenAtEnd }) =>
		// Of two retries at once, the other one goes on.
		(act.isTwice ? [] : taken.slice(0, takenAtEnd))
			.slice(-1)
			.filter(({ at }) => at > endedEarlyAt)
			.map(({ id }) => `${id} was sent after the run was ended`),
	);
}

/** What was asked for twice, and paid for twice, is two tasks. */
function twins(outcome: StoryOutcome): string[] {
	return allRuns(outcome).flatMap((one) => {
		const all = endsIn(one).map(({ id }) => id);
		return all
			.filter((id, index) => all.indexOf(id) < index)
			.map((id) => `${id} is put out more than once`);
	});
}

/** Of no more items or calls than the service has hidden replies it is said that a task may exist. */
function falseDoubts({ service, ...outcome }: StoryOutcome): string[] {
	const unsure = /SUBMIT_UNSURE|may or may not have been created|did not get its id/;
	const hidden = service.timesHappened('unsure');
	return allRuns(outcome).flatMap(({ run, read }) => {
		const texts = read ?? [
			...itemsOf(run).map(({ json }) => JSON.stringify(json)),
			...(run.error === undefined ? [] : [run.error.message]),
		];
		const doubts = texts.filter((text) => unsure.test(text));
		return doubts.length <= hidden
			? []
			: [`Unsure is said of ${doubts.length}, and may be ${hidden}: ${doubts.join(', ')}`];
	});
}

const notCreated = z.object({ status: z.literal('NOT_CREATED') });

/**
 * A tool that has to answer, and says that a task was not created, creates none later. What may be sent once more is left
 * out: nobody could tell which task was meant.
 */
function falseWithdrawals({ runs, service, payments, mayResubmit }: StoryOutcome): string[] {
	if (mayResubmit) return [];
	const withdrawn = new Map<string, number>();
	for (const { prompts, read = [] } of runs) {
		for (const [index, text] of read.entries()) {
			const prompt = prompts[index] ?? '';
			const items = z.array(z.unknown()).catch([]).parse(parsed(text));
			const count = items.filter((item) => notCreated.safeParse(item).success).length;
			withdrawn.set(prompt, (withdrawn.get(prompt) ?? 0) + count);
		}
	}
	return [...withdrawn].flatMap(([prompt, count]) => {
		const taken = service.taken().filter((task) => task.prompt === prompt);
		const living = taken.filter(({ id }) => !service.isFailed(id, Infinity)).length;
		const allowed = (payments.askedFor.get(prompt) ?? 0) - count;
		return living <= allowed
			? []
			: [
					`Of prompt ${prompt} ${count} were withdrawn, and ${living} are paid instead of ${allowed}`,
				];
	});
}

/** Where nothing is unsure, a retry in good weather brings every item. */
function hopeless({ inGoodWeather, service, runs, story }: StoryOutcome): string[] {
	if (inGoodWeather === undefined || service.timesHappened('unsure') > 0 || service.hasForeignId())
		return [];
	// What is left of such a run looks for its files where n8n no longer has them.
	if (
		story.withFile &&
		runs.some(({ act, endedEarlyAt }) => endedEarlyAt && act.ended?.by === 'Stop')
	)
		return [];
	const { run } = inGoodWeather;
	return run.status === 'success' ? [] : [`A last retry fails: ${seenIn(run)}`];
}

function allRuns({
	runs,
	inGoodWeather,
}: Pick<StoryOutcome, 'runs' | 'inGoodWeather'>): StoryRun[] {
	return inGoodWeather === undefined ? [...runs] : [...runs, inGoodWeather];
}

function itemsOf(run: Run) {
	return [...run.output(nodeName), ...run.output(nodeName, 1)];
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** The completed tasks anywhere in a value. */
function objectsIn(value: unknown): Array<z.infer<typeof completed>> {
	const own = completed.safeParse(value);
	if (own.success) return [own.data];
	if (typeof value !== 'object' || value === null) return [];
	return Object.values(value).flatMap(objectsIn);
}

/** What a user sees without the log. */
function seenIn(run: Run): string {
	const errors = [
		run.error,
		...Object.values(run.nodes).flatMap((all) => all.map(({ error }) => error)),
	];
	return JSON.stringify([
		itemsOf(run),
		errors.map((error) => [error?.message, error && 'description' in error && error.description]),
	]);
}

/** All that a run leaves behind. */
function tracesOf(run: Run, read: readonly string[] | undefined): string {
	const { nodes, data, contextData, customData, serverLog, stored } = run;
	return JSON.stringify([
		...[nodes, data, contextData, customData, serverLog, stored, read],
		seenIn(run),
	]);
}
