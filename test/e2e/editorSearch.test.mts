import type { Locator } from 'playwright-core';
import { operationOptions } from '../../nodes/InstaSd/operations/properties.ts';
import { textToImage } from '../../sandbox/emulator/apis.mts';
import { byTestId } from '../realN8n/editor/browser.mts';
import { openEditorStage } from '../realN8n/editor/editorStage.mts';
import { eventually } from '../realN8n/eventually.mts';
import { manually, saveNodes } from '../realN8n/nodes.mts';
import { useStage } from '../useStage.mts';

const stage = useStage(() => openEditorStage([textToImage]));

/** The nodes that the list names now, from top to bottom. */
const named = async (): Promise<string[]> =>
	(await items().allInnerTexts()).map((name) => name.trim());
const items = (): Locator => byTestId(stage().editor.page, 'node-creator-item-name');

/** Opens the list of nodes beside a trigger. */
const openList = async (): Promise<void> => {
	const { editor } = stage();
	const workflow = await saveNodes(stage(), [manually]);
	await editor.open(`/workflow/${workflow}`);
	await byTestId(editor.page, 'canvas-handle-plus').click();
	await items().first().waitFor();
};

/** What is listed while nobody searches. */
const category = 'AI';

/** Types into the list's search, and gives what it finds. */
const search = async (phrase: string): Promise<string[]> => {
	const bar = byTestId(stage().editor.page, 'node-creator-search-bar');
	await bar.fill('');
	await eventually(async () => expect(await named()).toContain(category));
	await bar.fill(phrase);
	return await eventually(async () => {
		const found = await named();
		expect(found).not.toContain(category);
		return found;
	});
};

describe('the list of nodes', () => {
	beforeAll(openList);

	it.each([
		'image generation',
		'image generator',
		'generate image',
		'generate an image',
		'create image',
		'text to image',
		'text-to-image',
		'image to image',
		'image to video',
		'generate video',
		'video generator',
		'ai image',
		'ai image generator',
		'ai video',
		'picture',
		'photo',
		'upscale',
		'comfy ui',
		'comfyui',
		'stable diffusion',
		'sdxl',
		'flux',
		'insta',
		...operationOptions.flatMap(({ name, action = '' }) => [name, action]),
		// While it is still being typed.
		'image gen',
		'text to im',
	])("shows the node first to somebody who looks for '%s'", async (phrase) => {
		const [first] = await search(phrase);
		expect(first).toBe('InstaSD');
	});

	it.each(['image', 'video'])("shows the node among the first ten for '%s' alone", async (word) => {
		expect((await search(word)).slice(0, 10)).toContain('InstaSD');
	});
});

it("has the node in the category AI, beside Google Gemini's", async () => {
	await openList();
	await items()
		.filter({ hasText: new RegExp(`^${category}$`) })
		.click();
	await items().filter({ hasText: 'Google Gemini' }).waitFor();
	expect(await named()).toEqual(expect.arrayContaining(['Google Gemini', 'InstaSD']));
	await stage().editor.picture('category AI');
});
