import { cells, pollingInterval, type Cell } from './cells.mts';
import { isFailure, keyOf, kindOf, type Outcome } from './outcome.mts';
import { errorOf, seen, type Seen } from './seen.mts';
import type { Retried } from './table.mts';
import type { Mode, Played, Theatre } from './theatre.mts';

/** A failure of a call, and the cell with which it is played in a mode. */
export interface Failing {
	readonly key: string;
	readonly cell: Cell;
	readonly expected: Outcome;
}

/** A run with "continue" in which cells are played once each, one by each item. */
export interface Shown {
	readonly cells: readonly Cell[];
	readonly played: Played;
}

/** What several tests look at: each run is played when the first of them asks for it, and then kept. */
export interface Plays {
	/** Every cell. */
	shown(): Promise<readonly Shown[]>;
	outcomes(): Promise<ReadonlyMap<Cell, Outcome>>;
	/** The failures of each kind of call; each mode gets another cell that ends in it, if there are as many. */
	failures(mode: OtherMode): Promise<Failing[]>;
	/** A cell in a mode: the fault is gone when the node would try again after it. */
	failing(failing: Failing, mode: OtherMode): Promise<Played>;
	/** What the next try makes of the failures, by the runs with Retry On Fail. */
	retried(): Promise<Retried[]>;
}

/** The modes beside the one in which all cells are played. */
export const otherModes = ['stop', 'error output', 'Retry On Fail'] as const satisfies Mode[];
type OtherMode = (typeof otherModes)[number];

/**
 * Nothing is played yet.
 * @param theatre where it is played; asked for when a test needs the first run
 */
export function createPlays(theatre: () => Theatre): Plays {
	const showAll = async () => {
		const shown: Shown[] = [];
		for (const together of groups()) {
			const [first, ...others] = together;
			if (first === undefined) continue;
			const played =
				others.length === 0
					? await theatre().play(first, 'continue', first.lasts ? Infinity : 1)
					: await theatre().playTogether(together);
			shown.push({ cells: together, played });
		}
		return shown;
	};
	let allShown: Promise<Shown[]> | undefined;
	const shown = async () => await (allShown ??= showAll());

	const findOut = async () => {
		const found = new Map(
			(await shown()).flatMap((one) =>
				one.cells.map((cell, index) => [cell, outcomeIn(one, cell, index)] as const),
			),
		);
		// In the order of the page, whatever was played first.
		return new Map(cells.map((cell) => [cell, outcomeOf(cell, found)]));
	};
	let known: Promise<ReadonlyMap<Cell, Outcome>> | undefined;
	const outcomes = async () => await (known ??= findOut());
	const failures = async (mode: OtherMode) => failuresIn(await outcomes(), mode);

	const kept = new Map<string, Promise<Played>>();
	const failing: Plays['failing'] = async ({ key, cell, expected }, mode) => {
		const name = `${key}: ${mode}`;
		const played = kept.get(name) ?? theatre().play(cell, mode, expected.hits);
		kept.set(name, played);
		return await played;
	};

	return {
		shown,
		outcomes,
		failures,
		failing,
		retried: async () => {
			const mode = 'Retry On Fail';
			const retried: Retried[] = [];
			for (const one of await failures(mode)) {
				const { cell, expected } = one;
				const retry = nextTry(await failing(one, mode));
				retried.push({ call: kindOf(cell.call), failure: expected.result, retry });
			}
			return retried;
		},
	};
}

/** @throws Error when nothing is known of the cell */
export function outcomeOf(cell: Cell, outcomes: ReadonlyMap<Cell, Outcome>): Outcome {
	const outcome = outcomes.get(cell);
	if (outcome === undefined) throw new Error(`No outcome of ${cell.call}: ${cell.fault.name}`);
	return outcome;
}

/** The requests of more tasks would wait for each other, and each wait takes the test longer than a run of its own. */
const mostTogether = 13;

