import { textToImage } from '../../sandbox/emulator/apis.mts';
import { readExecution } from '../../sandbox/n8n/executions.mts';
import { parkedWorkflow } from '../realN8n/parkedWorkflow.mts';
import { openQueueStage, startsOn } from '../realN8n/queueMode/queueStage.mts';
import { useStage } from '../useStage.mts';
import { call, executionsOf, pictureNode, publish, webhook } from '../realN8n/webhookWorkflows.mts';
import { picturesOf } from './picture.mts';

const stage = useStage(() => openQueueStage([textToImage], { concurrency: 1 }));

/** How often workers have begun an execution or gone on with it. */
const starts = (id: string) =>
	stage().workers.reduce((sum, worker) => sum + startsOn(worker, id), 0);

describe('long jobs, parked between Run Task and Get Status,', () => {
	it('leave the workers free for others, and go on on a worker until they have their files', async () => {
		const credential = await stage().credentialFor(stage().api(textToImage.name));
		// One is not finished when it is asked for first.
		stage().emulator.addFault({
			call: 'status',
			taskNumber: 4,
			kind: 'patch',
			fields: { status: 'IN_PROGRESS' },
		});
		const { nodes, connections } = parkedWorkflow(webhook('long'), credential);
		const long = await publish(stage(), nodes, connections);
		// More than the two workers could hold.
		for (let count = 0; count < 4; count++) await call(stage(), 'long');
		const parked = await executionsOf(stage(), long, 4, 'waiting');
		expect(parked.map(({ id }) => starts(id))).toEqual([1, 1, 1, 1]);

		const short = await publish(stage(), [webhook('short', 'last file'), pictureNode(credential)]);
		const answers = await Promise.all([call(stage(), 'short'), call(stage(), 'short')]);
		expect(answers.map(({ status }) => status)).toEqual([200, 200]);
		expect(await executionsOf(stage(), short, 2, 'success')).toHaveLength(2);
		expect((await executionsOf(stage(), long, 4, 'waiting')).map(({ id }) => starts(id))).toEqual([
			1, 1, 1, 1,
		]);

		const done = await executionsOf(stage(), long, 4, 'success', 'error', 'crashed');
		const rounds: number[] = [];
		for (const { id } of done) {
			const { result, status } = await readExecution(stage().session, id);
			expect(status).toBe('success');
			const round = result.runData['Get Status']?.length ?? 0;
			expect(starts(id)).toBe(1 + round);
			rounds.push(round);
			const [picture] = await picturesOf(stage(), id, 'Get Status');
			expect(picture?.file.id).toMatch(/^database:/);
			expect(picture?.bytes.equals(picture.served)).toBe(true);
		}
		expect(rounds.sort()).toEqual([1, 1, 1, 2]);
		expect(stage().emulator.statistics().charged).toBe(6);
	});
});
