/**
 * The options of the node: the label, as shown in the editor and named in errors, and the default.
 */
export const nodeOptions = {
	answerWithinSeconds: { label: 'Answer Within (Seconds)', default: 0 },
	generationsPerItem: { label: 'Generations per Item', default: 1 },
	giveUpAfterMinutes: { label: 'Give Up After (Minutes)', default: 0 },
	includeInputFields: { label: 'Include Input Fields', default: false },
	outputFieldName: { label: 'Output Data Field Name', default: 'data' },
	outputItems: { label: 'Output Items', default: 'task' },
	pollingInterval: { label: 'Polling Interval', default: 0 },
	resubmitWhenUnsure: { label: 'Resubmit When Unsure', default: false },
	sendFilesAs: { label: 'Send Files As', default: 'base64' },
	taskLimit: { label: 'Task Limit', default: 0 },
	tasksAtOnce: { label: 'Tasks at Once', default: 5 },
	timeoutSeconds: { label: 'Timeout (Seconds)', default: 1800 },
} as const;

/** The choices of 'Send Files As'. */
export const fileTransports = { base64: 'Base64', url: 'Signed Link' } as const;

/** The default of an option. A function, because n8n's lint takes `x.default` for a missing default. */
export function optionDefault<Name extends keyof typeof nodeOptions>(
	name: Name,
): (typeof nodeOptions)[Name]['default'] {
	return nodeOptions[name].default;
}

/** The outputs of Get Status, in order: with them, a loop through a Wait node needs no If node. */
export const statusOutputs = ['Completed', 'Running', 'Failed'] as const;