/** The cells that one run can show: of polls and files, those that leave the other tasks of the run alone. */
function groups(): Cell[][] {
	const together = new Map<string, Cell[]>();
	for (const cell of cells) {
		const { call, fault, lasts } = cell;
		const isAlone = call === 'submit' || (call !== 'file' && slowsAllDown(cell));
		const silence = call === 'file' && fault.isSilent === true ? 'in silence' : '';
		const name = `${call} ${lasts} ${silence} ${isAlone ? fault.name : ''}`;
		together.set(name, [...(together.get(name) ?? []), cell]);
	}
	return [...together.values()].flatMap((all) =>
		Array.from({ length: Math.ceil(all.length / mostTogether) }, (_, index) =>
			all.slice(index * mostTogether, (index + 1) * mostTogether),
		),
	);
}

/** Nobody listens to the others either, or the whole run asks less often. */
function slowsAllDown({ fault }: Cell): boolean {
	return fault.play === 'refuse' || fault.name.startsWith('429');
}

/** A call of the node for the task of a cell. */
interface Try {
	readonly at: number;
	readonly endedAt: number;
	readonly isHit: boolean;
}

const noItem: Seen = { result: 'no item', taskId: null, text: '', isRetryable: false };

/** What became of a cell: the task that has its place in the run has its number. */
function outcomeIn({ cells, played }: Shown, cell: Cell, index: number): Outcome {
	const isAlone = cells.length === 1;
	const task = played.tasks.find(({ number }) => number === index + 1);
	const all = played.items.map(seen);
	const own = isAlone ? all[0] : all.find(({ taskId }) => taskId === task?.id);
	const tries = triesOf(cell, played, task?.id);
	const hits = tries.filter(({ isHit }) => isHit);
	// Beside others, a task has no end of its own but that of the last call.
	const gaveUpAt = isAlone ? played.endedAt : (hits.at(-1)?.endedAt ?? NaN);
	return {
		...(own ?? noItem),
		takenId: task?.id ?? null,
		charged: isAlone ? played.tasks.length : 1,
		hits: hits.length,
		repeats: tries.filter((one, place) => isRepeat(cell, one, tries[place - 1])).length,
		foughtMs: gaveUpAt - (hits[0]?.at ?? NaN),
	};
}

function triesOf({ call }: Cell, { requests, refusedAt }: Played, taskId?: string): Try[] {
	const path = { submit: '/run_task', poll: `/task_status/${taskId}`, file: `/files/${taskId}/` };
	const answered = requests
		.filter((one) => one.path.includes(path[kindOf(call)]))
		.map(({ at, durationMs, fault }) => {
			return { at, endedAt: at + (durationMs ?? 0), isHit: fault !== null };
		});
	const refused = refusedAt.map((at) => ({ at, endedAt: at, isHit: true }));
	return [...refused, ...answered].sort((one, other) => one.at - other.at);
}

/** A call after one that was hit; of questions, only one that has not come when it would have come anyhow. */
function isRepeat({ call }: Cell, { at }: Try, before: Try | undefined): boolean {
	if (before?.isHit !== true) return false;
	return kindOf(call) !== 'poll' || Math.abs(at - before.endedAt - pollingInterval * 1000) > 1000;
}

function failuresIn(outcomes: ReadonlyMap<Cell, Outcome>, mode: OtherMode): Failing[] {
	const byKey = new Map<string, Failing[]>();
	for (const [cell, expected] of outcomes) {
		if (!isFailure(expected.result)) continue;
		const key = keyOf(cell, expected);
		byKey.set(key, [...(byKey.get(key) ?? []), { key, cell, expected }]);
	}
	const place = otherModes.indexOf(mode);
	return [...byKey.values()].map((alike) => {
		const chosen = alike[place] ?? alike[0];
		if (chosen === undefined) throw new Error('A failure without a cell');
		return chosen;
	});
}

function nextTry({ run, items, tasks }: Played): string {
	const [first] = items.map(seen);
	if (first === undefined) return `\`${errorOf(run).errorResponse?.code}\`: it is not sent again`;
	return `${first.result}, charged ${tasks.length === 1 ? 'once' : `${tasks.length} times`}`;
}
