import type { INodeParameters } from 'n8n-workflow';
import { productPicture } from '../../sandbox/emulator/apis.mts';
import { useStage } from '../useStage.mts';
import { useNodeTime } from './nodeTime.mts';
import { itemsOf, openStage } from './stage.mts';
import { call, openToolStage } from './toolStage.mts';
import { ids, nodeName } from './workflows.mts';

/** Inputs that nobody gives are sent as in the sample, and whoever forgot one must learn it. */
const time = useNodeTime();
const behaviour = { durationMs: 500, images: 0 };
const json = (inputsJson: string): INodeParameters => ({ inputMode: 'json', inputsJson });

describe('the hint after a run', () => {
	const stage = useStage(() => openStage({ time, behaviour, apis: [productPicture] }));
	const hintAfter = async (parameters: INodeParameters, items = itemsOf({ prompt: 'a mug' })) => {
		const run = await stage().run(parameters, { items });
		expect(run.error).toBeUndefined();
		return run.nodes[nodeName]?.[0]?.hints[0]?.message;
	};
	const automatic: INodeParameters = { inputs: { mappingMode: 'autoMapInputData', value: null } };

	test.each([
		['JSON', json('{ "prompt": "a mug" }')],
		['automatic mapping', automatic],
	])('says what %s has left out, files first, and never the seed', async (_, parameters) => {
		expect(await hintAfter(parameters)).toContain('Taken from the sample: Product Photo, Width.');
	});

	test('says it once for rows of which some lack it', async () => {
		const rows = itemsOf({ prompt: 'a' }, { prompt: 'b', Width: 8 }, { prompt: 'c' });
		const hint = await hintAfter(automatic, rows);
		expect(hint?.match(/Product Photo/g)).toHaveLength(1);
	});

	test('names a file first, also where only a later row lacks it', async () => {
		const rows = itemsOf({ prompt: 'a', image: 'https://example.com/mug.png' }, { prompt: 'b' });
		const parameters = { ...automatic, options: { tasksAtOnce: 1 } };
		expect(await hintAfter(parameters, rows)).toContain('sample: Product Photo, Width.');
	});

	test('says nothing where everything was given', async () => {
		const all = '{ "prompt": "a mug", "image": "https://example.com/mug.png", "Width": 8 }';
		expect(await hintAfter(json(all))).not.toContain('sample');
	});
});

describe('the answer of a tool', () => {
	const stage = useStage(() => openToolStage({ time, behaviour }));

	test('has it as a field, with five names at most', async () => {
		const tool = await stage().toolOfWebhook({
			parameters: json(
				`={{ { prompt: $fromAI('Prompt', '', 'string'), image: 'https://example.com/a.png' } }}`,
			),
		});
		const [answer] = JSON.parse(await call(tool, 'a cat'));
		expect(answer.from_sample).toEqual([
			...['Output Width', 'Output Height', 'Steps (8-12)', 'Strength (0-1)', 'Batch Size'],
		]);
	});

	test('has none where the form was filled in', async () => {
		const tool = await stage().toolOfWebhook();
		const [answer] = JSON.parse(await call(tool, 'a cat'));
		expect(answer).not.toHaveProperty('from_sample');
		expect(stage().emulator.task(answer.task_id)?.inputs?.[ids.prompt]?.value).toBe('a cat');
	});
});
