import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { REPOSITORY } from '../../sandbox/n8n/folders.mts';
import { credential } from './credentialPicture.mts';
import { error, form, hero, output } from './nodePictures.mts';
import { openStudio, type PictureMaker } from './studio.mts';
import { workflow } from './workflowPicture.mts';

/** All pictures of README and docs. To add one, add its maker. */
const makers: PictureMaker[] = [hero, form, output, credential, error, workflow];

const MOST_BYTES = 200_000;

/** Makes the pictures, or only those whose names are given, and puts them into docs/pictures. */
async function makePictures(names: string[]): Promise<void> {
	const wanted = makers.filter(({ name }) => names.length === 0 || names.includes(name));
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

await makePictures(process.argv.slice(2));
