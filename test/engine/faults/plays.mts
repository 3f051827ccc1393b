import { cells, usualPauseMs, type Cell } from './cells.mts';
import { isFailure, keyOf, kindOf, type Outcome } from './outcome.mts';
import { seen, type Seen } from './seen.mts';
import type { Played, Theatre } from './theatre.mts';

/** A cell, its run with "continue", and what a user gets from it. */
export interface Shown {
	readonly cell: Cell;
	readonly played: Played;
	readonly outcome: Outcome;
}

/** Plays every cell, in the order of the page. */
export async function playAll(theatre: Theatre): Promise<Shown[]> {
	const shown: Shown[] = [];
	for (const cell of cells) {
		const played = await theatre.play(cell, 'continue', cell.lasts ? Infinity : 1);
		shown.push({ cell, played, outcome: outcomeIn(cell, played) });
	}
	return shown;
}

/** The failures of each kind of call, each by one of the cells that end in it. */
export function failuresAmong(shown: readonly Shown[]): Shown[] {
	const failed = shown.filter(({ outcome }) => isFailure(outcome.result));
	return [...new Map(failed.map((one) => [keyOf(one.cell, one.outcome), one])).values()];
}

/** A call of the node. */
interface Try {
	readonly at: number;
	readonly endedAt: number;
	readonly isHit: boolean;
}

const noItem: Seen = { result: 'no item', taskId: null, text: '', isRetryable: false };

function outcomeIn(cell: Cell, played: Played): Outcome {
	const [task] = played.tasks;
	const tries = triesOf(cell, played, task?.id);
	const hits = tries.filter(({ isHit }) => isHit);
	return {
		...(played.items.map(seen)[0] ?? noItem),
		takenId: task?.id ?? null,
		charged: played.tasks.length,
		hits: hits.length,
		repeats: tries.filter((one, place) => isRepeat(cell, one, tries[place - 1])).length,
		foughtMs: played.endedAt - (hits[0]?.at ?? NaN),
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
	return kindOf(call) !== 'poll' || Math.abs(at - before.endedAt - usualPauseMs) > 50;
}
