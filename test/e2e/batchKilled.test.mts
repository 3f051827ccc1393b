import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { productPicture } from '../../sandbox/emulator/apis.mts';
import { seededRandom } from '../../sandbox/emulator/random.mts';
import { finishedExecution } from '../../sandbox/n8n/executions.mts';
import { signIn } from '../../sandbox/n8n/session.mts';
import { runWorkflow } from '../../sandbox/n8n/workflows.mts';
import { tableRows, type TableRow } from '../realN8n/dataTables.mts';
import { eventually } from '../realN8n/eventually.mts';
import { openStage, startStageN8n } from '../realN8n/stage.mts';
import { useStage } from '../useStage.mts';
import { everyNight, importBatch, numberedRows } from './examples/batchCopy.mts';
import { jsonOf, play, promptOf } from './examples/exampleStage.mts';

const stage = useStage(async () => await openStage([productPicture]));
const rows = numberedRows(200);
const chunk = 20;
/** No cap, so that the first chunk is a whole one: no row goes alone to tell the price. */
const cap = { month: 0 };

/** kill -9 of n8n and all it has started, and a new start; gives what the killed one has logged. */
async function killAndStart(): Promise<string> {
	const { n8n } = stage();
	await n8n.kill();
	stage().n8n = await startStageN8n(n8n.userFolder);
	stage().session = await signIn(stage().n8n.url);
	return n8n.log();
}

/** The rows of a list without that of its summary, which must be there when a run has ended. */
async function list(name: string): Promise<TableRow[]> {
	const all = await tableRows(stage().session, name);
	return all.filter(({ state }) => state !== 'summary');
}

/** Each row that is done has a task of its own, which was made of its own prompt. */
function expectOwnPictures(done: TableRow[]): void {
	expect(new Set(done.map(({ task_id }) => task_id)).size).toBe(done.length);
	for (const { prompt, task_id } of done) {
		expect(promptOf(stage().emulator.task(String(task_id))?.inputs)).toBe(prompt);
	}
}

it('a batch of 200 rows that is killed five times pays for no row twice, and the next run makes all but those that were just being sent', async () => {
	const seed = Number(process.env.KILL_SEED ?? randomInt(100_000));
	const random = seededRandom(seed);
	const { emulator } = stage();
	emulator.setBehaviour({ durationMs: 1500 });
	const credential = await stage().credentialFor(stage().api(productPicture.name));
	const { id } = await importBatch(stage(), credential, { list: 'killed_rows', rows });
	const kills: Array<{ run: string; charged: number }> = [];
	let log = '';
	for (let kill = 0; kill < 5; kill++) {
		const run = await runWorkflow(stage().session, id, everyNight);
		const charged = kill * 30 + Math.floor(random() * 30);
		await eventually(
			async () => expect(emulator.statistics().charged).toBeGreaterThan(charged),
			120_000,
		);
		await sleep(random() * 2500);
		log += await killAndStart();
		kills.push({ run, charged: emulator.statistics().charged });
	}
	const last = await play(stage(), { id }, { trigger: everyNight });
	expect(last.status).toBe('success');

	const after = await list('killed_rows');
	const stuck = after.filter(({ state }) => state === 'running');
	const byKill = kills.map((kill) => ({
		...kill,
		stuck: stuck.filter(({ run }) => run === kill.run).length,
	}));
	const charged = emulator.statistics().charged;
	process.stdout.write(`KILL_SEED=${seed} ${JSON.stringify({ byKill, charged })}\n`);

	expect(after).toHaveLength(rows.length);
	expect(charged).toBeLessThanOrEqual(rows.length);
	const done = after.filter(({ state }) => state === 'done');
	expect(done).toHaveLength(rows.length - stuck.length);
	expectOwnPictures(done);
	for (const kill of byKill) expect(kill.stuck).toBeLessThanOrEqual(chunk);
	expect(byKill.reduce((sum, kill) => sum + kill.stuck, 0)).toBe(stuck.length);

	const [summary] = jsonOf(last, 'Summary');
	expect(summary?.for_you).toHaveLength(stuck.length);
	for (const { row_id, run } of stuck) {
		expect(summary?.for_you).toContainEqual(
			expect.stringMatching(
				new RegExp(`^${String(row_id)} \\(running\\): .*\\(execution ${String(run)}\\)`),
			),
		);
	}
	// What the summary says of the log is true: whatever stands there belongs to a row of that run.
	const known = new Set(done.map(({ task_id }) => task_id));
	const unknown = emulator.statistics().perTask.filter((task) => !known.has(task.id));
	for (const task of unknown) {
		const prompt = promptOf(emulator.task(task.id)?.inputs);
		const row = stuck.find((each) => each.prompt === prompt);
		expect(row).toBeDefined();
		const [, run] = new RegExp(`${task.id} .*\\(execution (\\d+)\\)`).exec(log) ?? [];
		expect([undefined, row?.run]).toContain(run);
	}
});

