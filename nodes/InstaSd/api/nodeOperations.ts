/** What an operation is. Form, hints, errors and tools are made from this; `operations/` has the story of each. */
export interface NodeOperation {
	/** As the editor shows it. */
	label: string;
	/** As the editor's list of actions, and the names of tools, have it. */
	action: string;
	description: string;
	/** What a model reads. n8n's own is the same for all operations of a node. */
	toolDescription: string;
	/** Whether it creates tasks, which costs credits; else it needs the id of one. */
	creates: boolean;
	/** Whether it waits until a task is over. */
	waits: boolean;
	/** What a simplified item has of a task, the most useful first: n8n asks for ten fields at most. */
	fields: readonly string[];
	/** If there are several: the last one takes the error items of a run that failed as a whole. A tool has one. */
	outputs?: readonly string[];
}

const links = ['task_id', 'status', 'image_urls', 'video_urls'];
const state = ['progress', 'finished', 'urls_expire_at', 'files'];

/** The fields that only a raw item has, unless they alone know something, such as the seeds of a task with several. */
export const rawFields = [
	...['estimated_steps', 'completed_steps', 'delay_time', 'execution_time', 'all_finished'],
	...['inputs', 'service_error'],
];

/** The operations of the node, as the editor lists them, the main one first. */
export const nodeOperations = {
	runAndWait: {
		label: 'Run and Wait',
		action: 'Generate image or video',
		description: 'Create a task for each item, wait until it is finished, and download its files',
		toolDescription:
			'Generates an image or video from the given inputs and returns links to it, which takes seconds to minutes; the links expire after 30 minutes. Every call creates a task and costs credits. If the answer says finished: false, it is still being made: ask for it by its task_id instead of calling this tool again. Images and videos are given as links. A call cannot be cancelled.',
		creates: true,
		waits: true,
		fields: [...links, 'cost', ...state, 'seed'],
	},
	runTask: {
		label: 'Run Task',
		action: 'Start task',
		description: 'Create a task for each item without waiting for it',
		toolDescription:
			"Starts generating an image or video from the given inputs and returns its task_id at once. The result takes seconds to minutes: get it later by the task_id, with the tool that gets a task's status. Every call creates a task and costs credits, and cannot be cancelled. Images and videos are given as links.",
		creates: true,
		waits: false,
		fields: [...links, 'submitted_at', ...state, 'seed'],
	},
	getStatus: {
		label: 'Get Status',
		action: 'Get task status',
		description: 'Check the status of a task once; download its files if it is finished',
		toolDescription:
			'Reports the progress of a task started earlier. Give its task_id. It answers at once and costs no credits. Once the image or video is finished, the answer has links to it; the links expire after 30 minutes, call again for fresh ones.',
		creates: false,
		waits: false,
		fields: [...links, 'cost', ...state, 'submitted_at'],
		// With them, a loop through a Wait node needs no If node.
		outputs: ['Completed', 'Running', 'Failed'],
	},
	waitForTask: {
		label: 'Wait for Task',
		action: 'Wait for task',
		description: 'Wait for a task that was created earlier, and download its files',
		toolDescription:
			'Waits until a task started earlier is finished, which takes seconds to minutes. Give its task_id. Returns links to its images and videos; the links expire after 30 minutes. Costs no credits. If the answer says finished: false, call this tool again.',
		creates: false,
		waits: true,
		fields: [...links, 'cost', ...state],
	},
} as const satisfies Record<string, NodeOperation>;

export type OperationName = keyof typeof nodeOperations;

export function isOperation(name: unknown): name is OperationName {
	return typeof name === 'string' && Object.hasOwn(nodeOperations, name);
}
