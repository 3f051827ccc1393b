import { finishedExecution, readExecution } from '../../sandbox/n8n/executions.mts';
import { signIn } from '../../sandbox/n8n/session.mts';
import { openEditor, type Editor } from '../realN8n/editor/browser.mts';
import { eventually } from '../realN8n/eventually.mts';
import { startStageN8n } from '../realN8n/stage.mts';
import { useOpened } from '../useOpened.mts';
import { useStage } from '../useStage.mts';
import { jsonOf, openExampleStage, play, withParameters } from './examples/exampleStage.mts';
import { longJobPrompts, longJobRows } from './examples/longJob.mts';
import { imagesOf, publishPage, visit, wish } from './examples/picturePage.mts';

const stage = useStage(openExampleStage);

/** kill -9 of n8n and all it has started, and a new start. */
async function killAndStart(): Promise<void> {
	const { n8n } = stage();
	await n8n.kill();
	stage().n8n = await startStageN8n(n8n.userFolder, { port: n8n.port });
	stage().session = await signIn(stage().n8n.url);
}

it('the example long-job goes on after n8n was killed while parked, and no task is paid twice', async () => {
	const { emulator } = stage();
	// Longer than the first Wait, which cannot be less than 65 seconds if it is to be parked.
	emulator.setBehaviour(({ number }) => ({ durationMs: number === 2 ? 100_000 : 20 }));
	const parked = await play(stage(), stage().example('long-job'), { parked: true });
	expect(parked.status).toBe('waiting');
	expect(emulator.statistics().charged).toBe(3);
	expect(emulator.statistics().asked).toBe(0);

	await killAndStart();
	expect((await readExecution(stage().session, parked.id)).status).toBe('waiting');
	// Rows that are ready go on, while the rest is parked anew, and outlives a second end of n8n.
	await eventually(async () => {
		const again = await readExecution(stage().session, parked.id);
		expect(again.status).toBe('waiting');
		expect(jsonOf(again, 'Get Status', 0)).toHaveLength(2);
	}, 120_000);
	await killAndStart();
	const finished = await finishedExecution(stage().session, parked.id, { timeoutSeconds: 500 });
	expect(finished.status).toBe('success');
	expect(finished.result.runData['Get Status']?.length).toBeGreaterThan(1);
	expect(await longJobRows(stage(), finished)).toEqual([...longJobPrompts].sort());
	expect(jsonOf(finished, 'Not done')).toEqual([]);
	expect(emulator.statistics().charged).toBe(3);
});

describe('the example picture-page', () => {
	const editor = useOpened<Editor>(async () => await openEditor(stage()));

	it('shows a task that is known, and says of one that is not that it may exist, after n8n was killed; both are paid once', async () => {
		const { emulator } = stage();
		await publishPage(stage(), (node) =>
			node.name === 'Say what is known' ? withParameters(node, '> 360000', '> 1000') : node,
		);
		const fields = { status: 'IN_PROGRESS', image_urls: [] };
		emulator.addFault({ call: 'status', kind: 'patch', fields, times: Infinity });
		const known = await visit(editor());
		await wish(known, 'a fox');
		await known.getByText('It is being made').waitFor();
		emulator.addFault({ call: 'submit', kind: 'hang', taken: true });
		const unknown = await visit(editor());
		await wish(unknown, 'a bear');
		await eventually(async () => expect(emulator.statistics().charged).toBe(2));

		await killAndStart();
		emulator.clearFaults();
		expect(await imagesOf(known)).toHaveLength(1);
		await unknown.getByText('We do not know whether it was made').waitFor();
		expect(emulator.statistics().charged).toBe(2);
	});
});
