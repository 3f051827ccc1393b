import type { INodeParameters } from 'n8n-workflow';
import type { FaultRequest } from '../../sandbox/emulator/faults.mts';
import type { BehaviourChange } from '../../sandbox/emulator/behaviour.mts';
import { useStage } from '../useStage.mts';
import { useNodeTime } from './nodeTime.mts';
import { itemsOf, openStage, promptOfItem, until } from './stage.mts';
import { nodeName, type NodeSettings } from './workflows.mts';

const time = useNodeTime();
const stage = useStage(() => openStage({ time }));
beforeEach(() => {
	time.standStill();
	// Without this, the first question waits for time to pass.
	time.fixChance(0);
});

/** However long one waits, no further request comes. */
async function expectNoMore(): Promise<void> {
	await time.untilQuiet();
	const requests = stage().emulator.requests().length;
	time.goOn();
	await time.sleep(86_400_000);
	await time.untilQuiet();
	expect(stage().emulator.requests()).toHaveLength(requests);
}
const fired = (fault: { fired: number }) => () => fault.fired > 0;

interface Moment {
	/** What the node is doing when Stop is pressed. */
	while: string;
	fault?: FaultRequest;
	behaviour?: BehaviourChange;
	parameters?: INodeParameters;
	/** Whether that moment has come; the first firing of the fault unless given. */
	when?: () => boolean;
	charged: number;
}

const slow: BehaviourChange = { durationMs: 3_600_000 };
const moments: Moment[] = [
	{
		while: 'a submit hangs',
		fault: { call: 'submit', kind: 'hang', taken: true },
		charged: 1,
	},
	{
		while: 'a question for the status hangs',
		fault: { call: 'status', kind: 'hang' },
		behaviour: slow,
		charged: 1,
	},
	{
		while: 'it pauses between two questions',
		behaviour: slow,
		when: () =>
			stage()
				.emulator.requests()
				.filter(({ status }) => status === 200).length === 2,
		charged: 1,
	},
	{
		while: 'it keeps a minute of back-off that the service has asked for',
		fault: { call: 'submit', kind: 'status', status: 429, headers: { 'retry-after': '60' } },
		when: () => stage().emulator.requests()[0]?.status === 429,
		charged: 0,
	},
	{
		while: 'it waits for links that come late',
		behaviour: { linksLateMs: 3_600_000 },
		when: () => stage().emulator.requests()[1]?.status === 200,
		charged: 1,
	},
	{
		while: 'a download crawls',
		fault: { call: 'file', kind: 'slow', bytesPerSecond: 100 },
		charged: 1,
	},
];

const retrying: NodeSettings = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
const nodes: Array<[string, NodeSettings]> = [
	['does not enter the node again', retrying],
	['makes no error items', { ...retrying, onError: 'continueRegularOutput' }],
];

describe.each(moments)('Stop, pressed while $while,', (moment) => {
	const arrange = () => {
		stage().emulator.setBehaviour({ durationMs: 0, ...moment.behaviour });
		const fault = moment.fault && stage().emulator.addFault({ ...moment.fault, times: Infinity });
		return moment.when ?? (fault ? fired(fault) : () => true);
	};

	test.each(nodes)('%s, and sends nothing more', async (_, node) => {
		const hasCome = arrange();
		const execution = stage().start(moment.parameters, { node, mode: 'trigger' });
		await until(`the moment when ${moment.while}`, hasCome);
		await time.untilQuiet();
		execution.stop();
		const run = await execution.finished;
		expect(run.status).toBe('canceled');
		expect(run.nodes[nodeName]?.flatMap(({ main }) => main.flat()) ?? []).toEqual([]);
		await expectNoMore();
		expect(stage().emulator.statistics()).toMatchObject({ charged: moment.charged, leaked: 0 });
	});
});

test('Stop submits none of the items that wait for their turn, and leaves a trace of the others', async () => {
	stage().emulator.setBehaviour(slow);
	const items = itemsOf(...[...'abcdefgh'].map((prompt) => ({ prompt })));
	const parameters = { ...promptOfItem, options: { tasksAtOnce: 2 } };
	const execution = stage().start(parameters, { items, mode: 'trigger' });
	await until('two polls', () => stage().emulator.statistics().asked >= 2);
	execution.stop();
	const run = await execution.finished;
	const ids = stage().created();
	expect(ids).toHaveLength(2);
	expect(run.customData.instasd_tasks?.split(',').sort()).toEqual([...ids].sort());
	const logged = run.logs.map(({ message }) => message).join('\n');
	expect(ids.filter((id) => !logged.includes(id))).toEqual([]);
});

test('Stop ends a failed run that waits for the replies to its submits', async () => {
	const late = stage().emulator.addFault({ call: 'submit', kind: 'slow', delayMs: 5000, nth: 1 });
	const refused = stage().emulator.addFault({
		...{ call: 'submit', kind: 'status', status: 422, nth: 2 },
	});
	const execution = stage().start(promptOfItem, {
		items: itemsOf({ prompt: 'a' }, { prompt: 'b' }),
		mode: 'trigger',
	});
	await until('both submits', () => late.fired > 0 && refused.fired > 0);
	await new Promise((resolve) => setTimeout(resolve, 500));
	execution.stop();
	const run = await execution.finished;
	expect(run.status).toBe('canceled');
	expect(JSON.stringify(run.serverLog)).not.toContain('has task');
});
