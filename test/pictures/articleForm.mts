import { textToImage } from '../../sandbox/emulator/apis.mts';
import type { NodePanel } from '../realN8n/editor/nodePanel.mts';

/** What a person might enter for the ten inputs of InstaSD's help article, by their titles. */
export const entries: Readonly<Record<string, string>> = {
	Prompt: 'The sun rises behind a chain of mountains',
	'Output Width': '768',
	'Output Height': '576',
	'Load Image': 'https://example.com/reference.png',
};

/** The id of an input of the article's API. */
export function idOf(title: string): string {
	const found = Object.entries(textToImage.inputs).find(([, input]) => input.title === title);
	if (found === undefined) throw new Error(`The article's API has no input '${title}'`);
	return found[0];
}

/** Fills in the form; what is not given stays as it is. */
export async function fillIn(
	panel: NodePanel,
	values: Readonly<Record<string, string>>,
): Promise<void> {
	await panel.labels();
	for (const [title, text] of Object.entries(values)) await panel.fill(idOf(title), text);
	await panel.stored(({ value }) => {
		for (const [title, text] of Object.entries(values)) {
			if (String(value?.[idOf(title)]) !== text) throw new Error(`'${title}' is not saved yet`);
		}
	});
}
