import type { NodeOperation } from './nodeOperations';

/** What an option is. Its default tells what it takes: a number, true or false, a choice, or text. */
export interface NodeOption {
	/** As the editor shows it, and errors name it. */
	label: string;
	default: number | boolean | string;
	description: string;
	/** Of a number; unbounded without. */
	min?: number;
	max?: number;
	isWhole?: boolean;
	/** The values to choose from, as the editor lists them. */
	choices?: Readonly<Record<string, { name: string; description: string }>>;
	/** Which operations have it; all by default. */
	of?: (operation: NodeOperation) => boolean;
	/** Whether tools alone have it, or all but tools: agents drop files, and know the inputs they gave. */
	tool?: 'only' | 'never';
	/** For n8n's AI builder. */
	builderHint?: string;
}

const week = 7 * 24 * 3600;

/** All but n8n's Custom API Call, for which the type that AI builders read would repeat it. */
export const all = () => true;
export const creating = ({ creates }: NodeOperation) => creates;
export const waiting = ({ waits }: NodeOperation) => waits;
export const checking = ({ creates, waits }: NodeOperation) => !creates && !waits;

/** The options of the node, in the order of their labels. Form, check and errors are made from this. */
export const nodeOptions = {
	answerWithinSeconds: {
		label: 'Answer Within (Seconds)',
		default: 0,
		min: 0,
		max: week,
		of: waiting,
		tool: 'only',
		description:
			'The model gets an answer by then, with the task_id if the task is not finished. 0 means 50 seconds over MCP, and no limit elsewhere.',
	},
	giveUpAfterMinutes: {
		label: 'Give Up After (Minutes)',
		default: 0,
		min: 0,
		of: checking,
		description:
			'A task that still runs this many minutes after Run Task leaves by the output Failed; it goes on at the service. 0 means never.',
	},
	includeInputFields: {
		label: 'Include Input Fields',
		default: false,
		tool: 'never',
		description:
			'Whether to add the fields of the incoming item, as input_item. Error items never have them.',
	},
	outputFieldName: {
		label: 'Output Data Field Name',
		default: 'data',
		tool: 'never',
		description:
			'The name of the output field for the first file; further files get data_1, data_2 and so on',
	},
	outputItems: {
		label: 'Output Items',
		default: 'task',
		choices: {
			file: { name: 'One Item per File', description: 'Each file in its own item' },
			task: { name: 'One Item per Task', description: 'All files of a task in one item' },
		},
		description: 'How the files of a task are divided into items',
	},
	resubmitWhenUnsure: {
		label: 'Resubmit When Unsure',
		default: false,
		of: creating,
		description:
			'Whether to send a task once more if it is unknown whether it was created. You may then pay for it twice, but never more often.',
	},
	sendFilesAs: {
		label: 'Send Files As',
		default: 'base64',
		choices: {
			base64: {
				name: 'Base64',
				description: 'Inside the request, which can be up to 10 MB in total',
			},
			url: {
				name: 'Signed Link',
				description:
					'A signed link that works for 7 days, or until n8n deletes the data of this execution. The service must be able to reach this n8n.',
			},
		},
		of: creating,
		tool: 'never',
		description: 'How to send files to the service',
	},
	taskLimit: {
		label: 'Task Limit',
		default: 0,
		min: 0,
		isWhole: true,
		of: creating,
		description:
			'The most tasks that one run may create, in all tries of Retry On Fail together. A run with more items creates none. 0 means no limit.',
		builderHint: 'Always set it.',
	},
	tasksAtOnce: {
		label: 'Tasks at Once',
		default: 5,
		min: 1,
		max: 1000,
		isWhole: true,
		description: 'How many tasks to process at the same time, read from the first item',
	},
	generationsPerItem: {
		label: 'Tasks per Item',
		default: 1,
		min: 1,
		max: 1000,
		isWhole: true,
		of: creating,
		description: 'How many tasks to create for each item, each with its own seed and its own cost',
	},
	timeoutSeconds: {
		label: 'Timeout (Seconds)',
		default: 1800,
		min: 1,
		max: week,
		of: waiting,
		description:
			'How long to wait for each task. A longer one goes on at the service; its ID is in the error.',
	},
} as const satisfies Record<string, NodeOption>;

/** Parameters beside the options, which are told in the same way. */
export const nodeParameters = {
	downloadFiles: {
		label: 'Download Files',
		default: false,
		tool: 'never',
		description:
			'Whether to download the images and videos of a finished task as files. Their links expire after 30 minutes.',
	},
	simplify: {
		label: 'Simplify',
		default: true,
		of: all,
		tool: 'never',
		description: 'Whether to return a simplified version of the response instead of the raw data',
	},
	output: {
		label: 'Output',
		default: 'simple',
		of: all,
		tool: 'only',
		choices: {
			raw: { name: 'Raw', description: 'All fields' },
			fields: {
				name: 'Selected Fields',
				description: 'Its task_id and the fields that you select',
			},
			simple: { name: 'Simplified', description: 'The most useful fields' },
		},
		description: 'Which fields of a task the model reads',
	},
} as const satisfies Record<string, NodeOption>;

/** The choices of 'Send Files As'. */
export const fileTransports = {
	base64: nodeOptions.sendFilesAs.choices.base64.name,
	url: nodeOptions.sendFilesAs.choices.url.name,
};