it('the ids of a chunk are in the list while its tasks still run, so that no kill can lose them', async () => {
	const { emulator, session } = stage();
	emulator.setBehaviour({ durationMs: 600_000 });
	const credential = await stage().credentialFor(stage().api(productPicture.name));
	const some = numberedRows(chunk);
	const { id } = await importBatch(stage(), credential, { list: 'early_rows', rows: some, cap });
	await runWorkflow(session, id, everyNight);
	const states = some.map(() => 'made');
	await eventually(async () =>
		expect((await list('early_rows')).map(({ state }) => state)).toEqual(states),
	);
	await killAndStart();
	const after = await list('early_rows');
	expect(after.map(({ state }) => state)).toEqual(states);
	expectOwnPictures(after);
	expect(emulator.statistics().charged).toBe(chunk);
});

it('rows that were just being sent when n8n was killed are left to the user, and not paid for again', async () => {
	const { emulator, session } = stage();
	emulator.addFault({ call: 'submit', kind: 'slow', delayMs: 600_000, times: chunk });
	const credential = await stage().credentialFor(stage().api(productPicture.name));
	const some = numberedRows(chunk);
	const { id } = await importBatch(stage(), credential, { list: 'sent_rows', rows: some, cap });
	const run = await runWorkflow(session, id, everyNight);
	await eventually(async () => expect(emulator.statistics().charged).toBe(chunk));
	await killAndStart();
	const last = await play(stage(), { id }, { trigger: everyNight });
	expect(last.status).toBe('success');
	expect(emulator.statistics().charged).toBe(chunk);
	const after = await list('sent_rows');
	expect(after.map(({ state }) => state)).toEqual(some.map(() => 'running'));
	expect(jsonOf(last, 'Summary')[0]?.for_you).toEqual(
		some.map(() => expect.stringContaining(`(execution ${run})`)),
	);
});

it('two runs of a batch at once pay for each row once', async () => {
	const { emulator, session } = stage();
	emulator.setBehaviour({ durationMs: 500 });
	const credential = await stage().credentialFor(stage().api(productPicture.name));
	// Both make the list, and one of them fails in that, as happens when they do it in the same moment.
	const { id } = await importBatch(stage(), credential, {
		...{ list: 'twofold_rows', rows },
		changes: { 'Create the list': ['"createIfNotExists":true', '"createIfNotExists":false'] },
	});
	const ids = [
		await runWorkflow(session, id, everyNight),
		await runWorkflow(session, id, everyNight),
	];
	for (const run of ids) {
		const { result } = await finishedExecution(session, run, { timeoutSeconds: 300 });
		expect(result.error).toBeUndefined();
	}
	const after = await list('twofold_rows');
	expect(after.map(({ state }) => state)).toEqual(rows.map(() => 'done'));
	expectOwnPictures(after);
	expect(emulator.statistics().charged).toBe(rows.length);
});
