import { gzipSync } from 'node:zlib';
import type { INode, INodeExecutionData } from 'n8n-workflow';
import type { LoggedRequest } from '../../../sandbox/emulator/counters.mts';
import type { TaskReport } from '../../../sandbox/emulator/counters.mts';
import type { Run } from '../harness/run.mts';
import type { NodeTime } from '../nodeTime.mts';
import { listen } from '../probe.mts';
import { nodeName, openStage, type Stage } from '../stage.mts';
import { conditionOf, taskMs, type Call, type Case, type Condition, type World } from './cases.mts';

/** Every pause is in the middle of its spread. */
const middle = 0.5;

/** What the node does about a failure: it goes on with an error item, or n8n enters it again. */
export const modes = {
	continue: { onError: 'continueRegularOutput' },
	'Retry On Fail': { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 },
} satisfies Record<string, Partial<INode>>;
export type Mode = keyof typeof modes;

/** Of the sleeps that a run leaves behind. */
const longestSleepMs = 120_000;

/** How often the node sleeps before a call to which nobody listens. */
const sleepsBefore = { submit: 0, 'first poll': 1, 'later poll': 2, 'last poll': 3, file: NaN };

/** A run with a fault in it, and what the service saw of it. */
export interface FaultRun {
	readonly run: Run;
	readonly items: INodeExecutionData[];
	/** The tasks that the service has taken. */
	readonly tasks: readonly TaskReport[];
	readonly requests: readonly LoggedRequest[];
	/** When a call was made to which nobody listened. */
	readonly refusedAt: readonly number[];
	readonly endedAt: number;
	/** How many requests brought the token to another origin. */
	readonly leaked: number;
}

/** The real engine and the emulator, whose time is the node's. */
export interface FaultRunner {
	readonly stage: Stage;
	readonly world: World;
	/** The names of the headers of each request to the third origin. */
	readonly requestsElsewhere: string[][];
	/** Runs the example with a fault that happens a number of times. */
	run(given: Case, mode: Mode, times: number): Promise<FaultRun>;
	close(): Promise<void>;
}

/** Opens it in a time in which minutes pass in a moment. */
export async function openFaultRunner(time: NodeTime): Promise<FaultRunner> {
	const requestsElsewhere: string[][] = [];
	const elsewhere = await listen(({ headers }, response) => {
		requestsElsewhere.push(Object.keys(headers));
		// As hosts do: squeezed for those who take it so, and the length is that of what is sent.
		const isSqueezed = String(headers['accept-encoding']).includes('gzip');
		const body = isSqueezed ? gzipSync('a picture') : Buffer.from('a picture');
		response.writeHead(200, {
			'content-type': 'image/png',
			'content-length': body.length,
			...(isSqueezed ? { 'content-encoding': 'gzip' } : {}),
		});
		response.end(body);
	});
	const stage = await openStage({ time, behaviour: { durationMs: taskMs } });
	const { emulator } = stage;
	const world = { token: emulator.token, otherOrigin: `${elsewhere.url}/picture.png` };

	const runIn = async (mode: Mode): Promise<FaultRun> => {
		time.fixChance(middle);
		const done = await stage.run({}, { node: modes[mode], mode: 'trigger', items: [{ json: {} }] });
		// The service has noticed the end of every call.
		const endedAt = time.now();
		await time.untilQuiet();
		const { leaked, perTask } = emulator.statistics();
		return {
			run: done,
			items: done.output(nodeName),
			tasks: perTask,
			requests: emulator.requests(),
			refusedAt: [],
			endedAt,
			leaked,
		};
	};
	const addFault = ({ call, fault }: Case, at: Condition) => {
		const arrange = call === 'file' ? (fault.arrangeFile ?? fault.arrange) : fault.arrange;
		if (arrange !== 'refuse') emulator.addFault(arrange(at, world));
	};

	/** Closes the port for a number of tries; returns when they were made. Before each of them the node sleeps once. */
	const refuse = async (call: Call, times: number) => {
		const refusedAt: number[] = [];
		let slept = 0;
		const afterSleep = async () => {
			const tries = slept - sleepsBefore[call];
			if (tries === 0) await emulator.stopListening();
			if (tries === times) await emulator.listenAgain();
			if (tries >= 0 && tries < times) refusedAt.push(time.now());
			slept++;
		};
		time.afterEachSleep(afterSleep);
		await afterSleep();
		return refusedAt;
	};
	const runRefused = async (call: Call, mode: Mode, times: number) => {
		// What an earlier run has left asleep wakes before, and is not taken for a sleep of this one.
		await time.sleep(longestSleepMs);
		try {
			const refusedAt = await refuse(call, times);
			return { ...(await runIn(mode)), refusedAt };
		} finally {
			time.afterEachSleep(async () => {});
			await emulator.listenAgain();
		}
	};

	return {
		stage,
		world,
		requestsElsewhere,
		run: async (given, mode, times) => {
			const { call, fault } = given;
			emulator.reset();
			if (call === 'file') emulator.setBehaviour({ durationMs: 0 });
			else if (fault.arrange === 'refuse') return await runRefused(call, mode, times);
			addFault(given, conditionOf(call, times));
			return await runIn(mode);
		},
		close: async () => {
			elsewhere.close();
			await stage.close();
		},
	};
}
