import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { REPOSITORY } from '../../sandbox/n8n/folders.mts';
import { credential } from './credentialPicture.mts';
import { takeExampleCanvases } from './exampleCanvases.mts';
import { error, form, hero, output } from './nodePictures.mts';
import { openStudio, type PictureMaker } from './studio.mts';

/** The pictures of README and docs, beside those of the examples' canvases. To add one, add its maker. */
const makers: PictureMaker[] = [hero, form, output, credential, error];

const MOST_BYTES = 200_000;

/** Makes some pictures and puts them into docs/pictures. */
async function makePictures(wanted: PictureMaker[]): Promise<void> {
	const folder = path.join(REPOSITORY, 'docs', 'pictures');
	await mkdir(folder, { recursive: true });
	const studio = await openStudio();
	try {
		for (const { name, make } of wanted) {
			const png = await make(studio);
			await writeFile(path.join(folder, `${name}.png`), png);
			console.log(`docs/pictures/${name}.png: ${(png.length / 1000).toFixed(0)} kB`);
			if (png.length > MOST_BYTES) console.warn(`  that is more than ${MOST_BYTES / 1000} kB`);
		}
	} finally {
		await studio.close();
	}
}

const names = process.argv.slice(2);
const isWanted = (name: string) => names.length === 0 || names.includes(name);
const wanted = makers.filter(({ name }) => isWanted(name));
if (wanted.length > 0) await makePictures(wanted);
if (isWanted('examples')) {
	for (const file of await takeExampleCanvases()) console.log(path.relative(REPOSITORY, file));
}
