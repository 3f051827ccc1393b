import { z } from 'zod';
import { byTheRules } from './byTheRules.mts';
import { cells, type Cell } from './cells.mts';
import { isFailure, keyOf, kindOf, type Outcome } from './outcome.mts';
import { errorOf, seen } from './seen.mts';
import type { Retried } from './table.mts';
import { allModes, type Mode, type Played, type Theatre } from './theatre.mts';

/** Faults of a file that can be played in one run, an item each. */
export interface FileGroup {
	readonly what: string;
	readonly lasts: boolean;
	readonly isSilent: boolean;
}

export const fileGroups: readonly FileGroup[] = [
	{ what: 'once', lasts: false, isSilent: false },
	{ what: 'for good', lasts: true, isSilent: false },
	{ what: 'once, in silence', lasts: false, isSilent: true },
	{ what: 'for good, in silence', lasts: true, isSilent: true },
];

/** A failure of a call, and the cell with which it is played in a mode. */
export interface Failing {
	readonly key: string;
	readonly cell: Cell;
	readonly expected: Outcome;
}

/** What several tests look at: each run is played when the first of them asks for it, and then kept. */
export interface Plays {
	/** All faults of a group, in one run. */
	files(group: FileGroup): Promise<Played>;
	/** Every cell: submits and polls by the rules, files from the engine. */
	outcomes(): Promise<ReadonlyMap<Cell, Outcome>>;
	/** The failures of each kind of call; each mode gets another cell that ends in it, if there are as many. */
	failures(mode: Mode): Promise<Failing[]>;
	/** A cell in a mode: the fault is gone when the node would try again after it. */
	failing(failing: Failing, mode: Mode): Promise<Played>;
	/** What the next try makes of the failures, by the runs with Retry On Fail. */
	retried(): Promise<Retried[]>;
}

/**
 * Nothing is played yet.
 * @param theatre where it is played; asked for when a test needs the first run
 */
export function createPlays(theatre: () => Theatre): Plays {
	const kept = new Map<string, Promise<Played>>();
	const once = async (name: string, play: () => Promise<Played>) => {
		const played = kept.get(name) ?? play();
		kept.set(name, played);
		return await played;
	};
	const files: Plays['files'] = async (group) =>
		await once(`files: ${group.what}`, async () => await theatre().playFiles(filesOf(group)));
	const failing: Plays['failing'] = async ({ key, cell, expected }, mode) =>
		await once(`${key}: ${mode}`, async () => await theatre().play(cell, mode, expected.hits));

	let known: Promise<ReadonlyMap<Cell, Outcome>> | undefined;
	const findOut = async () => {
		const outcomes = new Map<Cell, Outcome>();
		for (const cell of cells) if (cell.call !== 'file') outcomes.set(cell, await byTheRules(cell));
		for (const group of fileGroups) {
			const played = await files(group);
			for (const cell of filesOf(group)) outcomes.set(cell, fileOutcome(cell, group, played));
		}
		// In the order of the page, whatever was played first.
		return new Map(cells.map((cell) => [cell, outcomeOf(cell, outcomes)]));
	};
	const outcomes = async () => await (known ??= findOut());
	const failures = async (mode: Mode) => failuresIn(await outcomes(), mode);

	return {
		files,
		outcomes,
		failures,
		failing,
		retried: async () => {
			const mode = 'Retry On Fail';
			const retried: Retried[] = [];
			for (const one of await failures(mode)) {
				const { cell, expected } = one;
				const retry = nextTry(await failing(one, mode));
				if (isFailure(expected.result)) {
					retried.push({ call: kindOf(cell.call), failure: expected.result, retry });
				}
			}
			return retried;
		},
	};
}

/** The cells of a group, in the order of the items and tasks of its run. */
export function filesOf({ lasts, isSilent }: FileGroup): Cell[] {
	return cells.filter(
		(cell) =>
			cell.call === 'file' && cell.lasts === lasts && (cell.fault.isSilent ?? false) === isSilent,
	);
}

/** @throws Error when nothing is known of the cell */
export function outcomeOf(cell: Cell, outcomes: ReadonlyMap<Cell, Outcome>): Outcome {
	const outcome = outcomes.get(cell);
	if (outcome === undefined) throw new Error(`No outcome of ${cell.call}: ${cell.fault.name}`);
	return outcome;
}

/** A service that does not listen is played where the node sleeps before its next call. */
export function isPlayable({ call, fault }: Cell): boolean {
	return kindOf(call) !== 'poll' || fault.play !== 'refuse' || call === 'later poll';
}

/** What the engine made of one fault of a file: the task that has its place has its number. */
function fileOutcome(cell: Cell, group: FileGroup, { items, tasks, requests }: Played): Outcome {
	const number = filesOf(group).indexOf(cell) + 1;
	const task = tasks.find((one) => one.number === number);
	const own = items.map(seen).find(({ taskId }) => taskId === task?.id);
	const tries = requests.filter(({ path }) => path.includes(`/files/${task?.id}/`));
	return {
		result: resultSchema.parse(own?.result),
		hits: tries.filter(({ fault }) => fault !== null).length,
		repeats: tries.length - 1,
		charged: 1,
		foughtMs: 0,
	};
}

const resultSchema = z.enum(['complete', 'DOWNLOAD_FAILED', 'LINK_EXPIRED']);

function failuresIn(outcomes: ReadonlyMap<Cell, Outcome>, mode: Mode): Failing[] {
	const byKey = new Map<string, Failing[]>();
	for (const [cell, expected] of outcomes) {
		if (!isFailure(expected.result)) continue;
		const key = keyOf(cell, expected);
		byKey.set(key, [...(byKey.get(key) ?? []), { key, cell, expected }]);
	}
	const place = allModes.indexOf(mode);
	return [...byKey.values()].map((alike) => {
		const chosen = alike.filter(({ cell }) => isPlayable(cell))[place] ?? alike[0];
		if (chosen === undefined) throw new Error('A failure without a cell');
		return chosen;
	});
}

function nextTry({ run, items, tasks }: Played): string {
	const [first] = items.map(seen);
	if (first === undefined) return `\`${errorOf(run).errorResponse?.code}\`: it is not sent again`;
	return `${first.result}, charged ${tasks.length === 1 ? 'once' : `${tasks.length} times`}`;
}
