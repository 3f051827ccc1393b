/**
 * Writes request bodies in many ways, damages some of these texts, and asks a JSON parser and the real Node.js, python3
 * and bash what each says or sends: `npx tsx test/unit/credential/pastes/make.mts [seed] [file] [bodies]`. What is
 * committed was made by seed 1.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { randomBodies, randomBy } from './bodies.mts';
import { byBash, byJavaScript, byJson, byPython, type Sent } from './readers.mts';
import { type By, damaged, type Text, textsOf } from './texts.mts';

const [seed = '1', file = path.join(import.meta.dirname, 'pastes.json'), count = '6'] =
	process.argv.slice(2);
console.log(`PASTES_SEED=${seed}`);
const random = randomBy(Number(seed));
const below = (limit: number) => Math.floor(random() * limit);

const texts = randomBodies(Number(count), random).flatMap((body) =>
	textsOf(body, below).flatMap((text): Text[] => {
		const isWhole = text.run === text.text;
		const copies = isWhole ? Array.from({ length: 3 }, () => damaged(text.text, below)) : [];
		return [
			text,
			...copies.map((copy) => ({ name: 'damaged', by: text.by, text: copy, run: copy })),
		];
	}),
);

const readers: Record<By, Array<(texts: string[]) => Sent[]>> = {
	any: [byJson, byJavaScript, byPython],
	javascript: [byJavaScript],
	python: [byPython],
	bash: [byBash],
};

function isObject(json: string): boolean {
	try {
		return typeof JSON.parse(json) === 'object' && json.startsWith('{');
	} catch {
		return false;
	}
}

/** What all who can run a text agree that it sends, and JSON parsers before all others; null where they do not. */
const rows: Array<[name: string, text: string, sent: string | null]> = [];
for (const [by, all] of Object.entries(readers)) {
	const written = texts.filter((text) => text.by === by);
	const answers = all.map((read) => read(written.map(({ run }) => run)));
	written.forEach(({ name, text }, at) => {
		const given = answers.map((each) => each[at]);
		// What is damaged and no request any more is not sent by anybody.
		const sent = new Set(given.filter((one) => one && (name !== 'damaged' || isObject(one))));
		const [only] = by === 'any' && given[0] !== undefined ? given : sent.size === 1 ? sent : [];
		if (sent.size > 0) rows.push([name, text, only ?? null]);
	});
}
const lines = rows.map((row) => JSON.stringify(row));
writeFileSync(file, `[\n${lines.join(',\n')}\n]\n`);
console.log(`${rows.length} texts of ${texts.length} can be run`);
