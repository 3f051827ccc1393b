import { readFileSync, writeFileSync } from 'node:fs';
import { useOpened } from '../../useOpened.mts';
import { useNodeTime } from '../nodeTime.mts';
import { calls, cases, faults, type Call, type Case } from './cases.mts';
import { errorOf, isFailure, keyOf, kindOf, outcomeIn, seen, type Outcome } from './outcome.mts';
import { foughtMs, rules, rulesOf, type Rule } from './rules.mts';
import { openFaultRunner, type FaultRun } from './runner.mts';
import { pageOf, type Retried } from './table.mts';

const page = 'docs/faults.md';

const time = useNodeTime();
const runner = useOpened(() => openFaultRunner(time));
/** What a user gets of each case with "continue". */
const outcomes = new Map<Case, Outcome>();
const retried: Retried[] = [];
/** The first case that broke a promise: what comes behind it takes long, and says no more. */
let broken: string | undefined;

/** Does something with each case, up to the first that breaks a promise, which is named. */
async function forEachCase(all: readonly Case[], check: (one: Case) => Promise<void>) {
	if (broken !== undefined) throw new Error(`Not run, because this broke a promise: ${broken}`);
	for (const one of all) {
		const { fault, call, lasts } = one;
		try {
			await check(one);
		} catch (error) {
			broken = `${fault.name}, in a ${call}, ${lasts ? 'for good' : 'once'}`;
			if (error instanceof Error) error.message = `${broken}:\n${error.message}`;
			throw error;
		}
	}
}

/** Whatever happens: paid for once at most, and the token stays where it belongs. */
function expectPromises({ run, tasks, leaked, items }: FaultRun): void {
	expect(tasks.length).toBeLessThanOrEqual(1);
	expect(leaked).toBe(0);
	const traces = JSON.stringify([run.data, run.serverLog, run.error, run.error?.message]);
	expect(traces).not.toContain(runner().world.token);
	if (run.status === 'success') {
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }]);
	}
}

test('every fault has its rules', () => {
	expect(Object.keys(rules)).toEqual(faults.map(({ name }) => name));
	const ruled = ({ fault, call }: Case) => rulesOf(fault.name)[kindOf(call)] !== undefined;
	expect(cases.filter((one) => !ruled(one))).toEqual([]);
});

test.each(calls)(
	'each fault in a %s leads to what its rule says, once and for good',
	async (call) => {
		const ofCall = cases.filter((one) => one.call === call);
		await forEachCase(ofCall, async (one) => {
			const ran = await runner().run(one, 'continue', one.lasts ? Infinity : 1);
			const outcome = outcomeIn(one, ran);
			outcomes.set(one, outcome);
			expectPromises(ran);
			expectRule(rulesOf(one.fault.name)[kindOf(call)], one.lasts, outcome);
			expectTold(call, outcome);
			if (call === 'file' && isFailure(outcome.result)) {
				const links = `${runner().stage.emulator.fileOrigin}/files/${outcome.taskId}/`;
				expect(JSON.stringify(ran.items[0]?.json)).toContain(links);
			}
		});
	},
);

function expectRule(rule: Rule | undefined, lasts: boolean, outcome: Outcome): void {
	if (rule === 'taken') return expect(outcome).toMatchObject({ result: 'complete', repeats: 0 });
	if (rule === 'without files') {
		return expect(outcome.result).toBe(lasts ? 'complete, without files' : 'complete');
	}
	const [, when = '', code] = /^(.*) (\w+)$/.exec(rule ?? '') ?? [];
	if (when === 'now') {
		return expect(outcome).toMatchObject({ result: code, hits: 1, repeats: 0 });
	}
	if (!lasts) return expect(outcome).toMatchObject({ result: 'complete', hits: 1, repeats: 1 });
	expect(outcome.result).toBe(code);
	const [least, most] = Object.entries(foughtMs).find(([name]) => name === when)?.[1] ?? [];
	if (least === undefined || most === undefined) {
		return expect(`${outcome.hits} tries`).toBe(when);
	}
	expect(outcome.foughtMs).toBeGreaterThanOrEqual(least);
	expect(outcome.foughtMs).toBeLessThanOrEqual(most);
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

test('a file that is redirected to another origin is fetched there without the token', () => {
	expect(runner().requestsElsewhere.length).toBeGreaterThan(0);
	expect(runner().requestsElsewhere.flat()).not.toContain('authorization');
});

test('Retry On Fail takes up the task, or makes the one that there was not; unsure stays unsure', async () => {
	/** The failures of each kind of call, each by one of the cases that end in it. */
	const failed = [...outcomes].filter(([, { result }]) => isFailure(result));
	const byKind = new Map(failed.map(([one, outcome]) => [keyOf(one, outcome), one]));
	await forEachCase([...byKind.values()], async (one) => {
		const { result = '', hits = 0, charged } = outcomes.get(one) ?? {};
		const ran = await runner().run(one, 'Retry On Fail', hits);
		expectPromises(ran);
		const isUnsure = result === 'SUBMIT_UNSURE';
		const retry = isUnsure ? `\`${result}\`: it is not sent again` : 'complete, charged once';
		retried.push({ call: kindOf(one.call), failure: result, retry });
		if (isUnsure) {
			expect(errorOf(ran.run).errorResponse?.code).toBe(result);
			expect(ran.tasks).toHaveLength(charged ?? NaN);
			return;
		}
		expect(ran.items.map(seen)).toMatchObject([{ result: 'complete', taskId: ran.tasks[0]?.id }]);
	});
});

test(`${page} tells the truth`, () => {
	if (broken !== undefined)
		throw new Error(`Not compared, because this broke a promise: ${broken}`);
	const text = pageOf(outcomes, retried);
	if (process.env.UPDATE_DOCS === '1') writeFileSync(page, text);
	if (readFileSync(page, 'utf8') !== text) {
		throw new Error(
			`${page} is no longer true. Write it anew with: UPDATE_DOCS=1 npx jest test/engine/faults`,
		);
	}
});
