import { batchHint } from '../../../nodes/InstaSd/run/hints.ts';

const done = (task_id: string, cost: number | null = 0.05) => ({ json: { task_id, cost } });
const failed = { json: { error: { code: 'TASK_FAILED' }, message: 'It failed' } };

test('a batch is told in a sentence: how many, how long, what it cost, how many replies were asked for again', () => {
	const items = [done('a'), done('b', 0.1), failed];
	expect(batchHint({ items, tookMs: 33_900, repeats: 2 })).toBe(
		'2 tasks completed in 34 s, 0.15 credits, 1 failed, 2 replies had to be asked for again.',
	);
});

test('a task with several files counts once, and a cost that is no number as none', () => {
	const items = [done('a'), done('a'), done('b', null)];
	expect(batchHint({ items, tookMs: 1000, repeats: 0 })).toBe(
		'2 tasks completed in 1 s, 0.05 credits.',
	);
});

test('a single task needs no hint', () => {
	expect(batchHint({ items: [done('a'), done('a')], tookMs: 1000, repeats: 0 })).toBeUndefined();
	expect(batchHint({ items: [failed], tookMs: 1000, repeats: 0 })).toBeUndefined();
});
