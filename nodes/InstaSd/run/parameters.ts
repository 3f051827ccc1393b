import type { IExecuteFunctions } from 'n8n-workflow';
import * as z from 'zod';

import { invalidInput } from '../api/failures';
import { fileTransports, nodeOptions, optionDefault } from '../api/nodeOptions';
import { isTaskId } from '../api/task';
import { parseBoolean, parseNumber } from '../inputs/scalars';
import { quoted } from '../inputs/wording';

/** What a parser makes of a value by an expression; what it makes undefined is refused. */
const optionRead = <T>(parse: (given: unknown) => T | undefined) =>
	z.unknown().transform((given, { addIssue }) => {
		const read = parse(given);
		if (read !== undefined) return read;
		addIssue({ code: 'custom' });
		return z.NEVER;
	});
const booleanOption = optionRead(parseBoolean);
const numberOption = (rule: z.ZodNumber) => optionRead(parseNumber).pipe(rule);
/** One of some choices, by its value or as the editor calls it. */
const choiceOption = <Value extends string>(...choices: Array<[value: Value, name: string]>) =>
	optionRead((given) => {
		const wanted = typeof given === 'string' ? given.trim().toLowerCase() : undefined;
		return choices.find((words) => words.some((word) => word.toLowerCase() === wanted))?.[0];
	});

const seconds = z.number().max(7 * 24 * 3600);
const count = z.number().int();

const options = z.object({
	answerWithinSeconds: numberOption(seconds.min(0)).default(optionDefault('answerWithinSeconds')),
	timeoutSeconds: numberOption(seconds.min(1)).default(optionDefault('timeoutSeconds')),
	tasksAtOnce: numberOption(count.min(1).max(1000)).default(optionDefault('tasksAtOnce')),
	generationsPerItem: numberOption(count.min(1).max(1000)).default(
		optionDefault('generationsPerItem'),
	),
	taskLimit: numberOption(count.min(0)).default(optionDefault('taskLimit')),
	pollingInterval: numberOption(z.number().min(0).max(3600)).default(
		optionDefault('pollingInterval'),
	),
	outputFieldName: z.string().trim().min(1).default(optionDefault('outputFieldName')),
	outputItems: choiceOption(['task', 'One Item per Task'], ['file', 'One Item per File']).default(
		optionDefault('outputItems'),
	),
	sendFilesAs: choiceOption(['base64', fileTransports.base64], ['url', fileTransports.url]).default(
		optionDefault('sendFilesAs'),
	),
	resubmitWhenUnsure: booleanOption.default(optionDefault('resubmitWhenUnsure')),
	includeInputFields: booleanOption.default(optionDefault('includeInputFields')),
	giveUpAfterMinutes: numberOption(z.number().min(0)).default(optionDefault('giveUpAfterMinutes')),
});

/** The options of the node, checked, with their defaults. */
export type Options = z.infer<typeof options>;

const givenOptions = z.record(z.unknown());

/**
 * The options as they are for an item.
 * @throws Failure INVALID_INPUT that names the option which is out of its range
 */
export function readOptions(context: IExecuteFunctions, item: number): Options {
	const given = givenOptions.parse(context.getNodeParameter('options', item, {}));
	// An expression that gives undefined is refused, not taken for the default: that of 'Task Limit' is no limit.
	const present = Object.fromEntries(
		Object.entries(given).map(([option, value]) => [option, value ?? null]),
	);
	const parsed = options.safeParse(present);
	if (parsed.success) return parsed.data;
	const option = optionName.parse(parsed.error.issues[0]?.path[0]);
	throw invalidInput(
		`Option '${nodeOptions[option].label}' takes ${accepted[option]}, not ${inWords(given[option])}`,
		'Correct the option, or the expression behind it. Nothing was sent for this item.',
	);
}

function inWords(given: unknown): string {
	return given === undefined || given === null ? 'nothing' : quoted(given);
}

const optionName = options.keyof();

/** What each option takes, in words. */
const accepted: Record<keyof Options, string> = {
	answerWithinSeconds: 'a number of seconds up to 604800, 0 for the default',
	timeoutSeconds: 'a number of seconds from 1 to 604800',
	tasksAtOnce: 'a whole number from 1 to 1000',
	generationsPerItem: 'a whole number from 1 to 1000',
	taskLimit: 'a whole number, 0 for no limit',
	pollingInterval: 'a number of seconds from 0 to 3600',
	outputFieldName: 'the name of a field',
	outputItems: "'task' or 'file'",
	sendFilesAs: "'base64' or 'url'",
	resubmitWhenUnsure: 'true or false',
	includeInputFields: 'true or false',
	giveUpAfterMinutes: 'a number of minutes, 0 for no end',
};

/**
 * Whether to fetch the files of an item's task. Never as the tool of an agent: agents drop binary data.
 * @throws Failure INVALID_INPUT when an expression gives what is neither yes nor no: the links would die unnoticed
 */
export function wantsFiles(
	{ context, isTool }: { context: IExecuteFunctions; isTool: boolean },
	item: number,
): boolean {
	if (isTool) return false;
	const given: unknown = context.getNodeParameter('downloadFiles', item, false);
	const wanted = parseBoolean(given);
	if (wanted !== undefined) return wanted;
	throw invalidInput(
		`The parameter 'Download Files' takes true or false, not ${inWords(given)}`,
		'Correct the expression behind it. Nothing was sent for this item.',
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

/** An option that is one number for the whole run, that of its first item. */
export function readRunOption(
	context: IExecuteFunctions,
	name: 'tasksAtOnce' | 'answerWithinSeconds',
): number {
	const fallback = optionDefault(name);
	const given = context.getNodeParameter(`options.${name}`, 0, fallback);
	return options.shape[name].catch(fallback).parse(given);
}
