import type { IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod';

import { invalidInput } from '../api/failures';
import { filesOf } from '../inputs/itemFiles';
import { planWholeBody, valuesFromJson } from '../inputs/jsonBody';
import type { PlannedInput } from '../inputs/plannedInput';
import { planInputs, valuesFromForm } from '../inputs/values';
import type { Options } from './parameters';
import type { Session } from './session';

const form = z.object({
	mappingMode: z.enum(['defineBelow', 'autoMapInputData']).catch('defineBelow'),
	value: z.record(z.unknown()).nullish(),
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

const values = z.record(z.unknown()).nullable();

/** How the user gives the inputs, the same for all items: as JSON, or by the form as it is before evaluation. */
export type InputMode = { kind: 'json' } | { kind: 'fields'; form: z.infer<typeof form> };

/** Reads the node's input mode. */
export function readInputMode(context: IExecuteFunctions): InputMode {
	if (context.getNodeParameter('inputMode', 0, 'fields') === 'json') return { kind: 'json' };
	const raw = context.getNodeParameter('inputs', 0, {}, { rawExpressions: true });
	return { kind: 'fields', form: form.parse(raw) };
}

/**
 * Reads the inputs of an item from the form or the JSON, and checks them.
 * @throws Failure INVALID_INPUT that names all inputs which are wrong
 */
export function readInputs(
	{ context, inputs }: Session,
	mode: InputMode,
	item: number,
	{ sendFilesAs }: Options,
): PlannedInput[] {
	if (mode.kind === 'json') {
		const json = context.getNodeParameter('inputsJson', item, '');
		if (inputs === undefined) return planWholeBody(json);
		return planInputs(inputs, valuesFromJson(inputs, json), filesOf(context, item, sendFilesAs));
	}
	if (inputs === undefined) throw noExample();
	// Unvalidated, because n8n's own check names inputs by their opaque ids and fails in automatic mapping.
	const evaluated = context.getNodeParameter('inputs.value', item, null, { skipValidation: true });
	const { mappingMode, schema, value } = mode.form;
	const filled = { mappingMode, schema, rawValue: value ?? {}, value: valuesOf(evaluated) };
	const { json = {} } = context.getInputData()[item] ?? {};
	const given = valuesFromForm(inputs, filled, json);
	return planInputs(inputs, given, filesOf(context, item, sendFilesAs));
}

/** @throws Failure INVALID_INPUT when an expression stands for the whole form, and gives something else */
function valuesOf(evaluated: unknown): Record<string, unknown> {
	const parsed = values.safeParse(evaluated);
	if (parsed.success) return parsed.data ?? {};
	throw invalidInput(
		'The values of the form are no object',
		'An expression for the whole form must give { "<input id>": value, … }. Or set \'Inputs\' to JSON.',
	);
}

function noExample() {
	return invalidInput(
		'The credential has no request example, so the inputs of the API are not known',
		"Open 'API Instructions' of your API in InstaSD, copy the sample request body of Run Task, and paste it into 'Request Example' of the credential. Or set 'Inputs' to JSON and give the whole body.",
	);
}
