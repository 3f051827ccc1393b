import { hintOf, type RunFacts } from '../../../nodes/InstaSd/run/hints';
import { Notices } from '../../../nodes/InstaSd/run/session';

const done = (task_id: string, cost: number | null = 0.05) => ({ json: { task_id, cost } });
const failedWith = (message: string, error: object = {}) => ({
	json: { error: { code: 'TASK_FAILED', task_id: 'x', http_status: null, ...error }, message },
});
const refused = (message: string, code = 'INVALID_INPUT') =>
	failedWith(message, { code, task_id: null });
const runAndWait = { creates: true, waits: true };
const runTask = { creates: true, waits: false };
const getStatus = { creates: false, waits: false };
const waitForTask = { creates: false, waits: true };
const hint = (facts: Partial<RunFacts>) =>
	hintOf({
		...runAndWait,
		items: [],
		credential: undefined,
		tookMs: 3400,
		retries: 0,
		failedBefore: [],
		notices: new Notices(),
		...facts,
	});

test('a hint says how many tasks, how long, what they cost and how many requests were repeated', () => {
	const items = [done('a'), done('b', 0.1)];
	expect(hint({ items, tookMs: 33_900, retries: 2 })).toBe(
		'2 tasks completed in 34 s, 0.15 credits, 2 requests were repeated.',
	);
	expect(hint({ items: [done('a')], retries: 1 })).toBe(
		'1 task completed in 3 s, 0.05 credits, 1 request was repeated.',
	);
});

test('the hint names the credential, since n8n chooses one of several by itself', () => {
	expect(hint({ items: [done('a')], credential: 'Product photos' })).toBe(
		"1 task of 'Product photos' completed in 3 s, 0.05 credits.",
	);
});

test('a task with several files counts once, and a cost that is not a number does not count', () => {
	const items = [done('a'), done('a'), done('b', null)];
	expect(hint({ items })).toBe('2 tasks completed in 3 s, 0.05 credits.');
	expect(hint({ items: [done('b', null)] })).toBe('1 task completed in 3 s.');
});

test('a task that was paid for earlier is not charged again, says the hint', () => {
	expect(hint({ ...waitForTask, items: [done('a')] })).toBe(
		'1 task collected in 3 s, nothing charged now (0.05 credits when it was made).',
	);
	expect(hint({ ...waitForTask, items: [done('a'), done('b')] })).toBe(
		'2 tasks collected in 3 s, nothing charged now (0.1 credits when they were made).',
	);
});

test('the first failure comes first, whatever the operation, and what came of the others after it', () => {
	const items = [done('a'), failedWith('Task x failed: no memory.'), failedWith('Task y failed')];
	expect(hint({ items })).toBe(
		'Task x failed: no memory. 1 task completed in 3 s, 0.05 credits, 2 failed.',
	);
	for (const operation of [runTask, getStatus]) {
		expect(hint({ ...operation, items })).toBe('Task x failed: no memory.');
	}
	expect(hint({ items: items.slice(1) })).toBe('Task x failed: no memory. 2 items failed.');
});

test('the hint says that nothing was sent if that is so, and only then', () => {
	expect(hint({ items: [refused("'Prompt' is missing")] })).toBe(
		"'Prompt' is missing. Nothing was sent.",
	);
	expect(hint({ items: [refused('Too many', 'TASK_LIMIT'), refused('Bad')] })).toBe(
		'Too many. Nothing was sent. 2 items failed.',
	);
	const sent = [
		done('a'),
		failedWith('It failed'),
		refused('Unsure', 'SUBMIT_UNSURE'),
		failedWith('Too large', { code: 'PAYLOAD_TOO_LARGE', task_id: null, http_status: 413 }),
	];
	for (const other of sent) {
		expect(hint({ items: [refused('Bad'), other] })).not.toContain('Nothing was sent');
	}
	expect(hint({ ...getStatus, items: [refused('Bad')] })).toBe('Bad.');
});

test('everything is in one hint, the most important first', () => {
	const items = [done('a'), failedWith('It failed')];
	const notices = {
		fromSample: ['Photo', 'Width'],
		noSubmitTime: ['c'],
		noLinks: ['b'],
		notLinks: ["'a.png'"],
		outOfRange: ["1.5 for 'Strength (0-1)'"],
	};
	expect(hint({ items, notices })).toBe(
		"It failed. 1 task completed in 3 s, 0.05 credits, 1 failed. Sent as given, although outside the range in the title: 1.5 for 'Strength (0-1)'. " +
			'Taken from the sample: Photo, Width. ' +
			'Completed without links, so there was no file to download: b. ' +
			"Not downloaded, because it is not a link: 'a.png'. " +
			"Never given up, because the item has no 'submitted_at', which Run Task adds: c.",
	);
});
