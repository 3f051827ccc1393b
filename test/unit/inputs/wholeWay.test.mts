import fc from 'fast-check';

import { readRequestExample } from '../../../nodes/InstaSd/credential/requestExample';
import { bodyOf, prepareRequest } from '../../../nodes/InstaSd/inputs/body';
import { needsValue } from '../../../nodes/InstaSd/inputs/acceptValue';
import { inputFields } from '../../../nodes/InstaSd/credential/form';
import type { ApiInput, PlannedInput } from '../../../nodes/InstaSd/inputs/inputTypes';
import { planWholeBody, valuesFromJson } from '../../../nodes/InstaSd/inputs/jsonBody';
import { knownInputs } from '../../../nodes/InstaSd/inputs/names';
import { planInputs } from '../../../nodes/InstaSd/inputs/planInputs';
import { type GivenValues, valuesFromForm } from '../../../nodes/InstaSd/inputs/values';
import { emptyItem, imageUrl, itemWith, unlessRefused } from './support.mts';

/** What happens to whatever is pasted, from the example to the body. */
const title = fc.oneof(
	fc.constantFrom(
		'Prompt',
		'Seed',
		'Seed (1-6)',
		'Load Image',
		'Load Video',
		'Skip lora?',
		'',
		'=x',
		'constructor',
	),
	fc.string({ unit: 'binary', maxLength: 30 }),
);
const sample = fc.oneof(
	fc.constantFrom(
		'',
		'42',
		imageUrl,
		'publicly available URL for the image',
		'random',
		'a cat, sitting',
		true,
		false,
		-0.5,
	),
	fc.maxSafeInteger(),
	fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }),
	fc.string({ unit: 'binary', maxLength: 30 }),
);
const id = fc.oneof(
	fc.stringMatching(/^[0-9a-f]{16}$/),
	fc.string({ unit: 'binary', maxLength: 20 }),
	fc.constantFrom('constructor', 'toString', 'value', 'inputs', '0'),
);
const entries = fc.uniqueArray(fc.tuple(id, fc.record({ title, value: sample })), {
	selector: ([key]) => key,
	minLength: 1,
	maxLength: 20,
});
/** The form of the contract has everything inside `inputs`, so an input of that name is no trouble. */
const exampleOf = (all: ReadonlyArray<[string, unknown]>) =>
	readRequestExample(JSON.stringify({ inputs: Object.fromEntries(all) })).inputs;

/** With 1 as each seed. */
const bodyFrom = (planned: PlannedInput[]) => {
	const request = prepareRequest(planned, () => 1, Array(planned.length).fill(1));
	return JSON.parse(bodyOf(request, new Map()));
};
const planOf = (inputs: ApiInput[], given: GivenValues, item = emptyItem) =>
	planInputs(inputs, given, item);
/** The form as the editor stores it when nobody has touched it. */
function untouchedForm(inputs: ApiInput[]) {
	const fields = inputFields(inputs);
	const value = Object.fromEntries(
		fields.flatMap((field) =>
			field.defaultValue === undefined ? [] : [[field.id, field.defaultValue]],
		),
	);
	return {
		mappingMode: 'defineBelow' as const,
		value,
		rawValue: value,
		schema: fields.map((field) => ({ id: field.id, removed: false })),
	};
}

test('an untouched form sends exactly the example, except for new seeds and required inputs', () => {
	fc.assert(
		fc.property(entries, (all) => {
			const inputs = exampleOf(all);
			const required = knownInputs(inputs).filter(({ isRequired }) => isRequired);
			const plan = unlessRefused(() =>
				planOf(inputs, valuesFromForm(inputs, untouchedForm(inputs), {})),
			);
			expect(plan === undefined).toBe(required.length > 0);
			if (plan === undefined) return;
			const seeds = inputs.filter(({ type }) => type === 'seed').map((input) => input.id);
			const expected = Object.fromEntries(
				all.map(([key, entry]) => [
					key,
					seeds.includes(key)
						? { ...entry, value: typeof entry.value === 'string' ? '1' : 1 }
						: entry,
				]),
			);
			expect(bodyFrom(plan)).toEqual(JSON.parse(JSON.stringify({ inputs: expected })));
		}),
		{ numRuns: 150 },
	);
});

