import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import type { Fault as Counted } from '../../../sandbox/emulator/faults.mts';
import type { NewTask } from '../../../sandbox/emulator/settings.mts';
import type { Run } from '../harness/run.mts';
import { useNodeTime } from '../nodeTime.mts';
import { ids, itemsOf, nodeName, openStage, type Stage } from '../stage.mts';
import { faults, type Condition, type Fault } from './cells.mts';
import { rulesOf } from './rules.mts';
import { modes, type Mode } from './theatre.mts';

const seed = Number(process.env.FAULTS_SEED ?? Date.now() % 1_000_000_000);
const numRuns = Number(process.env.FAULTS_RUNS ?? 15);

/** A run of some items in which some calls go wrong, and some tasks fail at the service. */
interface Story {
	readonly items: number;
	readonly mode: Mode;
	readonly tasksAtOnce: number;
	/** The numbers of tasks that fail, in the order in which they are taken. */
	readonly failing: number[];
	readonly mishaps: ReadonlyArray<{ fault: string; at: Condition }>;
}

const upTo = (max: number) => fc.integer({ min: 1, max });
const story: fc.Arbitrary<Story> = fc.record({
	items: upTo(4),
	mode: fc.constantFrom<Mode>('stop', 'continue', 'error output', 'Retry On Fail'),
	tasksAtOnce: upTo(4),
	failing: fc.array(upTo(8), { maxLength: 2 }),
	mishaps: fc.array(
		fc.record({
			fault: fc.constantFrom(...faults.map(({ name }) => name)),
			at: fc.record({
				call: fc.constantFrom('submit' as const, 'status' as const, 'file' as const),
				nth: upTo(4),
				times: upTo(3),
			}),
		}),
		{ minLength: 1, maxLength: 6 },
	),
});

const time = useNodeTime();
let stage: Stage;
beforeAll(async () => {
	stage = await openStage({ time });
});
afterAll(async () => await stage.close());

test(`random faults break no promise (again: FAULTS_SEED=${seed} npx jest randomFaults)`, async () => {
	const property = fc.asyncProperty(story, async (told) => expectPromises(told, await play(told)));
	await fc.assert(property, { seed, numRuns, endOnFailure: true });
});

interface Ended {
	readonly run: Run;
	/** How many replies to submits were hidden. */
	readonly hidden: number;
}

async function play(told: Story): Promise<Ended> {
	const { emulator } = stage;
	emulator.reset();
	emulator.setBehaviour(({ number }: NewTask) => ({
		durationMs: 20_000,
		...(told.failing.includes(number) ? { failWith: 'out of memory' } : {}),
	}));
	const hiding = told.mishaps.flatMap(({ fault, at }) => add(fault, at));
	const run = await stage.run(
		{
			inputs: { mappingMode: 'autoMapInputData' },
			options: { pollingInterval: 8, tasksAtOnce: told.tasksAtOnce },
		},
		{
			node: modes[told.mode],
			mode: 'trigger',
			items: itemsOf(...numbers(told.items).map(valuesOf)),
		},
	);
	return { run, hidden: hiding.reduce((sum, { fired }) => sum + fired, 0) };
}

/** Adds a fault, where the emulator can play it; returns it if it hides the replies to submits. */
function add(name: string, at: Condition): Counted[] {
	const fault = faults.find((one) => one.name === name);
	const play = fault && playOf(fault, at);
	if (play === undefined) return [];
	const { token, fileOrigin } = stage.emulator;
	const counted = stage.emulator.addFault(play(at, { token, otherOrigin: `${fileOrigin}/none` }));
	const isHiding = at.call === 'submit' && rulesOf(name).submit === 'now SUBMIT_UNSURE';
	return isHiding ? [counted] : [];
}

function playOf({ play, playFile = play }: Fault, { call }: Condition) {
	const chosen = call === 'file' ? playFile : play;
	return chosen === null || chosen === 'refuse' ? undefined : chosen;
}

/** The prompt tells which item a task is of. */
function valuesOf(item: number): IDataObject {
	return { Prompt: `${item}`, 'Load Image': 'https://example.com/reference.png' };
}

function expectPromises({ items: count, mode }: Story, { run, hidden }: Ended): void {
	const { emulator } = stage;
	const isRetry = mode === 'Retry On Fail';
	const items = [...run.output(nodeName), ...run.output(nodeName, 1)];
	const { perTask: tasks, leaked } = emulator.statistics();
	const { error } = run;
	const told = JSON.stringify([items, error?.message, error?.description]);
	const log = JSON.stringify(run.logs);
	expect(told).not.toContain('INVALID_INPUT');

	// Paid for once, and once more only where a retry found that the service had called the task failed.
	for (const item of numbers(count)) {
		const own = tasks.filter(({ id }) => itemOf(id) === item);
		const failed = isRetry ? own.filter(({ status }) => status === 'FAILED') : [];
		expect(own.length).toBeLessThanOrEqual(1 + failed.length);
	}

	// The user has every id that the service has told.
	for (const { id, status } of tasks.filter(({ id }) => wasTold(id))) {
		expect(log).toContain(id);
		if (!isRetry || status !== 'FAILED') expect(told).toContain(id);
	}

	// The token stays where it belongs.
	expect(leaked).toBe(0);
	expect(JSON.stringify([run.data, run.serverLog, told])).not.toContain(emulator.token);

	// Either one error of n8n's own kinds, or something for every item.
	if (error !== undefined) expect(error.name).toMatch(/^Node(Api|Operation)Error$/);
	else {
		const sources = items.map(({ pairedItem }) => pairedItem);
		expect(sources).toHaveLength(count);
		expect(sources).toEqual(expect.arrayContaining(numbers(count).map((item) => ({ item }))));
	}
	if (mode === 'continue' || mode === 'error output') expect(error).toBeUndefined();

	// Unsure is what a fault has hidden, and nothing else.
	const unsure = items.filter(({ json }) => JSON.stringify(json).includes('SUBMIT_UNSURE'));
	if (error === undefined) expect(unsure).toHaveLength(hidden);
	else if (/not known whether|got no reply/.test(told)) expect(hidden).toBeGreaterThan(0);
}

function itemOf(taskId: string): number {
	return Number(stage.emulator.task(taskId)?.inputs?.[ids.prompt]?.value);
}

function wasTold(taskId: string): boolean {
	const requests = stage.emulator.requests();
	const submit = requests.find((one) => one.taskId === taskId && one.path.endsWith('/run_task'));
	return submit?.fault === null;
}

function numbers(count: number): number[] {
	return Array.from({ length: count }, (_, index) => index);
}
