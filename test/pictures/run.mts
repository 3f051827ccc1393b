import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { REPOSITORY } from '../../sandbox/n8n/folders.mts';
import { credential } from './credentialPicture.mts';
import { takeExampleCanvases } from './exampleCanvases.mts';
import { firstPicture } from './firstPicture.mts';
import { error, form, hero, output } from './nodePictures.mts';
import { openStudio, type PictureMaker } from './studio.mts';

/**
 * The pictures of README and docs, beside those of the examples' canvases. To add one, add its maker. The film comes last: it
 * removes the credential of the others.
 */
const makers: PictureMaker[] = [hero, form, output, credential, error, firstPicture];

const mostBytes = (file: string): number => (file.endsWith('.gif') ? 2_000_000 : 200_000);

/** Makes some pictures and puts them into docs/pictures. */
async function makePictures(wanted: PictureMaker[]): Promise<void> {
	const folder = path.join(REPOSITORY, 'docs', 'pictures');
	await mkdir(folder, { recursive: true });
	const studio = await openStudio();
	try {
		for (const { file, make } of wanted) {
			const picture = await make(studio);
			await writeFile(path.join(folder, file), picture);
			console.log(`docs/pictures/${file}: ${(picture.length / 1000).toFixed(0)} kB`);
			const most = mostBytes(file);
			if (picture.length > most) console.warn(`  that is more than ${most / 1000} kB`);
		}
	} finally {
		await studio.close();
	}
}

const names = process.argv.slice(2);
const isWanted = (name: string) => names.length === 0 || names.includes(name);
const wanted = makers.filter(({ file }) => isWanted(path.parse(file).name));
if (wanted.length > 0) await makePictures(wanted);
if (isWanted('examples')) {
	for (const file of await takeExampleCanvases()) console.log(path.relative(REPOSITORY, file));
}
