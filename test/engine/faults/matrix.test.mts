import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { byTheRules } from './byTheRules.mts';
import { cells, faults, type Cell } from './cells.mts';
import { isFailure, keyOf, kindOf, type Outcome } from './outcome.mts';
import { pageOf, type Retried } from './table.mts';
import { openTheatre, type Mode, type Played, type Theatre } from './theatre.mts';

const page = 'docs/faults.md';

let theatre: Theatre;
/** Every cell: submits and polls by the rules, files from the engine. */
const outcomes = new Map<Cell, Outcome>();
/** What the next try made of the failures. */
const retried: Retried[] = [];
/** The cells of submits and polls that the engine has run. */
const onStage = new Set<Cell>();

beforeAll(async () => {
	theatre = await openTheatre();
	for (const cell of cells) {
		if (cell.call !== 'file') outcomes.set(cell, await byTheRules(cell));
	}
});
afterAll(async () => await theatre.close());

const item = z.object({
	json: z.object({
		error: z.object({ code: z.string(), task_id: z.string().nullable() }).optional(),
		task_id: z.string().optional(),
		message: z.string().optional(),
	}),
	binary: z.record(z.unknown()).optional(),
	pairedItem: z.object({ item: z.number() }),
});
const thrown = z.object({
	name: z.string(),
	message: z.string(),
	description: z.string().optional(),
	errorResponse: z.object({ code: z.string() }).optional(),
});

/** What a user sees of an item. */
function seen(given: unknown): { result: string; taskId: string | null; text: string } {
	const { json, binary } = item.parse(given);
	const { error, task_id: taskId = null, message = '' } = json;
	if (error !== undefined) return { result: error.code, taskId: error.task_id, text: message };
	return { result: binary ? 'complete' : 'complete, without files', taskId, text: '' };
}

/** Whatever happens: paid for once at most, and the token stays where it belongs. */
function expectPromises({ run, taskIds, leaked }: Played, items = 1): void {
	expect(taskIds.length).toBeLessThanOrEqual(items);
	expect(leaked).toBe(0);
	const traces = JSON.stringify([run.data, run.serverLog, run.error, run.error?.message]);
	expect(traces).not.toContain(theatre.world.token);
}

describe('a file', () => {
	const files = cells.filter(({ call }) => call === 'file');

	test.each([
		{ what: 'once', lasts: false, isSilent: false },
		{ what: 'for good', lasts: true, isSilent: false },
		{ what: 'once, in silence', lasts: false, isSilent: true },
		{ what: 'for good, in silence', lasts: true, isSilent: true },
	])(
		'whose download goes wrong $what costs nothing, and neither id nor link is lost',
		async (of) => {
			const chosen = files.filter(
				({ fault, lasts }) => lasts === of.lasts && (fault.isSilent ?? false) === of.isSilent,
			);
			const { emulator } = theatre.stage;
			const played = await theatre.playFiles(chosen);
			expectPromises(played, chosen.length);
			expect(played.items.map(({ pairedItem }) => pairedItem)).toEqual(
				chosen.map((_, index) => ({ item: index })),
			);
			for (const given of played.items) {
				const { result, taskId } = seen(given);
				const requests = emulator
					.requests()
					.filter((one) => one.path.includes(`/files/${taskId}/`));
				const cell = chosen[(emulator.task(taskId ?? '')?.number ?? 0) - 1];
				expect(cell).toBeDefined();
				if (cell === undefined) continue;
				const fault = cell.fault.name;
				expect({ fault, result }).toEqual({
					fault,
					result: cell.lasts
						? expect.stringMatching(/^(DOWNLOAD_FAILED|LINK_EXPIRED|complete)$/)
						: 'complete',
				});
				if (result !== 'complete') {
					expect(JSON.stringify(given.json)).toContain(`${emulator.fileOrigin}/files/${taskId}/`);
				}
				outcomes.set(cell, {
					result: result as Outcome['result'],
					hits: requests.filter((one) => one.fault !== null).length,
					repeats: requests.length - 1,
					charged: 1,
					foughtMs: 0,
				});
			}
		},
	);

	test('that is redirected to another origin is fetched there, without the token', () => {
		for (const cell of files.filter(({ fault }) => fault.name.startsWith('redirect'))) {
			expect(outcomeOf(cell)).toMatchObject({ result: 'complete', repeats: 0 });
		}
		expect(theatre.requestsElsewhere.length).toBeGreaterThan(0);
		expect(theatre.requestsElsewhere.flat()).not.toContain('authorization');
	});
});

