import type { INodeExecutionData } from 'n8n-workflow';
import * as z from 'zod';

import { Failure, invalidInput } from '../api/failures';
import { limits } from '../api/limits';
import { nodeOptions } from '../api/nodeOptions';
import { whereSampleIs } from '../credential/refusals';
import { bodyTooLarge, plannedBytes } from '../inputs/body';
import type { PlannedInput } from '../inputs/inputTypes';
import { fileReferences, filesOf, refuseText } from '../inputs/itemFiles';
import { planWholeBody, valuesFromJson } from '../inputs/jsonBody';
import { planInputs } from '../inputs/planInputs';
import { keepsExecutions, requireLinks } from '../inputs/signedLinks';
import { leaveOutBlanks, valuesFromForm } from '../inputs/values';
import { LedgerEntry } from '../money/entry';
import { taskHasher } from '../money/record';
import { type Checked, checkEach, forEachTask, yieldingToEventLoop } from './forEachTask';
import { type Options, readOptions, readWanted } from './parameters';
import type { Planned, Session } from './session';

/** A task to pay for, checked and ready to be sent. */
export interface ToPay extends Planned {
	/** Its records in the ledger. */
	entry: LedgerEntry;
	/** What it will be sent with. */
	inputs(): PlannedInput[];
}

/** In bytes; a larger plan holds a file as text. It is read again at its turn, because hundreds would fill the memory. */
const keepUpTo = 100_000;

/**
 * Plans all items, and only then does work for each task of the plan.
 * @param work pays for the task, and returns its items
 */
export async function forEachPlanned(
	session: Session,
	work: (planned: ToPay) => Promise<INodeExecutionData[]>,
): Promise<INodeExecutionData[]> {
	const plans = await planTasks(session);
	// Whatever happens to a retry, its error names the tasks of the tries before.
	for await (const plan of yieldingToEventLoop(plans, session.service)) {
		if ('failure' in plan) continue;
		plan.entry.takeUp();
		const known = plan.look();
		if (known.kind === 'exists') session.log.found(known.taskId, plan.item);
	}
	const items = (await forEachTask(session, plans, work)).flat();
	if (session.service.signal.aborted) return items;
	// Judged by the field: n8n runs the node again for an item with an `error`, even if that field is the service's own.
	if (items.every(({ json }) => (json.error ?? null) === null)) {
		for (const plan of plans) if ('entry' in plan) plan.entry.delivered();
	}
	return items;
}

/** @throws Failure TASK_LIMIT when the items make more tasks than the user allows */
async function planTasks(session: Session): Promise<Array<Checked<ToPay>>> {
	const { context, ledger, operation, service } = session;
	const isKept = operation.waits || keepsExecutions(context);
	const read = inputReader(session);
	const hashes = taskHasher(context, service.baseUrl);
	const plans = await checkEach(session, async (item): Promise<ToPay[]> => {
		const options = readOptions(context, item);
		const wanted = readWanted(session, item);
		const inputs = read(item, options);
		const bytes = plannedBytes(inputs);
		if (bytes > limits.requestBytes) throw bodyTooLarge(inputs, bytes);
		requireLinks(context, inputs, isKept);
		await refuseText(context, inputs);
		const hashed = hashes(item, inputs);
		return Array.from({ length: options.generationsPerItem }, (_, generation) => {
			const entry = new LedgerEntry(ledger, item, generation, hashed);
			return {
				...{ item, options, ...wanted, entry },
				inputs: bytes > keepUpTo ? () => read(item, options) : () => inputs,
				look: () => entry.look(),
			};
		});
	});
	const tasks = plans.filter((plan) => 'entry' in plan);
	// An expression may give each item another limit, and 0 is none.
	const allowed = tasks.map(({ options }) => options.taskLimit).filter((most) => most > 0);
	if (allowed.length === 0) return plans;
	const limit = Math.min(...allowed);
	ledger.taskLimit = limit;
	if (tasks.length <= limit) return plans;
	throw new Failure({
		code: 'TASK_LIMIT',
		message: `The items make ${tasks.length} tasks, and the option '${nodeOptions.taskLimit.label}' allows ${limit}`,
		description: 'Nothing was sent. Raise the limit, or send fewer items.',
	});
}

const record = z.record(z.unknown());
const form = z.object({
	mappingMode: z.enum(['defineBelow', 'autoMapInputData']).catch('defineBelow'),
	value: z.unknown(),
	schema: z
		.array(
			z.object({
				id: z.string(),
				displayName: z.string().optional().catch(undefined),
				removed: z.boolean().optional().catch(undefined),
			}),
		)
		.catch([]),
});

/**
 * Returns the function that reads the inputs of an item, from the form or the JSON. It throws Failure INVALID_INPUT, which
 * names all that are wrong.
 */
function inputReader(session: Session): (item: number, o: Options) => PlannedInput[] {
	const { context, inputs, isTool } = session;
	if (context.getNodeParameter('inputMode', 0, 'fields') === 'json') {
		const raw = context.getNodeParameter('inputsJson', 0, '', { rawExpressions: true });
		const named = fileReferences(raw);
		return (item, { sendFilesAs }) => {
			const json = context.getNodeParameter('inputsJson', item, '');
			if (inputs === undefined) return planWholeBody(json);
			const given = valuesFromJson(inputs, json);
			if (isTool) leaveOutBlanks(inputs, given);
			return planInputs(inputs, given, filesOf(session, item, sendFilesAs, named));
		};
	}
	const raw = context.getNodeParameter('inputs', 0, {}, { rawExpressions: true });
	const parsed = form.safeParse(raw);
	if (!parsed.success) throw notAnObject("The form is not an object with the inputs under 'value'");
	const { mappingMode, schema, value } = parsed.data;
	// What automatic mapping leaves of a form counts for nothing.
	const named = mappingMode === 'defineBelow' ? fileReferences(value) : [];
	// A text where the whole form is an expression.
	const rawValue = record.catch({}).parse(value);
	return (item, { sendFilesAs }) => {
		if (inputs === undefined) throw noExample();
		// Unvalidated, because n8n's own check names inputs by their opaque ids and fails in automatic mapping.
		const skipValidation = { skipValidation: true };
		const evaluated = context.getNodeParameter('inputs.value', item, null, skipValidation);
		const values = record.nullable().safeParse(evaluated);
		if (!values.success) throw notAnObject();
		const filled = { mappingMode, schema, rawValue, value: values.data ?? {} };
		const { json = {} } = context.getInputData()[item] ?? {};
		const given = valuesFromForm(inputs, filled, json);
		if (isTool) leaveOutBlanks(inputs, given);
		return planInputs(inputs, given, filesOf(session, item, sendFilesAs, named));
	};
}

/** The whole form is an expression. */
function notAnObject(message = "The form's expression must return an object") {
	return invalidInput(
		message,
		'An expression for the whole form stands under its \'value\', and must give { "prompt": "…", "<title or ID>": value, … }. Or set \'Inputs\' to JSON.',
	);
}

function noExample() {
	return invalidInput(
		'The credential has no sample request body, so the inputs of the API are not known',
		`${whereSampleIs} Or set 'Inputs' to JSON and give the whole body.`,
	);
}
