import { readFileSync, writeFileSync } from 'node:fs';
import type { INodeParameters } from 'n8n-workflow';
import { useStage } from '../useStage.mts';
import { useNodeTime } from './nodeTime.mts';
import { call, openToolStage } from './toolStage.mts';

/** Everything here is written by hand, but what stands between these two. */
const page = 'docs/agents.md';
const [start, end] = ['\n### The picture is there\n', "\n## n8n's own Agents\n"];

/** A situation in which a model reads an answer of its tool. */
interface Situation {
	title: string;
	/** What it means, for the reader of the page. */
	about: string;
	/** What the model reads. */
	read: string;
}
const time = useNodeTime();
const stage = useStage(() =>
	openToolStage({ time, behaviour: { durationMs: 8_000, images: 1, cost: 0.012 } }),
);

/** What a model reads, with ids, links and dates that are the same in every run. */
const read = async (parameters: INodeParameters = {}, prompt = 'a lighthouse in a storm') => {
	const text = await call(await stage().toolOfWebhook({ parameters }), prompt);
	const ids = stage().created();
	return (
		[...ids.keys()]
			.reduce((kept, index) => kept.replaceAll(ids[index] ?? '', taskIds[index] ?? ''), text)
			// An MCP client reads the name of n8n's error.
			.replace(/^Error: /, 'NodeOperationError: ')
			.replaceAll(stage().emulator.fileOrigin, 'https://cdn.instasd.com')
			.replace(/[?&](expires|signature|token|sig|exp)=[^"]*/g, '')
			.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '2026-12-01T10:30:00.000Z')
			.replace(/"seed":\d+/, '"seed":3141592653')
	);
};
const taskIds = ['5f0c2a9e-6f0e-4e0b-9d1c-7a3b1c2d3e4f'];
const onlyTask = async () => {
	const [task] = await stage().submit('a lighthouse in a storm');
	return String(task?.task_id);
};
const long = () => stage().emulator.setBehaviour({ durationMs: 90_000 });

/** What each answers, by what happens before. */
const situations: Array<Omit<Situation, 'read'> & { answer: () => Promise<string> }> = [
	{
		title: 'The picture is there',
		about: 'After *Run and Wait*, and after *Get Status* of a finished task.',
		answer: async () => await read(),
	},
	{
		title: 'It takes longer than a minute',
		about: 'After *Run and Wait*. The task is paid for, and goes on.',
		answer: async () => {
			long();
			return await read();
		},
	},
	{
		title: 'A video was started',
		about: 'After *Run Task*.',
		answer: async () => await read({ operation: 'runTask' }),
	},
	{
		title: 'The task is still running',
		about: 'After *Get Status*.',
		answer: async () => {
			long();
			const taskId = await onlyTask();
			await time.sleep(40_000);
			return await read({ operation: 'getStatus', taskId });
		},
	},
	{
		title: 'The task failed',
		about: "After *Run and Wait*. The reason is the service's.",
		answer: async () => {
			stage().emulator.setBehaviour({ durationMs: 3_000, failWith: 'CUDA out of memory' });
			return await read();
		},
	},
	{
		title: 'A task that was started earlier failed',
		about: "After *Get Status*. `description` is the service's own reason.",
		answer: async () => {
			stage().emulator.setBehaviour({ durationMs: 3_000, failWith: 'CUDA out of memory' });
			const taskId = await onlyTask();
			await time.sleep(10_000);
			return await read({ operation: 'getStatus', taskId });
		},
	},
	{
		title: 'An input is wrong',
		about: 'Nothing is sent, and nothing is charged.',
		answer: async () => await read({}, ''),
	},
	{
		title: 'The service takes no task in time',
		about: 'The task was never sent, and never will be.',
		answer: async () => {
			const headers = { 'retry-after': '55' };
			stage().emulator.addFault({ call: 'submit', kind: 'status', status: 429, headers });
			return await read();
		},
	},
	{
		title: 'The reply to the order was lost',
		about: "A task may exist. n8n's log says so, too.",
		answer: async () => {
			stage().emulator.addFault({ call: 'submit', kind: 'resetAfter' });
			return await read();
		},
	},
];

beforeEach(() => time.fixChance(0.5));

const seen: Situation[] = [];

test.each(situations)(
	'a model reads what is to be done: $title',
	async ({ title, about, answer }) => {
		seen.push({ title, about, read: await answer() });
	},
);

test('what the page says is what a model reads', () => {
	const before = readFileSync(page, 'utf8');
	const [from, to] = [before.indexOf(start), before.indexOf(end)];
	expect([from, to]).not.toContain(-1);
	const sections = seen.map(({ title, about, read }) => {
		const kind = read.startsWith('[') ? 'json' : 'text';
		return `\n### ${title}\n\n${about}\n\n\`\`\`${kind}\n${read}\n\`\`\`\n`;
	});
	const text = before.slice(0, from) + sections.join('') + before.slice(to);
	if (process.env.UPDATE_DOCS === '1') writeFileSync(page, text);
	else if (before !== text) {
		throw new Error(
			`${page} is no longer true. Write it anew with: UPDATE_DOCS=1 npx jest test/engine/agentsPage`,
		);
	}
});
