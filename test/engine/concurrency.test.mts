import type { NewTask } from '../../sandbox/emulator/behaviour.mts';
import { useStage } from '../useStage.mts';
import { useNodeTime } from './nodeTime.mts';
import { itemsOf, openStage, promptOfItem, until } from './stage.mts';
import { ids, nodeName } from './workflows.mts';

const time = useNodeTime();
const stage = useStage(() => openStage({ time, behaviour: { durationMs: 20, images: 0 } }));

const promptOf = ({ inputs }: NewTask) => String(inputs[ids.prompt]?.value);
const prompts = (...all: string[]) => itemsOf(...all.map((prompt) => ({ prompt })));

test.each([
	[1, {}],
	[3, { tasksAtOnce: 3 }],
	[5, {}],
])('no more than %i tasks are ever at the service', async (most, options) => {
	const parameters = { ...promptOfItem, options: most === 1 ? { tasksAtOnce: 1 } : options };
	stage().emulator.setBehaviour({ durationMs: 100 });
	const names = [...'abcdefghijkl'].slice(0, 2 * most + 2);
	const run = await stage().run(parameters, { items: prompts(...names) });
	expect(run.output(nodeName)).toHaveLength(names.length);
	const { charged, maxUnfinished } = stage().emulator.statistics();
	expect(charged).toBe(names.length);
	expect(maxUnfinished).toBeLessThanOrEqual(most);
	if (most > 1) expect(maxUnfinished).toBeGreaterThan(1);
});

test('a slow task delays no other', async () => {
	stage().emulator.setBehaviour((task) =>
		promptOf(task) === 'slow' ? { durationMs: 3_600_000 } : {},
	);
	const execution = stage().start(
		{ ...promptOfItem, options: { tasksAtOnce: 2 } },
		{ items: prompts('slow', 'b', 'c', 'd', 'e', 'f') },
	);
	const ended = () =>
		stage()
			.emulator.statistics()
			.perTask.filter(({ knownAt }) => knownAt !== null);
	await until('the end of the other five tasks', () => ended().length === 5);
	expect(stage().emulator.statistics()).toMatchObject({ charged: 6, unfinished: 1 });
	execution.stop();
	await execution.finished;
});

test('a slow download delays no task', async () => {
	stage().emulator.setBehaviour({ images: 1 });
	time.limit('fileStallMs', Infinity);
	stage().emulator.addFault({ call: 'file', kind: 'hang', taskNumber: 1 });
	const execution = stage().start(
		{ ...promptOfItem, options: { tasksAtOnce: 1 } },
		{ items: prompts('a', 'b', 'c') },
	);
	await until('two downloads', () => stage().emulator.statistics().downloaded === 2);
	const [file] = stage()
		.emulator.requests()
		.filter(({ origin }) => origin === 'file');
	expect(file).toMatchObject({ fault: 'hang', durationMs: null });
	expect(stage().emulator.statistics()).toMatchObject({ charged: 3 });
	execution.stop();
	await execution.finished;
});
