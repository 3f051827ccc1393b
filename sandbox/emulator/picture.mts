import { createRequire } from 'node:module';
import { renderAsync } from '@resvg/resvg-js';
import { caption } from './caption.mts';
import { landscape } from './landscape.mts';
import type { Scene } from './scene.mts';

const { resolve } = createRequire(import.meta.url);
const fontFiles = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((file) =>
	resolve(`dejavu-fonts-ttf/ttf/${file}`),
);

/** A PNG of a landscape that belongs to the seed, with prompt, seed and size written on it. */
async function drawPicture(scene: Scene): Promise<Buffer> {
	const { width, height, seed } = scene;
	const svg =
		`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
		`${landscape(width, height, seed)}${caption(scene)}</svg>`;
	const image = await renderAsync(svg, {
		font: { fontFiles, loadSystemFonts: false, defaultFontFamily: 'DejaVu Sans' },
	});
	return image.asPng();
}

/** Draws each picture once, as long as it is among the most recent ones. */
export function createGallery(mostPictures = 64) {
	const drawn = new Map<string, Promise<Buffer>>();
	return {
		picture(scene: Scene): Promise<Buffer> {
			const key = JSON.stringify(scene);
			const picture = drawn.get(key) ?? drawPicture(scene);
			drawn.delete(key);
			drawn.set(key, picture);
			for (const oldest of drawn.keys()) {
				if (drawn.size <= mostPictures) break;
				drawn.delete(oldest);
			}
			return picture;
		},
	};
}
