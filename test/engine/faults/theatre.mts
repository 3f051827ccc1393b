import { gzipSync } from 'node:zlib';
import type { INode, INodeExecutionData } from 'n8n-workflow';
import type { LoggedRequest } from '../../../sandbox/emulator/requestLog.mts';
import type { TaskReport } from '../../../sandbox/emulator/statistics.mts';
import type { Run } from '../harness/run.mts';
import type { NodeTime } from '../nodeTime.mts';
import { listen } from '../probe.mts';
import { nodeName, openStage, type Stage } from '../stage.mts';
import { middle } from './byTheRules.mts';
import {
	conditionOf,
	pollingInterval,
	taskMs,
	type Cell,
	type Condition,
	type World,
} from './cells.mts';

export const allModes = ['stop', 'continue', 'error output', 'Retry On Fail'] as const;
export type Mode = (typeof allModes)[number];

/** What "On Error" and "Retry On Fail" of the node can be set to. */
export const modes: Record<Mode, Partial<INode>> = {
	stop: {},
	continue: { onError: 'continueRegularOutput' },
	'error output': { onError: 'continueErrorOutput' },
	'Retry On Fail': { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 },
};

/** A run with a fault in it, and what the service saw of it. */
export interface Played {
	readonly run: Run;
	/** The items of the first output, and of the one for errors. */
	readonly items: INodeExecutionData[];
	readonly failed: INodeExecutionData[];
	/** The tasks that the service has taken. */
	readonly tasks: readonly TaskReport[];
	readonly requests: readonly LoggedRequest[];
	/** How many requests brought the token to another origin. */
	readonly leaked: number;
}

/** The real engine and the emulator, whose time is the node's. */
export interface Theatre {
	readonly stage: Stage;
	readonly world: World;
	/** The names of the headers of each request to the third origin. */
	readonly requestsElsewhere: string[][];
	/** Runs the example with a fault that is played so many times. */
	play(cell: Cell, mode: Mode, times: number): Promise<Played>;
	/** Runs the example with an item for each fault of a file. */
	playFiles(cells: readonly Cell[]): Promise<Played>;
	close(): Promise<void>;
}

/** Opens it in a time in which minutes pass in a moment. */
export async function openTheatre(time: NodeTime): Promise<Theatre> {
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

	const run = async (mode: Mode, items = 1): Promise<Played> => {
		time.fixChance(middle);
		const done = await stage.run(
			{ options: { pollingInterval } },
			{ node: modes[mode], mode: 'trigger', items: Array(items).fill({ json: {} }) },
		);
		const { leaked, perTask } = emulator.statistics();
		return {
			run: done,
			items: done.output(nodeName),
			failed: done.output(nodeName, 1),
			tasks: perTask,
			requests: emulator.requests(),
			leaked,
		};
	};
	const addFault = ({ call, fault }: Cell, at: Condition) => {
		const play = call === 'file' ? (fault.playFile ?? fault.play) : fault.play;
		if (play !== 'refuse') emulator.addFault(play(at, world));
	};

	/** Lets nobody listen for so many tries. Between two tries, and between two polls, the node sleeps once. */
	const refuse = async ({ call }: Cell, times: number) => {
		const first = call === 'submit' ? 0 : 1;
		let slept = 0;
		const afterSleep = async () => {
			if (slept === first) await emulator.stopListening();
			if (slept === first + times) await emulator.listenAgain();
			slept++;
		};
		time.afterEachSleep(afterSleep);
		await afterSleep();
	};

	return {
		stage,
		world,
		requestsElsewhere,
		play: async (cell, mode, times) => {
			emulator.reset();
			if (cell.call === 'file') emulator.setBehaviour({ durationMs: 0 });
			try {
				const condition = conditionOf(cell.call, times);
				if (cell.fault.play === 'refuse' && cell.call !== 'file') {
					await refuse(cell, times);
				} else addFault(cell, condition);
				return await run(mode);
			} finally {
				time.afterEachSleep(async () => {});
				await emulator.listenAgain();
			}
		},
		playFiles: async (cells) => {
			emulator.reset();
			emulator.setBehaviour({ durationMs: 0 });
			cells.forEach((cell, index) => {
				const times = cell.lasts ? Infinity : 1;
				addFault(cell, { call: 'file', times, taskNumber: index + 1 });
			});
			return await run('continue', cells.length);
		},
		close: async () => {
			elsewhere.close();
			await stage.close();
		},
	};
}