test('the example sent back as JSON is the example, and nothing of it is lost without one', () => {
	fc.assert(
		fc.property(entries, (all) => {
			const text = JSON.stringify({ inputs: Object.fromEntries(all) });
			const inputs = exampleOf(all);
			const whole = bodyFrom(planWholeBody(text));
			const drawn = all.some(([, entry]) => /^\s*random\s*$/i.test(String(entry.value)));
			if (!drawn) expect(whole).toEqual(JSON.parse(text));
			const checked = unlessRefused(() => planOf(inputs, valuesFromJson(inputs, text)));
			expect(checked === undefined).toBe(inputs.some(needsValue));
		}),
		{ numRuns: 100 },
	);
});

const anyGiven = fc.oneof(
	sample,
	fc.constantFrom(null, undefined, 'data', 'true', '7', NaN, Infinity, 2 ** 60, 5n),
	fc.object({ maxDepth: 1 }),
);
const givenBy = (all: ReadonlyArray<[string, { title: string }]>) =>
	fc.array(
		fc.tuple(
			fc.oneof(fc.constantFrom(...all.flatMap(([key, entry]) => [key, entry.title])), id),
			anyGiven,
		),
		{ maxLength: 8 },
	);
const scenario = entries.chain((all) => fc.tuple(fc.constant(all), givenBy(all)));

test('whatever is given in whatever way, what is sent has every input of the example with its title, and nothing else', () => {
	const item = itemWith({ data: 10 });
	let plans = 0;
	fc.assert(
		fc.property(scenario, fc.boolean(), fc.boolean(), ([all, given], removed, rawIsNull) => {
			const inputs = exampleOf(all).map(
				(input): ApiInput => (needsValue(input) ? { ...input, sample: imageUrl } : input),
			);
			const object = Object.fromEntries(given);
			const form = {
				value: object,
				rawValue: rawIsNull ? Object.fromEntries(given.map(([key]) => [key, null])) : object,
				schema: given.map(([key]) => ({ id: key, removed })),
			};
			const ways: Array<() => GivenValues> = [
				() => valuesFromForm(inputs, { mappingMode: 'defineBelow', ...form }, {}),
				() => valuesFromForm(inputs, { mappingMode: 'autoMapInputData', ...form }, object),
				() => valuesFromJson(inputs, object),
			];
			for (const way of ways) {
				const plan = unlessRefused(() => planOf(inputs, way(), item));
				if (plan === undefined) continue;
				plans += 1;
				expect(plan.map((input) => [input.id, input.title])).toEqual(
					inputs.map((input) => [input.id, input.title]),
				);
				expect(Object.keys(bodyFrom(plan).inputs).sort()).toEqual(all.map(([key]) => key).sort());
			}
		}),
		{ numRuns: 150 },
	);
	expect(plans).toBeGreaterThan(50);
});

test('the order of the keys does not matter, not even for errors', () => {
	fc.assert(
		fc.property(scenario, ([all, given]) => {
			const inputs = exampleOf(all);
			const object = Object.fromEntries(given);
			const backwards = Object.fromEntries(Object.entries(object).reverse());
			const outcome = (json: Record<string, unknown>) => {
				const automatic = {
					mappingMode: 'autoMapInputData' as const,
					value: {},
					rawValue: {},
					schema: [],
				};
				return unlessRefused(() =>
					planOf(inputs, valuesFromForm(inputs, automatic, json), emptyItem),
				);
			};
			expect(outcome(backwards)).toEqual(outcome(object));
		}),
		{ numRuns: 100 },
	);
});
