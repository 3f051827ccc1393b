import { saveCredential } from '../../sandbox/n8n/session.mts';
import type { SavedCredential } from '../../sandbox/n8n/examples.mts';
import { everyKindChanged, ids, imageWanted, samples } from '../realN8n/apis.mts';
import { credentialOf } from '../realN8n/stage.mts';
import { useStage } from '../useStage.mts';
import { openFormStage } from './formStage.mts';

const { prompt, width, strength, upscale, seed, image } = ids;

const stage = useStage(openFormStage);

describe('an example that changes in the credential', () => {
	const change = async ({ id }: SavedCredential) => {
		const { session, api } = stage();
		await saveCredential(session, credentialOf(api(everyKindChanged.name)), id);
	};

	it('is followed by the form when it is refreshed; what was entered stays', async () => {
		const panel = await stage().openForm();
		await panel.fill(prompt, 'my own');
		await panel.fill(width, '');
		await panel.flip(upscale);
		await panel.stored(({ value }) => expect(value?.[upscale]).toBe(false));
		await change(panel.credential);
		await panel.refresh();
		const { value } = await panel.stored(({ schema }) => expect(schema).toHaveLength(5));
		await stage().editor.picture('refreshed');
		expect(await panel.labels()).toEqual([
			'Prompt',
			'Output Width',
			expect.stringContaining('Seed'),
			'Upscale',
			'Height',
		]);
		expect(value).toEqual({ [prompt]: 'my own', [seed]: 'random', [upscale]: false });
		expect(await panel.shown(width)).toBe('');
		expect(await panel.shown('e100000000000001')).toBe('');
	});

	it('is followed without a refresh when the node is opened again, and the new inputs are asked for by name', async () => {
		const panel = await stage().openForm();
		await panel.labels();
		await panel.stored(({ value }) => expect(value).toBeTruthy());
		await change(panel.credential);
		await panel.reopen();
		await panel.stored(({ schema }) => expect(schema).toHaveLength(5));
		const { result } = await panel.execute();
		expect(result.error?.message).toContain("'Height'");
		await panel.fill('e100000000000001', '1024');
		await panel.stored(({ value }) => expect(value?.e100000000000001).toBe(1024));
		const { status } = await panel.execute();
		expect(status).toBe('success');
		expect(stage().sentValues()).toEqual([
			{
				[prompt]: 'cat',
				[width]: 880,
				[seed]: expect.any(Number),
				[upscale]: true,
				e100000000000001: 1024,
			},
		]);
	});
});

describe('another credential', () => {
	it('chosen for a filled-in form is refused, not run with its example, until the form follows', async () => {
		const other = await stage().credentialFor(stage().api(imageWanted.name));
		const panel = await stage().openForm();
		await panel.fill(prompt, 'my own');
		await panel.stored(({ value }) => expect(value?.[prompt]).toBe('my own'));
		await panel.chooseCredential(other.name);
		await panel.stored((_, { credentials }) => expect(credentials?.instaSdApi?.id).toBe(other.id));
		const { result } = await panel.execute();
		await stage().editor.picture('form of another API');
		expect(result.error?.message).toContain('a different API');
		expect(stage().sent()).toEqual([]);
		await panel.refresh();
		const { value } = await panel.stored(({ schema }) => expect(schema).toHaveLength(2));
		expect(value ?? {}).toEqual({});
	});
});

describe('switching', () => {
	it('between Run and Wait and Run Task keeps what was entered', async () => {
		const panel = await stage().openForm();
		await panel.fill(prompt, 'my own');
		await panel.fill(strength, '0.9');
		await panel.remove(image);
		await panel.stored(({ value }) => expect(value).not.toHaveProperty(image));
		await panel.choose('operation', 'Run Task');
		await panel.stored((_, { parameters }) => expect(parameters.operation).toBe('runTask'));
		expect(await panel.shown(prompt)).toBe('my own');
		expect(await panel.shown(strength)).toBe('0.9');
		const { status } = await panel.execute();
		expect(status).toBe('success');
		expect(stage().sentValues()).toEqual([
			{
				...samples,
				[prompt]: 'my own',
				[strength]: 0.9,
				[seed]: expect.any(Number),
			},
		]);
	});
});
