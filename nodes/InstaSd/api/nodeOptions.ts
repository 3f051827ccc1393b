/**
 * The options of the node: the label that the editor and errors use, and the default. Here, because every room may name
 * an option in an error.
 */
export const nodeOptions = {
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

/** The default of an option. A call, because n8n's lint takes a property such as `x.default` for a missing default. */
export function optionDefault<Name extends keyof typeof nodeOptions>(
	name: Name,
): (typeof nodeOptions)[Name]['default'] {
	return nodeOptions[name].default;
}
