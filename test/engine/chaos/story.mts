import fc from 'fast-check';
import {
	endFaults,
	pollFaults,
	submitFaults,
	type PollFault,
	type SubmitFault,
	type TaskEnd,
} from './faults.mts';

/** What is run, what the service does with it, and what the user does. */
export interface Story {
	readonly caller: Caller;
	readonly operation: 'runAndWait' | 'runTask';
	/** One for each item, or for each call of a tool; each run has its own number after them. */
	readonly prompts: readonly string[];
	/** Whether each item of a workflow brings a file that a webhook got. */
	readonly withFile: boolean;
	readonly generations: number;
	readonly tasksAtOnce: number;
	readonly resubmit: boolean;
	readonly onError: 'stopWorkflow' | 'continueRegularOutput' | 'continueErrorOutput';
	readonly tries: number;
	/** By how much Task Limit is above what a run plans; null for no limit. */
	readonly spareTasks: number | null;
	/** When a tool has to answer, in seconds; 0 where its caller waits. */
	readonly answerWithin: number;
	readonly submits: readonly SubmitFault[];
	readonly polls: readonly PollFault[];
	/** What becomes of all further polls. */
	readonly laterPolls: PollFault;
	/** How the tasks end, in the order in which they are taken. */
	readonly ends: readonly TaskEnd[];
	readonly acts: readonly Act[];
}

export type Caller = (typeof callers)[number];
const callers = [
	'workflow',
	'invoke, one after another',
	'invoke, side by side',
	'engine requests',
] as const;

/** What the user does: a run, and perhaps its early end. A retry where nothing has failed, or of a tool, is left out. */
export interface Act {
	readonly what: (typeof deeds)[number];
	/** Which of the executions that can be retried: 0 for the newest, 1 for the one before. */
	readonly back: number;
	/** A double click: of two retries at once, it is the first one that is ended early. */
	readonly isTwice: boolean;
	/** In the node's time, from the start of the run. */
	readonly ended: { readonly by: 'Stop' | 'timeout'; readonly afterMs: number } | null;
}
const deeds = [
	'run',
	'retry',
	'retry with another prompt for item 0',
	'retry with other tasks at once',
	'retry with Resubmit When Unsure',
	'retry without Resubmit When Unsure',
] as const;

const upTo = (max: number) => fc.integer({ min: 1, max });
const names = <Name extends string>(record: Record<Name, unknown>): Name[] => {
	const all: Name[] = [];
	for (const name in record) all.push(name);
	return all;
};
/** A list of any length up to this, the short ones no more often than the long ones. */
const some = <T,>(one: fc.Arbitrary<T>, maxLength: number, minLength = 0) =>
	fc.array(one, { minLength, maxLength, size: 'max' });
/** What usually happens, and among it something else. */
const mostly = <T,>(usual: T, others: fc.Arbitrary<T>, share = 2) =>
	fc.oneof({ arbitrary: fc.constant(usual), weight: share }, { arbitrary: others, weight: 1 });

const ended: fc.Arbitrary<Act['ended']> = mostly<Act['ended']>(
	null,
	fc.record({
		by: fc.constantFrom('Stop' as const, 'timeout' as const),
		afterMs: fc.constantFrom(1, 1_000, 5_500, 17_000, 100_000),
	}),
	3,
);

const deed: fc.Arbitrary<Act['what']> = fc.oneof(
	{ arbitrary: fc.constant('retry'), weight: 4 },
	{ arbitrary: fc.constant('retry with another prompt for item 0'), weight: 3 },
	{ arbitrary: fc.constantFrom(...deeds), weight: 3 },
);

const retried = {
	back: mostly(0, upTo(3), 1),
	isTwice: mostly(false, fc.constant(true), 2),
};

/** What leads to a retry, and what is under way when it comes, more often than what is alike to the node anyhow. */
const submitFault: fc.Arbitrary<SubmitFault> = fc.oneof(
	{ arbitrary: fc.constant('good'), weight: 4 },
	{ arbitrary: fc.constantFrom('20 s late', '200 s late'), weight: 2 },
	{ arbitrary: fc.constantFrom('401', '422'), weight: 2 },
	{ arbitrary: fc.constantFrom('id as a number', 'broken JSON with the id'), weight: 1 },
	{ arbitrary: fc.constantFrom(...names(submitFaults)), weight: 4 },
);

/** Any story. It shrinks towards a workflow of one item to which nothing happens. */
export const stories: fc.Arbitrary<Story> = fc.record({
	caller: mostly<Caller>('workflow', fc.constantFrom(...callers), 1),
	operation: mostly<Story['operation']>('runAndWait', fc.constant('runTask')),
	prompts: some(fc.constantFrom('a', 'b', 'c', 'd'), 4, 1),
	withFile: mostly(false, fc.constant(true), 1),
	generations: mostly(1, fc.constant(2), 3),
	tasksAtOnce: upTo(3),
	resubmit: mostly(false, fc.constant(true), 4),
	onError: mostly<Story['onError']>(
		'stopWorkflow',
		fc.constantFrom('continueRegularOutput', 'continueErrorOutput'),
		1,
	),
	tries: mostly(1, fc.integer({ min: 2, max: 3 }), 1),
	spareTasks: fc.constantFrom(null, 0, 1),
	answerWithin: mostly(0, fc.constantFrom(1, 6, 30, 250), 1),
	submits: some(submitFault, 8),
	polls: some(mostly<PollFault>('good', fc.constantFrom(...names(pollFaults)), 1), 8),
	laterPolls: mostly<PollFault>('good', fc.constantFrom(...names(pollFaults)), 7),
	ends: some(mostly<TaskEnd>('well', fc.constantFrom('badly', ...names(endFaults), 'badly'), 1), 6),
	acts: fc
		.tuple(
			fc.record({
				what: fc.constant<Act['what']>('run'),
				ended,
				back: fc.constant(0),
				isTwice: fc.constant(false),
			}),
			some(fc.record({ what: deed, ended, ...retried }), 3),
		)
		.map(([first, further]) => [first, ...further]),
});

/** A story as one tells it. */
export function told(story: Story): string {
	const { caller, operation, prompts, generations, tasksAtOnce, resubmit, onError, tries } = story;
	const answer = story.answerWithin === 0 ? '' : `, a tool answers within ${story.answerWithin} s`;
	const file = story.withFile ? ' and a file each' : '';
	const list = (all: readonly string[]) =>
		all.map((one, index) => `${index + 1}: ${one}`).join(', ') || '-';
	const lines = [
		`${operation} by ${caller}, prompts ${prompts.join(', ')}${file}, generations ${generations}, tasks at once ${tasksAtOnce}`,
		`On Error ${onError}, tries ${tries}, spare tasks ${story.spareTasks ?? 'without limit'}, Resubmit When Unsure ${resubmit ? 'on' : 'off'}${answer}`,
		`submits  ${list(story.submits)}`,
		`polls    ${list(story.polls)}, then ${story.laterPolls}`,
		`tasks    ${list(story.ends.map((end) => `ends ${end}`))}`,
		...story.acts.map(({ what, ended, back, isTwice }, index) => {
			const end = ended === null ? '' : `, ${ended.by} after ${ended.afterMs} ms`;
			const which = back > 0 ? `, of the failed one ${back} before the newest` : '';
			return `act ${index + 1}    ${what}${which}${isTwice ? ', twice at once' : ''}${end}`;
		}),
	];
	return lines.join('\n');
}
