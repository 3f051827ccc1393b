import { textToImage } from '../../sandbox/emulator/apis.mts';
import { byTestId } from '../realN8n/editor/browser.mts';
import { newCredential } from '../realN8n/editor/credentialDialog.mts';
import type { PictureMaker } from './studio.mts';

/** The dialog of the credential with a pasted sample, and n8n's word that it works. */
export const credential: PictureMaker = {
	file: 'credential.png',
	make: async ({ api, editor, shoot }) => {
		const { apiUrl, token, requestExample } = api(textToImage.name);
		const dialog = await newCredential(editor);
		await dialog.paste('apiUrl', apiUrl);
		await dialog.paste('apiToken', token);
		await dialog.paste('requestExample', requestExample);
		await dialog.rename('Product photos');
		const { works, message } = await dialog.save();
		if (!works) throw new Error(`The credential does not work: ${message}`);
		const example = byTestId(editor.page, 'parameter-input-requestExample').locator('textarea');
		await example.evaluate((area) => area.scrollTo(0, 0));
		const box = await byTestId(editor.page, 'editCredential-modal').boundingBox();
		if (box === null) throw new Error('The dialog of the credential is not there');
		// Without its rounded edge, behind which the list of credentials can be seen.
		const { x, y, width, height } = box;
		return await shoot({ x: x + 2, y: y + 2, width: width - 4, height: height - 4 });
	},
};
