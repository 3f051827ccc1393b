import type { INodeParameters } from 'n8n-workflow';
import type { Execution } from '../harness/execution.mts';
import type { Run } from '../harness/run.mts';
import { withParameters } from '../harness/workflowFile.mts';
import { itemsOf, promptOfItem } from '../stage.mts';
import { call, type ToolStage } from '../toolStage.mts';
import { ids, nodeName, type NodeSettings } from '../workflows.mts';
import { patienceMs } from './service.mts';
import type { Act, Story } from './story.mts';

/** A run of its own, with its own prompts. */
export async function start(
	stage: ToolStage,
	story: Story,
	prompts: readonly string[],
	timeout?: Promise<void>,
): Promise<Execution> {
	const { caller } = story;
	const planned = story.generations * (caller === 'workflow' ? prompts.length : 1);
	const options: INodeParameters = {
		taskLimit: story.spareTasks === null ? 0 : planned + story.spareTasks,
		generationsPerItem: story.generations,
		tasksAtOnce: story.tasksAtOnce,
		resubmitWhenUnsure: story.resubmit,
		timeoutSeconds: patienceMs / 1000,
		answerWithinSeconds: story.answerWithin,
	};
	const parameters: INodeParameters = { operation: story.operation, options };
	const node: NodeSettings = {
		onError: story.onError,
		...(story.tries > 1
			? // Without a pause in real time, in which the node's time would pass.
				{ retryOnFail: true, maxTries: story.tries, waitBetweenTries: -1 }
			: {}),
	};
	const ending = timeout === undefined ? {} : { timeout };
	if (caller === 'workflow') {
		const items = itemsOf(...prompts.map((prompt) => ({ prompt })));
		if (!story.withFile) {
			const settings = { ...ending, items, node, mode: 'trigger' as const };
			return stage.start({ ...promptOfItem, ...parameters }, settings);
		}
		const withFile = async (item: (typeof items)[number]) => {
			return { ...item, binary: { photo: await upload(stage) } };
		};
		const uploaded = await Promise.all(items.map(withFile));
		const settings = { ...ending, items: uploaded, node, mode: 'webhook' as const };
		return stage.start({ ...promptAndFile, ...parameters }, settings);
	}
	const settings = { ...ending, node, parameters };
	if (caller === 'engine requests') {
		const calls = prompts.map((prompt, index) => ({ id: `call-${index}`, prompt }));
		return stage.startAgent({ calls, toolName: nodeName }, settings);
	}
	return stage.startAgent(
		{
			step: async (makeTool) => {
				if (caller === 'invoke, side by side') {
					// Two tools of one step count the same run indexes. With other arguments each, n8n mixes them up.
					const isSame = new Set(prompts).size === 1;
					const tool = await makeTool();
					const tools = isSame ? [tool, await makeTool()] : [tool];
					return await Promise.all(
						prompts.map(async (prompt, index) => {
							return await call(tools[index % tools.length] ?? tool, prompt);
						}),
					);
				}
				const read: string[] = [];
				for (const prompt of prompts) read.push(await call(await makeTool(), prompt));
				return read;
			},
		},
		settings,
	);
}

const promptAndFile: INodeParameters = {
	inputs: { value: { [ids.prompt]: '={{ $json.prompt }}', [ids.image]: 'photo' } },
};

/** A file that looks like all others. */
async function upload({ engine }: ToolStage) {
	return await engine.uploaded(Buffer.alloc(200, 'a'), {
		fileName: 'photo.png',
		mimeType: 'image/png',
	});
}

/** "Retry" in the list of executions; with an edit, of the saved workflow. */
export function retry(
	stage: ToolStage,
	before: Run,
	edit?: INodeParameters,
	timeout?: Promise<void>,
): Execution {
	const workflow =
		edit === undefined ? before.workflow : withParameters(before.workflow, { [nodeName]: edit });
	return stage.start(
		{},
		{ workflow, retryOf: before, ...(timeout === undefined ? {} : { timeout }) },
	);
}

/** What the user changes in the workflow before a retry. */
export function editOf({ what }: Act, firstPrompt: string): INodeParameters | undefined {
	switch (what) {
		case 'retry with another prompt for item 0':
			return {
				inputs: {
					value: { [ids.prompt]: `={{ $itemIndex === 0 ? '${firstPrompt}' : $json.prompt }}` },
				},
			};
		case 'retry with other tasks at once':
			return { options: { tasksAtOnce: 5 } };
		case 'retry with Resubmit When Unsure':
			return { options: { resubmitWhenUnsure: true } };
		case 'retry without Resubmit When Unsure':
			return { options: { resubmitWhenUnsure: false } };
		default:
			return undefined;
	}
}
