import type { Run } from '../harness/run.mts';
import { limits, useNodeTime } from '../nodeTime.mts';
import { nodeName, openStage, until, type Stage } from '../stage.mts';
import { watchHeldBytes } from './heldBytes.mts';
import { startRawService, taskId, type RawService } from './rawService.mts';
import { shapeNames, token, type RawReply } from './replies.mts';

/** What of a body was on its way when enough had come. */
const onItsWay = 4 * 65_536;

const time = useNodeTime();
let stage: Stage;
let service: RawService;
const uncaught: unknown[] = [];
const note = (error: unknown) => uncaught.push(error);
beforeAll(async () => {
	stage = await openStage({ time });
	service = await startRawService();
	time.watch(service);
	process.on('uncaughtException', note).on('unhandledRejection', note);
});
afterAll(async () => {
	process.off('uncaughtException', note).off('unhandledRejection', note);
	service.close();
	await stage.close();
});

type Moment = Parameters<RawService['play']>[1];

/** Runs a workflow of one task in which one call is answered so. */
async function play(reply: RawReply, at: Moment) {
	service.play(reply, at);
	const held = watchHeldBytes();
	try {
		const run = await stage.run(
			{ downloadFiles: false },
			{
				credential: { ...stage.credential, apiUrl: service.url, apiToken: token },
				node: { onError: 'continueRegularOutput' },
				mode: 'trigger',
			},
		);
		await until('the end of every connection', () => service.unfinished() === 0);
		return { run, bytes: held.most(), turns: held.turns(), unfinished: service.unfinished() };
	} finally {
		held.stop();
	}
}

type Played = Awaited<ReturnType<typeof play>>;

function expectPromises({ run, bytes, turns, unfinished }: Played, at: Moment): void {
	expect(uncaught.splice(0)).toEqual([]);
	// Whatever was given up, its connection is closed.
	expect(unfinished).toBe(0);
	expect(run.status).toBe('success');
	expect(service.submits()).toBe(1);
	expect(bytes).toBeLessThanOrEqual(limits.reply.bytes + onItsWay);
	expect(turns).toBeLessThanOrEqual(1000);

	const [item, ...others] = run.output(nodeName);
	expect(others).toEqual([]);
	const told = Object(item?.json.error);
	expect([item?.json.finished ?? false, typeof told.code]).toEqual(
		item?.json.error === undefined ? [true, 'undefined'] : [false, 'string'],
	);
	if (at.call === 'status') expect(JSON.stringify(item?.json)).toContain(taskId);
	expect(traces(run)).not.toContain(token);
}

/** All that a run leaves behind, also as somebody reads it who takes escapes for what they stand for. */
function traces({ data, serverLog, error, stored, customData }: Run): string {
	const all = JSON.stringify([data, serverLog, error?.message, stored, customData]);
	const plain = all
		.replace(/\\+u00([\da-f]{2})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
		.replace(/\\+\//g, '/');
	return `${all}\n${plain}`;
}

const worst: RawReply = {
	...{ shape: 'much too long', compression: 'none', hasLength: true, ending: 'left open' },
};
const moments: Moment[] = [
	{ call: 'submit', nth: 1 },
	{ call: 'status', nth: 1 },
];

describe.each(moments)('in place of the reply to a $call,', (at) => {
	test.each(['none', 'gzip', 'deflate', 'raw deflate', 'br'] as const)(
		'60 MB (compression: %s) do not fill the memory of n8n',
		async (compression) => {
			const played = await play({ ...worst, compression }, at);
			expectPromises(played, at);
			expect(played.bytes).toBeGreaterThan(limits.reply.bytes / 2);
		},
	);

	test.each(['left open', 'drips'] as const)(
		'a body that never ends (%s) is given up, and its connection closed',
		async (ending) => {
			const reply: RawReply = { ...worst, shape: 'a task', hasLength: false, ending };
			expectPromises(await play(reply, at), at);
		},
	);

	test('one that is too long is not kept open until its timeout', async () => {
		time.limit('submitMs', Infinity);
		expectPromises(await play({ ...worst, shape: 'just too long', hasLength: false }, at), at);
	});

	test.each(shapeNames)('whatever it holds, no promise breaks: %s', async (shape) => {
		const played = await play({ ...worst, shape }, at);
		expectPromises(played, at);
		// Many values take more memory than their bytes, so they are given up earlier.
		if (shape.startsWith('many')) expect(played.bytes).toBeLessThan(limits.reply.bytes / 4);
	});

	test.each(['gzip that is none', 'br that is none', 'unknown'] as const)(
		'whatever its compression, no promise breaks: %s',
		async (compression) => {
			expectPromises(await play({ ...worst, shape: 'a task', compression }, at), at);
		},
	);
});
