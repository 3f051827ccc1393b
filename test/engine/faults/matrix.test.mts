import { readFileSync, writeFileSync } from 'node:fs';
import { useNodeTime } from '../nodeTime.mts';
import { calls, cells, faults, type Call } from './cells.mts';
import { isFailure, kindOf, type Outcome } from './outcome.mts';
import { createPlays, otherModes, outcomeOf, type Shown } from './plays.mts';
import { foughtMs, rules, rulesOf, type Rule } from './rules.mts';
import { errorOf, seen } from './seen.mts';
import { pageOf } from './table.mts';
import { openTheatre, type Played, type Theatre } from './theatre.mts';

const page = 'docs/faults.md';

const time = useNodeTime();
let theatre: Theatre;
const plays = createPlays(() => theatre);
let shown: readonly Shown[];
let outcomes: ReadonlyMap<(typeof cells)[number], Outcome>;
beforeAll(async () => {
	theatre = await openTheatre(time);
	shown = await plays.shown();
	outcomes = await plays.outcomes();
});
afterAll(async () => await theatre.close());

/** Whatever happens: paid for once at most, and the token stays where it belongs. */
function expectPromises({ run, tasks, leaked }: Played, items = 1): void {
	expect(tasks.length).toBeLessThanOrEqual(items);
	expect(leaked).toBe(0);
	const traces = JSON.stringify([run.data, run.serverLog, run.error, run.error?.message]);
	expect(traces).not.toContain(theatre.world.token);
}

test('every fault has its rules', () => {
	expect(Object.keys(rules)).toEqual(faults.map(({ name }) => name));
});

describe.each(calls)('in a %s', (call) => {
	const faultsOf = faults
		.map(({ name }) => ({ name, rule: rulesOf(name)[kindOf(call)] }))
		.flatMap(({ name, rule }) => (rule === undefined ? [] : [{ name, rule }]));

	test.each(faultsOf)('$name: $rule', ({ name, rule }) => {
		const [once, forGood] = cells
			.filter((cell) => cell.call === call && cell.fault.name === name)
			.map((cell) => outcomeOf(cell, outcomes));
		if (once === undefined || forGood === undefined) throw new Error('A cell is missing');
		expectRule(rule, once, forGood);
		for (const outcome of [once, forGood]) expectTold(call, outcome);
	});

	test('no other fault is played', () => {
		const played = cells.filter((cell) => cell.call === call).map(({ fault }) => fault.name);
		expect([...new Set(played)]).toEqual(faultsOf.map(({ name }) => name));
	});
});

function expectRule(rule: Rule, once: Outcome, forGood: Outcome): void {
	if (rule === 'taken') {
		for (const outcome of [once, forGood]) {
			expect(outcome).toMatchObject({ result: 'complete', repeats: 0 });
		}
		return;
	}
	if (rule === 'without files') {
		expect([once.result, forGood.result]).toEqual(['complete', 'complete, without files']);
		return;
	}
	const [, when = '', code] = /^(.*) (\w+)$/.exec(rule) ?? [];
	if (when === 'now') {
		for (const outcome of [once, forGood]) {
			expect(outcome).toMatchObject({ result: code, hits: 1, repeats: 0 });
		}
		return;
	}
	expect(once).toMatchObject({ result: 'complete', hits: 1, repeats: 1 });
	expect(forGood.result).toBe(code);
	const [least, most] = Object.entries(foughtMs).find(([name]) => name === when)?.[1] ?? [];
	if (least === undefined || most === undefined) {
		expect(`${forGood.hits} tries`).toBe(when);
		return;
	}
	expect(forGood.foughtMs).toBeGreaterThanOrEqual(least);
	expect(forGood.foughtMs).toBeLessThanOrEqual(most);
}

/** What was paid for, and what the user is told of it. */
function expectTold(call: Call, outcome: Outcome): void {
	const { result, takenId, charged, taskId, text, isRetryable } = outcome;
	const isUnsure = result === 'SUBMIT_UNSURE';
	const isCharged = call !== 'submit' || !isFailure(result);
	if (!isUnsure) expect(charged).toBe(isCharged ? 1 : 0);
	expect(taskId).toBe(isCharged ? takenId : null);
	if (isFailure(result) && isCharged) expect(text).toContain(takenId);
	if (isUnsure) expect(isRetryable).toBe(false);
	// Whatever the service said.
	expect(text.length).toBeLessThan(400);
}

describe('whatever the fault', () => {
	test('nothing is paid for twice, the token stays at home, and each item gets something', () => {
		for (const { cells, played } of shown) {
			expectPromises(played, cells.length);
			expect(played.failed).toEqual([]);
			expect(played.items.map(({ pairedItem }) => pairedItem)).toEqual(
				cells.map((_, index) => ({ item: index })),
			);
		}
	});

	test('the links of what could not be downloaded are told', () => {
		const { fileOrigin } = theatre.stage.emulator;
		const items = shown
			.filter(({ cells }) => cells.some(({ call }) => call === 'file'))
			.flatMap(({ played }) => played.items);
		const failed = items.filter((item) => isFailure(seen(item).result));
		expect(failed.length).toBeGreaterThan(0);
		for (const item of failed) {
			expect(JSON.stringify(item.json)).toContain(`${fileOrigin}/files/${seen(item).taskId}/`);
		}
	});

	test('a file that is redirected to another origin is fetched there without the token', () => {
		expect(theatre.requestsElsewhere.length).toBeGreaterThan(0);
		expect(theatre.requestsElsewhere.flat()).not.toContain('authorization');
	});
});

describe('each failure', () => {
	test.each(otherModes)('with "%s" keeps its promises', async (mode) => {
		const failures = await plays.failures(mode);
		expect(failures.length).toBeGreaterThan(0);
		for (const failing of failures) {
			const { key, cell, expected } = failing;
			const where = `${key} (${cell.fault.name})`;
			const played = await plays.failing(failing, mode);
			expectPromises(played);
			const { run, items, failed, tasks } = played;
			const isUnsure = expected.result === 'SUBMIT_UNSURE';
			const [taskId = null] = tasks.map(({ id }) => id);
			const told = cell.call === 'submit' ? null : taskId;

			if (mode === 'Retry On Fail' && !isUnsure) {
				expect([where, items.map(seen)]).toMatchObject([
					where,
					[{ result: 'complete', taskId, text: '' }],
				]);
				continue;
			}
			expect([where, tasks.length]).toEqual([where, expected.charged]);
			if (mode === 'error output') {
				const text = told === null ? expect.any(String) : expect.stringContaining(told);
				expect([where, items, failed.map(seen)]).toMatchObject([
					where,
					[],
					[{ result: expected.result, taskId: told, text }],
				]);
				continue;
			}
			const error = errorOf(run);
			expect([where, error.name]).toEqual([
				where,
				expect.stringMatching(/^Node(Api|Operation)Error$/),
			]);
			expect([where, error.errorResponse?.code ?? expected.result]).toEqual([
				where,
				expected.result,
			]);
			if (told !== null) expect(error.message).toContain(told);
		}
	});
});

test(`${page} tells the truth`, async () => {
	const text = pageOf(outcomes, await plays.retried());
	if (process.env.UPDATE_DOCS === '1') writeFileSync(page, text);
	if (readFileSync(page, 'utf8') !== text) {
		throw new Error(
			`${page} is no longer true. Write it anew with: UPDATE_DOCS=1 npx jest test/engine/faults`,
		);
	}
});
