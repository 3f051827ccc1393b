import { imageToVideo, textToImage } from '../../sandbox/emulator/apis.mts';
import { openEditor } from '../e2e/browser.mts';
import { openStage } from '../e2e/stage.mts';
import { exampleCanvases } from './exampleCanvases.mts';

const stage = await openStage([textToImage, imageToVideo]);
try {
	const editor = await openEditor(stage);
	try {
		for (const file of await exampleCanvases(editor)) console.log(file);
	} finally {
		await editor.close();
	}
} finally {
	await stage.close();
}
