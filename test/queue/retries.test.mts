import { textToImage } from '../../sandbox/emulator/apis.mts';
import { openQueueStage, workerOf } from '../realN8n/queueMode/queueStage.mts';
import { refusedRun, retryChargedOnce } from '../realN8n/refusedRuns.mts';
import { useStage } from '../useStage.mts';

const stage = useStage(() => openQueueStage([textToImage], { workers: 1 }));

it('retries of one execution that failed before there was a task are charged once when one worker has them all', async () => {
	const failed = await refusedRun(stage(), 'retried');
	const first = await retryChargedOnce(stage(), failed);
	const more = await Promise.all([
		retryChargedOnce(stage(), failed),
		retryChargedOnce(stage(), failed),
		retryChargedOnce(stage(), first),
	]);
	for (const id of [failed, first, ...more]) {
		expect(workerOf(stage(), id)).toBe(stage().workers[0]);
	}
});
