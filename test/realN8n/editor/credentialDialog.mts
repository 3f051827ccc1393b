import { eventually } from '../eventually.mts';
import { byTestId, chooseFromList, type Editor } from './browser.mts';

/** The dialog of a credential, as a person works with it. */
export interface CredentialDialog {
	/** Types over a field; without a text, what is on the clipboard. */
	paste(field: string, text?: string): Promise<void>;
	/** Gives it another name. */
	rename(name: string): Promise<void>;
	/** Chooses Postman or the separate fields. */
	setUpWith(way: string): Promise<void>;
	/** Waits until it says something in these words. */
	says(words: string): Promise<void>;
	/** Saves, which tests it too; gives what the test says, with its details. */
	save(): Promise<{ works: boolean; message: string }>;
	close(): Promise<void>;
}

/** Begins a new InstaSD credential from the list of credentials. */
export async function newCredential(editor: Editor): Promise<CredentialDialog> {
	const { page, dialog } = editor;
	await editor.open('/home/credentials');
	await byTestId(page, 'add-resource-credential').click();
	await byTestId(dialog, 'new-credential-type-select').locator('input').fill('InstaSD');
	await chooseFromList(page, 'InstaSD API');
	await byTestId(dialog, 'new-credential-type-button').click();
	await byTestId(dialog, 'editCredential-modal').waitFor();
	return credentialDialog(editor);
}

/** Begins a new InstaSD credential from the panel of a node that is open now. */
export async function newCredentialInPanel(editor: Editor): Promise<CredentialDialog> {
	const { page, dialog } = editor;
	const setUp = byTestId(dialog, 'node-credentials-empty-state').locator('button');
	const choose = byTestId(dialog, 'node-credentials-select').first();
	await setUp.or(choose).first().click();
	const modal = byTestId(page, 'editCredential-modal');
	const createNew = byTestId(page, 'node-credentials-select-item-new');
	await modal.or(createNew).first().waitFor();
	if (!(await modal.isVisible())) await createNew.click();
	await modal.waitFor();
	return credentialDialog(editor);
}

/** The dialog that is open now. */
export function credentialDialog({ page }: Editor): CredentialDialog {
	const dialog = byTestId(page, 'editCredential-modal');
	return {
		paste: async (field, text) => {
			const box = byTestId(dialog, `parameter-input-${field}`).locator('input, textarea');
			await box.click();
			await page.keyboard.press('ControlOrMeta+a');
			if (text === undefined) await page.keyboard.press('ControlOrMeta+v');
			else await page.keyboard.insertText(text);
		},
		rename: async (name) => {
			await byTestId(dialog, 'inline-edit-preview').click();
			await page.keyboard.press('ControlOrMeta+a');
			await page.keyboard.insertText(name);
		},
		setUpWith: async (way) => {
			await byTestId(dialog, 'parameter-input-setup').locator('input').click();
			await chooseFromList(page, way);
		},
		says: async (words) => await dialog.getByText(words).waitFor(),
		save: async () => {
			const tested = page.waitForResponse((response) =>
				response.url().endsWith('/rest/credentials/test'),
			);
			const button = byTestId(dialog, 'credential-save-button');
			const saved = button
				.locator('button:disabled:not([aria-busy="true"])')
				.or(button.filter({ hasText: 'Saved' }))
				.first();
			const closed = page.locator('body').filter({ hasNot: dialog });
			// The editor hears of the last field with a delay, and then wants to save once more.
			await eventually(async () => {
				await button.click({ timeout: 2000 }).catch(() => undefined);
				await saved.or(closed).first().waitFor({ timeout: 5000 });
			});
			await tested;
			// n8n closes the dialog of a credential that was made from a node's panel, and works.
			if (await closed.isVisible()) return { works: true, message: '' };
			const good = byTestId(dialog, 'credentials-config-container-test-success');
			const bad = dialog.getByText('Couldn’t connect with these settings');
			await good.or(bad).filter({ visible: true }).first().waitFor();
			if (await good.isVisible()) return { works: true, message: await good.innerText() };
			await dialog.getByText('More details').click();
			const container = byTestId(dialog, 'node-credentials-config-container');
			return { works: false, message: await container.innerText() };
		},
		close: async () => {
			if (await dialog.isHidden()) return;
			await dialog.getByRole('button', { name: 'Close' }).first().click();
			await dialog.waitFor({ state: 'hidden' });
		},
	};
}
