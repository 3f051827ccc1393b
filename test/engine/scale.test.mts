import { useStage } from '../useStage.mts';
import { stringifyFlatted } from './harness/n8nModules.mts';
import { ids, itemsOf, nodeName, openStage } from './stage.mts';

/**
 * Each task is one or two requests through n8n's HTTP stack, 1 to 3 ms of work in this process, so by default there are
 * fewer. All of them: SCALE_ITEMS=10000 npx jest test/engine/scale
 */
const whole = Number(process.env.SCALE_ITEMS ?? 0);
const count = { runTask: whole || 200, runAndWait: whole || 100 };

const stage = useStage(() => openStage({ behaviour: { durationMs: 0 } }));

/** An item for each picture, and some that are not to be sent. */
async function run(operation: keyof typeof count, refused = 0) {
	const values = (image: string, many: number) =>
		Array.from({ length: many }, (_, index) => ({ Prompt: `${index}`, 'Load Image': image }));
	return await stage().run(
		{
			operation,
			inputs: { mappingMode: 'autoMapInputData' },
			downloadFiles: false,
			options: { tasksAtOnce: 50 },
		},
		{
			items: itemsOf(
				...values('https://example.com/reference.png', count[operation]),
				...values('no image at all', refused),
			),
			node: { onError: 'continueRegularOutput' },
			mode: 'trigger',
		},
	);
}

const promptOf = (taskId: unknown) =>
	stage().emulator.task(String(taskId))?.inputs?.[ids.prompt]?.value;

test(`${count.runTask} items of Run Task come in order, each charged once, and take little room in the execution`, async () => {
	const done = await run('runTask');
	const items = done.output(nodeName);
	expect(items).toHaveLength(count.runTask);
	const order = items.map(({ json, pairedItem }) => [promptOf(json.task_id), pairedItem]);
	expect(order).toEqual(items.map((_, item) => [`${item}`, { item }]));
	expect(stage().emulator.statistics()).toMatchObject({ charged: count.runTask, leaked: 0 });
	const ledger = stringifyFlatted(done.contextData[`node:${nodeName}`]);
	expect(ledger.length / count.runTask).toBeLessThanOrEqual(150);
}, 600_000);

test(`${count.runAndWait} items of Run and Wait come in order, and a failed run takes little room in the execution`, async () => {
	const done = await run('runAndWait', 1);
	const items = done.output(nodeName);
	const finished = items.filter(({ json }) => json.finished === true);
	expect(items).toHaveLength(count.runAndWait + 1);
	expect(finished.map(({ json }) => promptOf(json.task_id))).toEqual(
		finished.map((_, item) => `${item}`),
	);
	expect(finished).toHaveLength(count.runAndWait);
	expect(stage().emulator.statistics()).toMatchObject({ charged: count.runAndWait, leaked: 0 });
	const ledger = stringifyFlatted(done.contextData[`node:${nodeName}`]);
	expect(ledger.length / count.runAndWait).toBeLessThanOrEqual(200);
}, 600_000);
