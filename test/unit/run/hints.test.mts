import { hintOf, type RunFacts } from '../../../nodes/InstaSd/run/hints';

const binary = { data: { data: '', mimeType: 'image/png' } };
const done = (task_id: string, cost: number | null = 0.05) => ({ json: { task_id, cost } });
const failed = { json: { error: { code: 'TASK_FAILED' }, message: 'It failed' } };
const noNotices = { outOfRange: [], noLinks: [], notLinks: [], noSubmitTime: [], compressed: [] };
const hint = (facts: Partial<RunFacts>) =>
	hintOf({
		items: [],
		tookMs: undefined,
		retries: 0,
		paysAgain: false,
		notices: noNotices,
		...facts,
	});

test('a run is told in a sentence: how many, how long, what it cost, how many replies were asked for again', () => {
	const items = [done('a'), done('b', 0.1), failed];
	expect(hint({ items, tookMs: 33_900, retries: 2 })).toBe(
		'2 tasks completed in 34 s, 0.15 credits, 1 failed, 2 replies had to be requested again.',
	);
});

test('a single task is told what it took and cost, too', () => {
	expect(hint({ items: [done('a')], tookMs: 3400, retries: 1 })).toBe(
		'1 task completed in 3 s, 0.05 credits, 1 reply had to be requested again.',
	);
});

test('a task with several files counts once, and a cost that is no number as none', () => {
	const items = [done('a'), done('a'), done('b', null)];
	expect(hint({ items, tookMs: 1000 })).toBe('2 tasks completed in 1 s, 0.05 credits.');
	expect(hint({ items: [done('b', null)], tookMs: 1000 })).toBe('1 task completed in 1 s.');
});

test('a run that neither waited nor met anything has no hint', () => {
	expect(hint({ items: [done('a')] })).toBeUndefined();
	expect(hint({ items: [], tookMs: 1000 })).toBeUndefined();
});

test('all that is to be said is one hint, in the order of what matters', () => {
	const items = [{ ...done('a'), binary }];
	const notices = {
		compressed: ["'picture.png'"],
		noSubmitTime: ['c'],
		noLinks: ['b'],
		notLinks: ["'a.png'"],
		outOfRange: ["1.5 for 'Strength (0-1)'"],
	};
	expect(hint({ items, tookMs: 2000, paysAgain: true, notices })).toBe(
		"1 task completed in 2 s, 0.05 credits. Sent as given, although outside the range in the title: 1.5 for 'Strength (0-1)'. " +
			'Completed without links, so there was no file to download: b. ' +
			"Not downloaded, because it is not a link: 'a.png'. " +
			"Never given up, because the item has no 'submitted_at', which Run Task adds: c. " +
			"n8n cannot pin output with files, and each 'Execute step' creates and charges new tasks. To keep working with this one, use the operation 'Wait for Task' with its id, a; or turn 'Download Files' off, run once more and pin the output. " +
			"Kept, but completeness could not be verified, because they arrived compressed: 'picture.png'.",
	);
});

test('of a long list the first few are named, each once', () => {
	const outOfRange = [40, 40, 41, 42, 43, 44].map((value) => `${value} for 'Steps (8-12)'`);
	expect(hint({ notices: { ...noNotices, outOfRange } })).toBe(
		"Sent as given, although outside the range in the title: 40 for 'Steps (8-12)', 41 for 'Steps (8-12)', 42 for 'Steps (8-12)' and 2 more.",
	);
});

test('nothing is said of pinning where there are no files, or nothing would be paid again', () => {
	const withFile = [{ ...done('a'), binary }];
	expect(hint({ items: [done('a')], paysAgain: true })).toBeUndefined();
	expect(hint({ items: withFile, paysAgain: false })).toBeUndefined();
});
