import { useStage } from '../useStage.mts';
import { useNodeTime } from './nodeTime.mts';
import { chainOf, ids, nodeName } from './workflows.mts';
import { itemsOf, openStage, promptOfItem } from './stage.mts';

const time = useNodeTime();
const stage = useStage(() => openStage({ time, behaviour: { durationMs: 20 } }));

const included = { options: { includeInputFields: true } };
const rows = itemsOf({ prompt: 'a', row: 7, error: 'of the row' }, { prompt: 'b', row: 8 });

describe('Include Input Fields', () => {
	test.each(['runAndWait', 'runTask'])(
		'puts the incoming item of %s under input_item, and nothing else of it anywhere',
		async (operation) => {
			const run = await stage().run({ ...promptOfItem, ...included, operation }, { items: rows });
			const items = run.output(nodeName);
			expect(items.map(({ json }) => json.input_item)).toEqual(rows.map(({ json }) => json));
			for (const { json } of items) expect(Object.keys(json)).not.toContain('row');
			for (const { json } of items) expect(json.error).toBeUndefined();
		},
	);

	test('is off unless it is asked for', async () => {
		const run = await stage().run(promptOfItem, { items: rows });
		for (const { json } of run.output(nodeName)) expect(json).not.toHaveProperty('input_item');
	});

	test('never puts it into an error item, which n8n would then take for a success', async () => {
		stage().emulator.setBehaviour(({ number }) => (number === 1 ? { failWith: 'no memory' } : {}));
		const options = { ...included.options, tasksAtOnce: 1 };
		const run = await stage().run(
			{ ...promptOfItem, options },
			{ items: rows, node: { onError: 'continueErrorOutput' } },
		);
		expect(run.output(nodeName, 0)).toMatchObject([{ json: { input_item: { row: 8 } } }]);
		const [failed, ...more] = run.output(nodeName, 1);
		expect(more).toEqual([]);
		expect(failed?.json).toMatchObject({ error: { code: 'TASK_FAILED' } });
		expect(failed?.json).not.toHaveProperty('input_item');
	});

	test('keeps the row of Run Task through each round of a loop, without nesting', async () => {
		stage().emulator.setBehaviour({ durationMs: 3_600_000 });
		const ask = { operation: 'getStatus', downloadFiles: false, ...included };
		const workflow = chainOf(
			{ name: 'Run', parameters: { operation: 'runTask', ...promptOfItem, ...included } },
			{ name: 'First', parameters: ask },
			{ name: 'Second', parameters: ask },
		);
		// The chain goes on from Running.
		workflow.connections.First = { main: [[], workflow.connections.First?.main?.[0] ?? null] };
		const run = await stage().run({}, { workflow, items: rows });
		const last = run.output('Second', 1);
		expect(last.map(({ json }) => json.input_item)).toEqual(rows.map(({ json }) => json));
	});

	test('gives the incoming item of Wait for Task, if that has no input_item of its own', async () => {
		const [task] = await stage().submit('a');
		const item = { task_id: task?.task_id ?? '', row: 7 };
		const run = await stage().run(
			{ operation: 'waitForTask', ...included },
			{ items: itemsOf(item) },
		);
		expect(run.output(nodeName)[0]?.json.input_item).toEqual(item);
	});

	test('refuses an expression that gives neither yes nor no', async () => {
		const run = await stage().run(
			{ ...promptOfItem, options: { includeInputFields: '={{ "maybe" }}' } },
			{ items: rows },
		);
		expect(run.error?.message).toContain("Option 'Include Input Fields' takes true or false");
		expect(stage().emulator.statistics()).toMatchObject({ submits: 0 });
	});
});

describe('the seed', () => {
	interface Input {
		title: string;
		value: unknown;
	}
	/** The whole body of the API, some inputs changed. */
	const body = (
		changes: Record<string, Partial<Input>> = {},
	): { inputs: Record<string, Input> } => {
		const { inputs } = JSON.parse(stage().emulator.requestExample);
		const image = { value: 'https://example.com/a.png' };
		for (const [id, change] of Object.entries({ [ids.image]: image, ...changes })) {
			inputs[id] = { ...inputs[id], ...change };
		}
		return { inputs };
	};
	const sent = async (json: object, example: object | undefined) => {
		const requestExample = example === undefined ? '' : JSON.stringify(example);
		const run = await stage().run(
			{ inputMode: 'json', inputsJson: JSON.stringify(json) },
			{ credential: { ...stage().credential, requestExample } },
		);
		expect(run.error).toBeUndefined();
		return run.output(nodeName)[0]?.json ?? {};
	};

	test('that was drawn or pinned is at the top of the item', async () => {
		const drawn = await sent({ Seed: 'random' }, body());
		expect(drawn.seed).toEqual(expect.any(Number));
		expect(drawn.seed).toBe(Object(drawn.inputs)[ids.seed].value);
		expect((await sent({ [ids.seed]: 42 }, body())).seed).toBe(42);
	});

	test('is recognized by its title if the credential has no example', async () => {
		expect((await sent(body({ [ids.seed]: { value: 5 } }), undefined)).seed).toBe(5);
	});

	test('is absent where a task has two', async () => {
		const two = body({ [ids.width]: { title: 'Seed 2' } });
		expect(await sent({ Seed: 5 }, two)).not.toHaveProperty('seed');
	});

	test('does not keep an item of the node from being used as input again', async () => {
		const example = body({ [ids.seed]: { title: 'seed' } });
		const first = await sent({ seed: 'random' }, example);
		const again = await sent(first, example);
		expect(first.seed).toEqual(expect.any(Number));
		expect(again.seed).toBe(first.seed);
	});
});
