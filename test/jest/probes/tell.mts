import { z } from 'zod';
import { countUp } from './count.mts';

const files: unknown[] = Reflect.get(globalThis, 'files') ?? [];
Reflect.set(globalThis, 'files', files);

/** Tells in the name of a test what this file finds, and leaves traces for the next one. */
export function tell(): void {
	files.push(z);
	const env = process.env.LEFT_BY_A_FILE ?? 'as before';
	const found = { file: files.length, copiesOfZod: new Set(files).size, count: countUp(), env };
	const chance = Math.random();
	process.env.LEFT_BY_A_FILE = 'left';
	jest.spyOn(Math, 'random').mockReturnValue(2);
	test(JSON.stringify({ ...found, isChanceReal: chance < 1 }), () => {});
}
