import type { Figure } from '../figures.mts';
import { classes, lateGoals, questionGoals, tasksPerFigure, type TaskClass } from './classes.mts';
import { batchWallRatio, measureClass, sdkPauseMs, type Summary } from './measure.mts';

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const times = (ratio: number) => `${ratio.toFixed(2)} ×`;

/** How tasks of all classes are followed, beside an SDK, in virtual time: of each length the worst. */
export async function paceFigures(): Promise<Figure[]> {
	const figures: Figure[] = [];
	for (const [durationMs, goal] of questionGoals) {
		const measured: Followed[] = [];
		for (const kind of classes) measured.push(await follow(kind, durationMs));
		figures.push(latest(durationMs, measured), mostQuestions(durationMs, measured, goal));
	}
	return figures;
}

/** 100 tasks of about 3 s, 20 at once. */
export async function batchPaceFigures(): Promise<Figure[]> {
	const ratio = await batchWallRatio();
	return [
		{
			what: '100 tasks × 3 s: time / ideal',
			goal: '≤ 1.05',
			figure: ratio.toFixed(3),
			met: ratio <= 1.05,
		},
	];
}

/** How the tasks of one class and length are followed. */
interface Followed {
	name: string;
	own: Summary;
	/** Questions as a multiple of those of an SDK that asks every 500 ms, without a network and across the internet. */
	ratio: number;
	ratioAbroad: number;
}

async function follow(kind: TaskClass, durationMs: number): Promise<Followed> {
	const measure = async (network: 'internet' | 'none', askEveryMs?: number) =>
		await measureClass(kind, durationMs, tasksPerFigure, network, askEveryMs);
	const own = await measure('internet');
	const sdk = await measure('internet', sdkPauseMs);
	const ownAtHome = await measure('none');
	const sdkAtHome = await measure('none', sdkPauseMs);
	return {
		name: kind.name,
		own,
		ratio: ownAtHome.questions / sdkAtHome.questions,
		ratioAbroad: own.questions / sdk.questions,
	};
}

function latest(durationMs: number, measured: readonly Followed[]): Figure {
	const worst = worstOf(measured, ({ own }) => own.tooLate + own.late.of95 / 1e9);
	const { name, own } = worst;
	const worstMs = Math.max(...measured.map(({ own: { late } }) => late.worst));
	return {
		what: `${durationMs / 1000} s, latest: ${name}`,
		goal: `≤ ${lateGoals.share * 100}%; ≤ ${lateGoals.worstMs / 1000} s`,
		figure: [
			`${(own.tooLate * 100).toFixed(0)}%; ${[own.late.median, own.late.of95, own.late.worst].map(seconds).join(', ')}`,
			`all ≤ ${seconds(worstMs)}`,
		].join('; '),
		met: own.tooLate <= lateGoals.share && worstMs <= lateGoals.worstMs,
	};
}

function mostQuestions(durationMs: number, measured: readonly Followed[], goal: number): Figure {
	const { name, ratio, ratioAbroad } = worstOf(measured, (one) => one.ratio);
	return {
		what: `${durationMs / 1000} s, most questions: ${name}`,
		goal: goal === Infinity ? '' : `≤ ${goal} ×`,
		figure: `${times(ratio)} (internet ${times(ratioAbroad)})`,
		...(goal === Infinity ? {} : { met: ratio <= goal }),
	};
}

function worstOf(measured: readonly Followed[], value: (one: Followed) => number): Followed {
	return measured.reduce((worst, one) => (value(one) > value(worst) ? one : worst));
}