describe('each failure', () => {
	const modes: Mode[] = ['stop', 'continue', 'error output', 'Retry On Fail'];

	test.each(modes)(
		'with "%s" keeps its promises on the real engine',
		async (mode) => {
			for (const { key, alike } of failures()) {
				const cell = alike.find((one) => !onStage.has(one) && isPlayable(one)) ?? alike[0];
				const expected = cell && outcomes.get(cell);
				if (cell === undefined || expected === undefined) throw new Error(`No cell for ${key}`);
				onStage.add(cell);
				const where = `${key} (${cell.fault.name})`;
				const played = await theatre.play(cell, mode, expected.hits);
				expectPromises(played);
				const { run, items, failed, taskIds } = played;
				const isUnsure = expected.result === 'SUBMIT_UNSURE';
				const told = cell.call === 'submit' ? null : (taskIds[0] ?? null);

				if (mode === 'Retry On Fail' && !isUnsure) {
					expect([where, items.map(seen)]).toEqual([
						where,
						[{ result: 'complete', taskId: taskIds[0], text: '' }],
					]);
					retried.push(nextTry(cell, expected, 'complete, charged once'));
					continue;
				}
				expect([where, taskIds.length]).toEqual([where, expected.charged]);
				if (mode === 'continue' || mode === 'error output') {
					const [wrong, right] = mode === 'continue' ? [items, failed] : [failed, items];
					const text = told === null ? expect.any(String) : expect.stringContaining(told);
					expect([where, right, wrong.map(seen)]).toEqual([
						where,
						[],
						[{ result: expected.result, taskId: told, text }],
					]);
					continue;
				}
				const error = thrown.parse(run.error);
				expect([where, error.name]).toEqual([
					where,
					expect.stringMatching(/^Node(Api|Operation)Error$/),
				]);
				expect([where, error.errorResponse?.code ?? expected.result]).toEqual([
					where,
					expected.result,
				]);
				if (told !== null) expect(error.message).toContain(told);
				if (isUnsure && mode === 'Retry On Fail') {
					retried.push(nextTry(cell, expected, '`SUBMIT_UNSURE`: it is not sent again'));
				}
			}
		},
		60_000,
	);
});

test('each other fault, and each other outcome, is on the engine what it is by the rules', async () => {
	const keys = new Set([...onStage].map((cell) => keyOf(cell, outcomeOf(cell))));
	const names = new Set([...onStage].map(({ fault }) => fault.name));
	for (const cell of cells) {
		const expected = outcomeOf(cell);
		const isNew = !names.has(cell.fault.name) || !keys.has(keyOf(cell, expected));
		if (!isNew || cell.call === 'file' || !isPlayable(cell)) continue;
		names.add(cell.fault.name);
		keys.add(keyOf(cell, expected));
		const played = await theatre.play(cell, 'continue', cell.lasts ? Infinity : 1);
		expectPromises(played);
		const where = `${cell.call}: ${cell.fault.name}`;
		expect([where, played.taskIds.length, played.items.map(seen)]).toEqual([
			where,
			expected.charged,
			[expect.objectContaining({ result: expected.result })],
		]);
	}
	expect([...names].sort()).toEqual(faults.map(({ name }) => name).sort());
}, 60_000);

test(`${page} tells the truth`, () => {
	const inOrder = new Map(cells.map((cell) => [cell, outcomeOf(cell)]));
	const text = pageOf(inOrder, retried);
	if (process.env.UPDATE_DOCS === '1') writeFileSync(page, text);
	if (readFileSync(page, 'utf8') !== text) {
		throw new Error(
			`${page} is no longer true. Write it anew with: UPDATE_DOCS=1 npx jest test/engine/faults`,
		);
	}
});

function outcomeOf(cell: Cell): Outcome {
	const outcome = outcomes.get(cell);
	if (outcome === undefined) throw new Error(`No outcome of ${cell.call}: ${cell.fault.name}`);
	return outcome;
}

/**
 * Not a poll that is met with silence for good: on the engine that takes its time. A service that does not listen is
 * played where the node sleeps before its next call.
 */
function isPlayable({ call, fault, lasts }: Cell): boolean {
	if (kindOf(call) !== 'poll') return true;
	return fault.play === 'refuse' ? call === 'later poll' : !(lasts && fault.isSilent === true);
}

/** The failures of each kind of call, with all the cells that end in them. */
function failures(): Array<{ key: string; alike: Cell[] }> {
	const byKey = new Map<string, Cell[]>();
	for (const cell of cells) {
		const outcome = outcomeOf(cell);
		if (!isFailure(outcome.result)) continue;
		const key = keyOf(cell, outcome);
		byKey.set(key, [...(byKey.get(key) ?? []), cell]);
	}
	return [...byKey].map(([key, alike]) => ({ key, alike }));
}

function nextTry(cell: Cell, { result }: Outcome, retry: string): Retried {
	if (!isFailure(result)) throw new Error(`${result} is no failure`);
	return { call: kindOf(cell.call), failure: result, retry };
}
