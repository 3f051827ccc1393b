import type { IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod';

import { invalidInput } from '../api/failures';
import { isTaskId } from '../api/schemas';

const booleanOption = z.union([
	z.boolean(),
	z.enum(['true', 'false']).transform((word) => word === 'true'),
]);
/** A number, or text that spells one. Nothing is made of an expression that gives nothing: 0 can mean "no limit". */
const numberOption = (rule: z.ZodNumber) =>
	z.union([z.number(), z.string().trim().min(1).transform(Number)]).pipe(rule);

const options = z.object({
	timeoutSeconds: numberOption(
		z
			.number()
			.min(1)
			.max(7 * 24 * 3600),
	).default(1800),
	tasksAtOnce: numberOption(z.number().int().min(1).max(1000)).default(5),
	generationsPerItem: numberOption(z.number().int().min(1).max(1000)).default(1),
	taskLimit: numberOption(z.number().int().min(0)).default(0),
	pollingInterval: numberOption(z.number().min(0).max(3600)).default(0),
	outputFieldName: z.string().trim().min(1).default('data'),
	outputItems: z.enum(['task', 'file']).default('task'),
	sendFilesAs: z.enum(['base64', 'url']).default('base64'),
	resubmitWhenUnsure: booleanOption.default(false),
});

/** The options of the node, checked, with their defaults. */
export type Options = z.infer<typeof options>;

/**
 * The options as they are for an item.
 * @throws Failure INVALID_INPUT that names the option which is out of its range
 */
export function readOptions(context: IExecuteFunctions, item: number): Options {
	const parsed = options.safeParse(context.getNodeParameter('options', item, {}));
	if (parsed.success) return parsed.data;
	const [issue] = parsed.error.issues;
	throw invalidInput(
		`Option '${optionNames[String(issue?.path[0])] ?? String(issue?.path[0])}' is not valid: ${issue?.message ?? ''}`,
		'Correct the option, or the expression behind it. Nothing was sent.',
	);
}

const optionNames: Record<string, string> = {
	timeoutSeconds: 'Timeout',
	tasksAtOnce: 'Tasks at Once',
	generationsPerItem: 'Generations per Item',
	taskLimit: 'Task Limit',
	pollingInterval: 'Polling Interval',
	outputFieldName: 'Output Data Field Name',
	outputItems: 'Output Items',
	sendFilesAs: 'Send Files As',
	resubmitWhenUnsure: 'Resubmit When Unsure',
};

/** Whether to fetch the files of an item's task. Never as the tool of an agent: agents drop binary data. */
export function wantsFiles(context: IExecuteFunctions, item: number): boolean {
	const isTool = context.getNode().type.endsWith('Tool');
	return (
		!isTool &&
		booleanOption.catch(false).parse(context.getNodeParameter('downloadFiles', item, false))
	);
}

const taskIdText = z
	.union([z.string(), z.number()])
	.transform((id) => String(id).trim())
	.catch('');
const errorOfItem = z
	.object({ error: z.object({ task_id: z.unknown() }) })
	.catch({ error: { task_id: '' } });

/**
 * The id of the task to ask for.
 * @throws Failure INVALID_INPUT when there is none
 */
export function readTaskId(context: IExecuteFunctions, item: number): string {
	const given = [
		context.getNodeParameter('taskId', item, ''),
		// An error item keeps its id there.
		errorOfItem.parse(context.getInputData()[item]?.json).error.task_id,
	].map((candidate) => taskIdText.parse(candidate));
	const taskId = given.find((candidate) => candidate !== '') ?? '';
	if (taskId === '') {
		throw invalidInput(
			"The parameter 'Task ID' is empty",
			"By default it is read from the item's field 'task_id'. If the node before is not an InstaSD node, give it the id.",
		);
	}
	if (!isTaskId(taskId)) {
		throw invalidInput(
			`The parameter 'Task ID' is no id of a task: '${taskId.slice(0, 80)}'`,
			'Give it the task_id that Run Task gave.',
		);
	}
	return taskId;
}

/** How many tasks are worked on at the same time; one number for the whole run, by its first item. */
export function readTasksAtOnce(context: IExecuteFunctions): number {
	const given = context.getNodeParameter('options.tasksAtOnce', 0, 5);
	return options.shape.tasksAtOnce.catch(5).parse(given);
}
