import type { Locator } from 'playwright-core';
import { eventually } from '../eventually.mts';

/**
 * Waits until an image has been loaded and can be drawn.
 * @returns its width in its own pixels, and where it comes from
 */
export async function loadedImage(image: Locator): Promise<{ width: number; src: string }> {
	return await eventually(async () => {
		const { width, src } = await image.evaluate((element) =>
			element instanceof HTMLImageElement
				? { width: element.naturalWidth, src: element.src }
				: { width: 0, src: '' },
		);
		if (width === 0) throw new Error(`The image '${src}' has not been loaded`);
		return { width, src };
	});
}
