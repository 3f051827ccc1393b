import { limits } from '../../../nodes/InstaSd/api/limits';
import { gzipSync } from 'node:zlib';
import type { INode, INodeExecutionData } from 'n8n-workflow';
import { systemClock } from '../../../nodes/InstaSd/api/clock';
import type { Run } from '../harness/run.mts';
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
import { skipTime } from './skippedTime.mts';

/** What "On Error" and "Retry On Fail" of the node can be set to. */
export const modes = {
	stop: {},
	continue: { onError: 'continueRegularOutput' },
	'error output': { onError: 'continueErrorOutput' },
	'Retry On Fail': { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 },
} as const satisfies Record<string, Partial<INode>>;
export type Mode = keyof typeof modes;

/** A run with a fault in it, and what the service saw of it. */
export interface Played {
	readonly run: Run;
	/** The items of the first output, and of the one for errors. */
	readonly items: INodeExecutionData[];
	readonly failed: INodeExecutionData[];
	/** The tasks that the service has taken. */
	readonly taskIds: string[];
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

export async function openTheatre(): Promise<Theatre> {
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
	const stage = await openStage({
		behaviour: { durationMs: taskMs },
		now: () => systemClock.now(),
	});
	const { emulator } = stage;
	const world = { token: emulator.token, otherOrigin: `${elsewhere.url}/picture.png` };

	const run = async (mode: Mode, items = 1): Promise<Played> => {
		const done = await stage.run(
			{ options: { pollingInterval } },
			{ node: modes[mode], mode: 'trigger', items: Array(items).fill({ json: {} }) },
		);
		const { leaked, perTask } = emulator.statistics();
		return {
			run: done,
			items: done.output(nodeName),
			failed: done.output(nodeName, 1),
			taskIds: perTask.map(({ id }) => id),
			leaked,
		};
	};
	const addFault = ({ call, fault }: Cell, at: Condition) => {
		const play = call === 'file' ? (fault.playFile ?? fault.play) : fault.play;
		if (play !== 'refuse') emulator.addFault(play(at, world));
	};

	return {
		stage,
		world,
		requestsElsewhere,
		play: async (cell, mode, times) => {
			emulator.reset();
			if (cell.call === 'file') emulator.setBehaviour({ durationMs: 0 });
			const restore = quicken(cell);
			try {
				const condition = conditionOf(cell.call, times);
				if (cell.fault.play === 'refuse' && cell.call !== 'file') {
					await refuse(stage, cell, times);
				} else addFault(cell, condition);
				return await run(mode);
			} finally {
				restore();
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
			const [first] = cells;
			const restore = quicken(first);
			try {
				return await run('continue', cells.length);
			} finally {
				restore();
			}
		},
		close: async () => {
			elsewhere.close();
			await stage.close();
		},
	};
}

/**
 * Lets minutes pass in a moment, without chance, and lets the node notice a silence in less than half a second. Where
 * there is none, slowness is never taken for one.
 */
function quicken(cell: Cell | undefined): () => void {
	const isFile = cell?.call === 'file';
	const isSilent = cell?.fault.isSilent === true;
	const realTime = skipTime(isFile ? 200 : 1000);
	jest.spyOn(Math, 'random').mockImplementation(middle);
	jest.replaceProperty(limits, 'fileSilenceMs', isFile && isSilent ? 60_000 : 600_000);
	if (isSilent && !isFile) {
		jest.replaceProperty(limits, cell.call === 'submit' ? 'submitMs' : 'statusMs', 120);
	}
	return () => {
		jest.restoreAllMocks();
		realTime();
	};
}

/** Lets nobody listen for so many tries. Between two tries, and between two polls, the node sleeps once. */
async function refuse({ emulator }: Stage, { call }: Cell, times: number): Promise<void> {
	const { sleep } = systemClock;
	const first = call === 'submit' ? 0 : 1;
	let slept = 0;
	const afterSleep = async () => {
		if (slept === first) await emulator.stopListening();
		if (slept === first + times) await emulator.listenAgain();
		slept++;
	};
	systemClock.sleep = async (ms, signal) => {
		await sleep(ms, signal);
		await afterSleep();
	};
	await afterSleep();
}
