import { readFileSync, writeFileSync } from 'node:fs';
import { useNodeTime } from '../nodeTime.mts';
import { cells, faults } from './cells.mts';
import { keyOf } from './outcome.mts';
import { createPlays, fileGroups, filesOf, isPlayable, outcomeOf } from './plays.mts';
import { errorOf, seen } from './seen.mts';
import { pageOf } from './table.mts';
import { allModes, openTheatre, type Played, type Theatre } from './theatre.mts';

const page = 'docs/faults.md';

const time = useNodeTime();
let theatre: Theatre;
const plays = createPlays(() => theatre);
beforeAll(async () => {
	theatre = await openTheatre(time);
});
afterAll(async () => await theatre.close());

/** Whatever happens: paid for once at most, and the token stays where it belongs. */
function expectPromises({ run, tasks, leaked }: Played, items = 1): void {
	expect(tasks.length).toBeLessThanOrEqual(items);
	expect(leaked).toBe(0);
	const traces = JSON.stringify([run.data, run.serverLog, run.error, run.error?.message]);
	expect(traces).not.toContain(theatre.world.token);
}

describe('a file', () => {
	test.each(fileGroups)(
		'whose download goes wrong $what costs nothing, and neither id nor link is lost',
		async (group) => {
			const chosen = filesOf(group);
			const played = await plays.files(group);
			expectPromises(played, chosen.length);
			expect(played.items.map(({ pairedItem }) => pairedItem)).toEqual(
				chosen.map((_, index) => ({ item: index })),
			);
			for (const given of played.items) {
				const { result, taskId } = seen(given);
				const number = played.tasks.find(({ id }) => id === taskId)?.number ?? 0;
				const fault = chosen[number - 1]?.fault.name;
				expect(fault).toBeDefined();
				expect({ fault, result }).toEqual({
					fault,
					result: group.lasts
						? expect.stringMatching(/^(DOWNLOAD_FAILED|LINK_EXPIRED|complete)$/)
						: 'complete',
				});
				if (result !== 'complete') {
					const { fileOrigin } = theatre.stage.emulator;
					expect(JSON.stringify(given.json)).toContain(`${fileOrigin}/files/${taskId}/`);
				}
			}
		},
	);

	test('that is redirected to another origin is fetched there, without the token', async () => {
		const outcomes = await plays.outcomes();
		const redirected = [...outcomes].filter(
			([{ call, fault }]) => call === 'file' && fault.name.startsWith('redirect'),
		);
		expect(redirected.length).toBeGreaterThan(0);
		for (const [, outcome] of redirected) {
			expect(outcome).toMatchObject({ result: 'complete', repeats: 0 });
		}
		expect(theatre.requestsElsewhere.length).toBeGreaterThan(0);
		expect(theatre.requestsElsewhere.flat()).not.toContain('authorization');
	});
});

describe('each failure', () => {
	test.each(allModes)('with "%s" keeps its promises on the real engine', async (mode) => {
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
				expect([where, items.map(seen)]).toEqual([
					where,
					[{ result: 'complete', taskId, text: '' }],
				]);
				continue;
			}
			expect([where, tasks.length]).toEqual([where, expected.charged]);
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

test('each other fault, and each other outcome, is on the engine what it is by the rules', async () => {
	const outcomes = await plays.outcomes();
	const failures = (await Promise.all(allModes.map(plays.failures))).flat();
	const keys = new Set(failures.map(({ key }) => key));
	const names = new Set(failures.map(({ cell }) => cell.fault.name));
	for (const cell of cells) {
		const expected = outcomeOf(cell, outcomes);
		const isNew = !names.has(cell.fault.name) || !keys.has(keyOf(cell, expected));
		if (!isNew || cell.call === 'file' || !isPlayable(cell)) continue;
		names.add(cell.fault.name);
		keys.add(keyOf(cell, expected));
		const played = await theatre.play(cell, 'continue', cell.lasts ? Infinity : 1);
		expectPromises(played);
		const where = `${cell.call}: ${cell.fault.name}`;
		expect([where, played.tasks.length, played.items.map(seen)]).toEqual([
			where,
			expected.charged,
			[expect.objectContaining({ result: expected.result })],
		]);
	}
	expect([...names].sort()).toEqual(faults.map(({ name }) => name).sort());
});

test(`${page} tells the truth`, async () => {
	const text = pageOf(await plays.outcomes(), await plays.retried());
	if (process.env.UPDATE_DOCS === '1') writeFileSync(page, text);
	if (readFileSync(page, 'utf8') !== text) {
		throw new Error(
			`${page} is no longer true. Write it anew with: UPDATE_DOCS=1 npx jest test/engine/faults`,
		);
	}
});
