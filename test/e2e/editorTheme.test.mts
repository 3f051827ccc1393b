import type { Locator } from 'playwright-core';
import { everyKind } from '../realN8n/apis.mts';
import { loadedImage } from '../realN8n/editor/images.mts';
import { formWorkflow } from '../realN8n/formWorkflow.mts';
import { nodeName } from '../realN8n/nodes.mts';
import { useStage } from '../useStage.mts';
import { openCanvas } from './canvas.mts';
import { openFormStage } from './formStage.mts';

const themes = ['light', 'dark'] as const;

const stage = useStage(openFormStage);

/** Where the icon of each theme comes from; all were loaded. */
const iconsOf = async (open: (theme: string) => Promise<Locator>): Promise<string[]> => {
	const icons: string[] = [];
	for (const theme of themes) {
		// n8n follows the system unless its user has chosen a theme.
		await stage().editor.page.emulateMedia({ colorScheme: theme });
		icons.push((await loadedImage(await open(theme))).src);
	}
	return icons;
};

describe('the icon', () => {
	it('of the node is there in the light and in the dark theme, and made for each', async () => {
		const { editor, credentialFor, api } = stage();
		const workflow = await formWorkflow(stage(), await credentialFor(api(everyKind.name)));
		const backgrounds = new Set<string>();
		const icons = await iconsOf(async (theme) => {
			const canvas = await openCanvas(editor, workflow);
			await editor.picture(`canvas ${theme}`);
			backgrounds.add(
				await editor.page.evaluate(() => getComputedStyle(document.body).backgroundColor),
			);
			return canvas.icon(nodeName);
		});
		expect(icons).toEqual([
			expect.stringMatching(/\/instaSd\.svg$/),
			expect.stringMatching(/\/instaSd\.dark\.svg$/),
		]);
		expect(backgrounds.size).toBe(2);
	});
});
