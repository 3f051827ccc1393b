import { classes, durations, pollGoals, tasksPerFigure, type TaskClass } from './classes.mts';
import { measureBatches, measureClass, ways, type Summary } from './measure.mts';
import type { Pauses } from './simulate.mts';

const rivals = Object.entries<() => Pauses>(ways).filter(([name]) => name !== 'adaptive');

const seconds = (ms: number) => (ms / 1000).toFixed(2);
const mark = (isReached: boolean) => (isReached ? 'yes' : 'NO');
const print = (line: string) => process.stdout.write(`${line}\n`);
const printRow = (cells: readonly string[], widths: readonly number[]) =>
	print(
		cells.map((cell, i) => (i === 0 ? cell.padEnd(28) : cell.padStart(widths[i] ?? 8))).join(' '),
	);

const heads = [
	'class',
	'work',
	'median',
	'p90',
	'max',
	'/goal',
	'ok',
	'polls',
	'max',
	'goal',
	'ok',
];
const widths = [28, 6, 7, 7, 7, 6, 4, 6, 5, 5, 4, ...rivals.map(() => 16)];

function rowOf(kind: TaskClass, durationMs: number, own: Summary, others: readonly Summary[]) {
	const goal = pollGoals.get(durationMs);
	return [
		`${kind.name}${kind.unknowable === true ? ' *' : ''}`,
		`${durationMs / 1000} s`,
		seconds(own.overshoot.median),
		seconds(own.overshoot.p90),
		seconds(own.overshoot.max),
		own.ofAllowed.toFixed(2),
		mark(own.ofAllowed <= 1),
		String(own.polls.median),
		String(own.polls.max),
		goal === undefined ? '-' : String(goal),
		goal === undefined ? '-' : mark(own.polls.median <= goal),
		...others.map(({ overshoot, polls }) => `${seconds(overshoot.median)} / ${polls.median}`),
	];
}

print(
	'From "completed at the service" to the arrival of the question that finds it so, in seconds, and',
);
print(
	'questions asked; virtual time, a call takes 20-300 ms there and back, the way back not counted.',
);
print(
	'/goal: the median against 3 % of the whole task (queue and work), or 150 ms where that is more.',
);
print(
	'* nothing tells when such a task ends. Right: the median overshoot / polls of simpler ways.',
);
print('');
printRow([...heads, ...rivals.map(([name]) => name)], widths);
for (const kind of classes) {
	for (const durationMs of durations) {
		const own = await measureClass(kind, durationMs, tasksPerFigure);
		const others: Summary[] = [];
		for (const [, startPauses] of rivals) {
			others.push(await measureClass(kind, durationMs, tasksPerFigure, startPauses));
		}
		printRow(rowOf(kind, durationMs, own, others), widths);
	}
}

print('');
print(
	'Batches of 100 tasks of about 3 s, 20 at once; goals without network: mean overshoot 0.12 s, wall 1.05',
);
for (const network of ['none', 'internet'] as const) {
	for (const steps of [20, null]) {
		for (const [name, startPauses] of Object.entries<() => Pauses>(ways)) {
			const { meanOvershootMs, polls, wallRatio } = await measureBatches(
				steps,
				network,
				startPauses,
			);
			const what = `${name}, ${steps === null ? 'no steps' : 'steps'}, network: ${network}`;
			print(
				`${what.padEnd(44)} mean ${seconds(meanOvershootMs)} s  wall ${wallRatio.toFixed(3)}  polls ${polls.toFixed(1)}`,
			);
		}
	}
}
