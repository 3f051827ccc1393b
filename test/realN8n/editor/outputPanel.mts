import type { Locator } from 'playwright-core';
import { byTestId, type Editor } from './browser.mts';

/** The right side of a node's panel, as a person reads it. */
export interface OutputPanel {
	/** Chooses the tab Binary and gives the text of each file's card. */
	files(): Promise<string[]>;
	/** Clicks View on a file's card, counted from 0, and gives the image that opens. */
	viewImage(index: number): Promise<Locator>;
	/** Goes back from a file to the cards. */
	backToList(): Promise<void>;
	/** Waits for an error and gives its two texts. */
	error(): Promise<{ message: string; description: string }>;
	/** All that there is to read. */
	text(): Promise<string>;
	/** Unfolds a part of the error's details. */
	unfold(title: string): Promise<void>;
}

/** The output side of the panel that is open now. */
export function outputPanel({ dialog }: Editor): OutputPanel {
	const panel = byTestId(dialog, 'output-panel');
	const cards = panel.locator("[data-test-id^='ndv-binary-data_']");
	return {
		files: async () => {
			await byTestId(panel, 'radio-button-binary').click();
			await cards.first().waitFor();
			return await cards.allInnerTexts();
		},
		viewImage: async (index) => {
			await byTestId(cards.nth(index), 'ndv-view-binary-data').click();
			const image = byTestId(panel, 'ndv-data-container').locator('img');
			await image.waitFor();
			return image;
		},
		backToList: async () => await panel.getByText('Back to list').click(),
		error: async () => ({
			message: await byTestId(panel, 'node-error-message').innerText(),
			description: await byTestId(panel, 'node-error-description').innerText(),
		}),
		text: async () => await panel.innerText(),
		unfold: async (title) => await panel.getByText(title, { exact: true }).click(),
	};
}
