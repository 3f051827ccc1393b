import { everyKind, ids, inChinese, samples } from '../realN8n/apis.mts';
import { isRemoved } from '../realN8n/editor/storedForm.mts';
import { useStage } from '../useStage.mts';
import { openFormStage } from './formStage.mts';

const { prompt, width, strength, upscale, seed, image } = ids;

const stage = useStage(openFormStage);

describe('an untouched form', () => {
	it('has a field with its title for every input, and shows the values of the example', async () => {
		const panel = await stage().openForm();
		expect(await panel.labels()).toEqual([
			'Prompt',
			'Width',
			'Strength (0-1)',
			'Upscale',
			expect.stringContaining('Seed'),
			expect.stringContaining('Load Image'),
		]);
		await stage().editor.picture('untouched');
		expect(await panel.shown(prompt)).toBe('cat');
		expect(await panel.shown(width)).toBe('880');
		expect(await panel.shown(strength)).toBe('0.3');
		expect(await panel.shown(upscale)).toBe(true);
		expect(await panel.shown(seed)).toBe('random');
		expect(await panel.shown(image)).toBe('https://example.com/sample.png');
	});

	it('sends exactly the example, no number as 0 and no switch as off, and draws the seed', async () => {
		const panel = await stage().openForm();
		await panel.labels();
		const execution = await panel.execute();
		expect(execution.status).toBe('success');
		expect(stage().sentValues()).toEqual([{ ...samples, [seed]: expect.any(Number) }]);
		expect(Object.entries(stage().sent()[0] ?? {}).map(([, { title }]) => title)).toEqual(
			Object.values(everyKind.inputs).map(({ title }) => title),
		);
		await panel.execute();
		const seeds = stage().sentFor(seed);
		expect(new Set(seeds).size).toBe(2);
	});

	it('shows titles in another script without numbers, and asks for the prompt', async () => {
		const panel = await stage().openForm({ api: inChinese.name });
		expect(await panel.labels()).toEqual([...['提示词 (required)', '宽度', '高度', '种子']]);
		await stage().editor.picture('in Chinese');
		const [written = '', , , drawn = ''] = Object.keys(inChinese.inputs);
		expect(await panel.shown(written)).toBe('');
		expect(await panel.shown(drawn)).toBe('random');
	});
});

describe('a field that is changed', () => {
	it('sends what was typed, as the kind of value the API wants', async () => {
		const panel = await stage().openForm();
		await panel.fill(prompt, 'a dog');
		await panel.fill(width, '1024');
		await panel.fill(strength, '0.75');
		await panel.flip(upscale);
		await panel.fill(seed, '7');
		await panel.fill(image, 'https://example.com/mine.png');
		await panel.stored(({ value }) => expect(value?.[image]).toBe('https://example.com/mine.png'));
		await stage().editor.picture('typed');
		await panel.execute();
		expect(stage().sentValues()).toEqual([
			{
				[prompt]: 'a dog',
				[width]: 1024,
				[strength]: 0.75,
				[upscale]: false,
				[seed]: 7,
				[image]: 'https://example.com/mine.png',
			},
		]);
	});
});

describe('a field that is emptied', () => {
	it('sends empty text for a text', async () => {
		const panel = await stage().openForm();
		await panel.fill(prompt, '');
		const stored = await panel.stored(({ value }) => {
			expect(value).toBeTruthy();
			expect(value).not.toHaveProperty(prompt);
		});
		expect(isRemoved(stored, prompt)).toBe(false);
		await panel.execute();
		expect(stage().sentValues()).toEqual([
			{ ...samples, [prompt]: '', [seed]: expect.any(Number) },
		]);
	});

	it('stays empty when the node is closed and opened again', async () => {
		const panel = await stage().openForm();
		await panel.fill(prompt, '');
		await panel.fill(width, '');
		await panel.stored(({ value }) => expect(value).not.toHaveProperty(width));
		await panel.reopen();
		await panel.labels();
		expect(await panel.shown(prompt)).toBe('');
		expect(await panel.shown(width)).toBe('');
		await stage().editor.page.reload();
		await panel.labels();
		expect(await panel.shown(prompt)).toBe('');
		expect(await panel.shown(width)).toBe('');
	});
});

describe('a field that is removed', () => {
	it('sends the value of the example', async () => {
		const panel = await stage().openForm();
		await panel.fill(prompt, 'a dog');
		await panel.fill(width, '');
		for (const input of [prompt, width, upscale]) await panel.remove(input);
		const stored = await panel.stored((now) => expect(isRemoved(now, upscale)).toBe(true));
		expect(stored.value).not.toHaveProperty(prompt);
		expect(isRemoved(stored, prompt)).toBe(true);
		await stage().editor.picture('removed');
		await panel.execute();
		expect(stage().sentValues()).toEqual([{ ...samples, [seed]: expect.any(Number) }]);
	});
});
