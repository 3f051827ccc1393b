import type { IExecuteFunctions } from 'n8n-workflow';
import * as z from 'zod';

import { invalidInput } from '../api/failures';
import { type NodeOption, nodeOptions, nodeParameters } from '../api/nodeOptions';
import { isTaskId } from '../api/task';
import { parseBoolean, parseNumber } from '../inputs/scalars';
import { quoted } from '../inputs/wording';
import type { Shown } from '../outputs/items';

const optionsSchema = z.object({
	answerWithinSeconds: z.number(),
	giveUpAfterMinutes: z.number(),
	includeInputFields: z.boolean(),
	outputFieldName: z.string(),
	outputItems: z.enum(['file', 'task']),
	resubmitWhenUnsure: z.boolean(),
	sendFilesAs: z.enum(['base64', 'url']),
	taskLimit: z.number(),
	tasksAtOnce: z.number(),
	generationsPerItem: z.number(),
	timeoutSeconds: z.number(),
} satisfies Record<keyof typeof nodeOptions, z.ZodTypeAny>);

/** The options of the node, checked, with their defaults. */
export type Options = z.infer<typeof optionsSchema>;

const givenOptions = z.record(z.unknown());

/**
 * The options as they are for an item.
 * @throws Failure INVALID_INPUT that names the option which is out of its range
 */
export function readOptions(context: IExecuteFunctions, item: number): Options {
	const given = givenOptions.parse(context.getNodeParameter('options', item, {}));
	const read = Object.entries<NodeOption>(nodeOptions).map(([name, option]) => [
		name,
		// An expression that gives undefined is refused, not taken for the default: that of 'Task Limit' is no limit.
		Object.hasOwn(given, name) ? readChecked('Option', option, given[name]) : option.default,
	]);
	return optionsSchema.parse(Object.fromEntries(read));
}

/** @throws Failure INVALID_INPUT that says what the option or parameter takes */
function readChecked(what: string, option: NodeOption, given: unknown): unknown {
	return readOption(option, given) ?? refuse(`${what} '${option.label}'`, accepted(option), given);
}

function refuse(what: string, takes: string, given: unknown): never {
	const instead = given === undefined || given === null ? 'nothing' : quoted(given);
	throw invalidInput(
		`${what} takes ${takes}, not ${instead}`,
		'Correct it, or the expression behind it. Nothing was sent for this item.',
	);
}

/** An option's value, by an expression perhaps written as text; a choice also as the editor calls it. */
function readOption(option: NodeOption, given: unknown): unknown {
	const { choices, isWhole = false } = option;
	const text = typeof given === 'string' ? given.trim() : '';
	if (choices !== undefined) {
		const means = (word: string) => word.toLowerCase() === text.toLowerCase();
		return Object.keys(choices).find((value) => means(value) || means(choices[value]?.name ?? ''));
	}
	if (typeof option.default === 'boolean') return parseBoolean(given);
	if (typeof option.default === 'string') return text || undefined;
	const number = parseNumber(given);
	if (number === undefined) return undefined;
	const { min = number, max = number } = option;
	if (number < min || number > max) return undefined;
	return isWhole && !Number.isInteger(number) ? undefined : number;
}

/** What an option takes, in words. */
function accepted({ choices, default: usual, isWhole, min, max }: NodeOption): string {
	if (choices !== undefined) return Object.keys(choices).map(quoted).join(' or ');
	if (typeof usual === 'boolean') return 'true or false';
	if (typeof usual === 'string') return 'text';
	const bounds = max === undefined ? `, at least ${min}` : ` from ${min} to ${max}`;
	return `a ${isWhole ? 'whole ' : ''}number${bounds}`;
}

/** What an item's user wants of its task. */
export interface Wanted {
	/** Whether to fetch its files. Never as the tool of an agent: agents drop binary data. */
	download: boolean;
	/** Which of its fields the item has. */
	shown: Shown;
}

/** In a list or, as a program may write them, with commas or as JSON. */
const fieldNames = z
	.union([z.array(z.string()), z.string().transform((names) => names.match(/[^\s,"[\]]+/g) ?? [])])
	.optional()
	.catch(undefined);

/**
 * What the parameters beside the options say.
 * @throws Failure INVALID_INPUT when an expression gives what one cannot take: the links would die unnoticed
 */
export function readWanted(
	{ context, isTool }: { context: IExecuteFunctions; isTool: boolean },
	item: number,
): Wanted {
	const read = (name: keyof typeof nodeParameters, usual = nodeParameters[name].default) =>
		readChecked('The parameter', nodeParameters[name], context.getNodeParameter(name, item, usual));
	if (!isTool) {
		const shown = read('simplify') === true ? 'simple' : 'raw';
		return { download: read('downloadFiles') === true, shown };
	}
	const output = read('output');
	if (output !== 'fields') return { download: false, shown: output === 'raw' ? output : 'simple' };
	const given: unknown = context.getNodeParameter('fields', item, []);
	const shown = fieldNames.parse(given);
	if (shown === undefined) refuse("The parameter 'Fields'", 'names of fields', given);
	return { download: false, shown };
}

const taskIdText = z
	.union([z.string(), z.number()])
	.transform((id) => String(id).trim())
	.catch('');
const errorOfItem = z
	.object({ error: z.object({ task_id: taskIdText }) })
	.catch({ error: { task_id: '' } });

/**
 * The id of the task to ask for.
 * @throws Failure INVALID_INPUT when there is none
 */
export function readTaskId(context: IExecuteFunctions, item: number): string {
	const given = taskIdText.parse(context.getNodeParameter('taskId', item, ''));
	// An error item keeps its id in its error.
	const taskId = given || errorOfItem.parse(context.getInputData()[item]?.json).error.task_id;
	if (taskId === '') {
		throw invalidInput(
			"The parameter 'Task ID' is empty",
			"By default it is read from the item's field 'task_id'. If the node before is not an InstaSD node, give it the id.",
		);
	}
	if (!isTaskId(taskId)) {
		throw invalidInput(
			`The parameter 'Task ID' is not a valid task ID: '${taskId.slice(0, 80)}'`,
			'Give it the task_id that Run Task returned.',
		);
	}
	return taskId;
}

/** An option that is one number for the whole run, that of its first item. */
export function readRunOption(
	context: IExecuteFunctions,
	name: 'tasksAtOnce' | 'answerWithinSeconds',
): number {
	const given = context.getNodeParameter(`options.${name}`, 0, nodeOptions[name].default);
	return Number(readOption(nodeOptions[name], given) ?? nodeOptions[name].default);
}
