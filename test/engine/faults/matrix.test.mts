import { readFileSync, writeFileSync } from 'node:fs';
import { useNodeTime } from '../nodeTime.mts';
import { calls, cells, faults, type Call } from './cells.mts';
import { isFailure, kindOf, type Outcome } from './outcome.mts';
import { failuresAmong, playAll, type Shown } from './plays.mts';
import { foughtMs, rules, rulesOf, type Rule } from './rules.mts';
import { errorOf, seen } from './seen.mts';
import { pageOf, type Retried } from './table.mts';
import { openTheatre, type Played, type Theatre } from './theatre.mts';

const page = 'docs/faults.md';

const time = useNodeTime();
let theatre: Theatre;
let shown: readonly Shown[];
const retried: Retried[] = [];
beforeAll(async () => {
	theatre = await openTheatre(time);
	shown = await playAll(theatre);
});
afterAll(async () => await theatre.close());

/** Whatever happens: paid for once at most, and the token stays where it belongs. */
function expectPromises({ run, tasks, leaked }: Played): void {
	expect(tasks.length).toBeLessThanOrEqual(1);
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
		const [once, forGood] = shown
			.filter(({ cell }) => cell.call === call && cell.fault.name === name)
			.map(({ outcome }) => outcome);
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
	test('nothing is paid for twice, the token stays at home, and the item gets something', () => {
		for (const { played } of shown) {
			expectPromises(played);
			expect(played.items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }]);
		}
	});

	test('the links of what could not be downloaded are told', () => {
		const failed = shown.filter(
			({ cell, outcome }) => cell.call === 'file' && isFailure(outcome.result),
		);
		expect(failed.length).toBeGreaterThan(0);
		const { fileOrigin } = theatre.stage.emulator;
		for (const { played, outcome } of failed) {
			const links = `${fileOrigin}/files/${outcome.taskId}/`;
			expect(JSON.stringify(played.items[0]?.json)).toContain(links);
		}
	});

	test('a file that is redirected to another origin is fetched there without the token', () => {
		expect(theatre.requestsElsewhere.length).toBeGreaterThan(0);
		expect(theatre.requestsElsewhere.flat()).not.toContain('authorization');
	});

	test('Retry On Fail takes up the task, or makes the one that there was not; unsure stays unsure', async () => {
		for (const { cell, outcome } of failuresAmong(shown)) {
			const { result } = outcome;
			const played = await theatre.play(cell, 'Retry On Fail', outcome.hits);
			expectPromises(played);
			const { run, items, tasks } = played;
			const call = kindOf(cell.call);
			const told = (retry: string) => retried.push({ call, failure: result, retry });
			if (result === 'SUBMIT_UNSURE') {
				expect(errorOf(run).errorResponse?.code).toBe(result);
				expect(tasks).toHaveLength(outcome.charged);
				told(`\`${result}\`: it is not sent again`);
				continue;
			}
			const [taskId] = tasks.map(({ id }) => id);
			expect([cell.fault.name, items.map(seen)]).toMatchObject([
				...[cell.fault.name, [{ result: 'complete', taskId }]],
			]);
			told('complete, charged once');
		}
	});
});

test(`${page} tells the truth`, () => {
	const outcomes = new Map(shown.map(({ cell, outcome }) => [cell, outcome]));
	const text = pageOf(outcomes, retried);
	if (process.env.UPDATE_DOCS === '1') writeFileSync(page, text);
	if (readFileSync(page, 'utf8') !== text) {
		throw new Error(
			`${page} is no longer true. Write it anew with: UPDATE_DOCS=1 npx jest test/engine/faults`,
		);
	}
});
