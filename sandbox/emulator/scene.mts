import type { Inputs, NewTask } from './settings.mts';

/** What a picture shows; a task's pictures differ only in their seed. */
export type Scene = { prompt: string; width: number; height: number; seed: string };

type Size = { width: number; height: number };

/** Reads prompt, size and seed out of a task's inputs by their titles, as far as they are there. */
export function sceneOf({ inputs, api }: NewTask, size: Size | null): Scene {
	const text = byTitle(inputs, /prompt|text/i);
	const seed = byTitle(inputs, /seed/i);
	return {
		prompt: typeof text === 'string' && text.trim() !== '' ? text.slice(0, 2000) : api,
		width: size?.width ?? pixels(byTitle(inputs, /width/i)),
		height: size?.height ?? pixels(byTitle(inputs, /height/i)),
		seed: String(seed ?? 0).slice(0, 40),
	};
}

function byTitle(inputs: Inputs, title: RegExp): unknown {
	return Object.values(inputs).find((input) => title.test(input.title ?? ''))?.value;
}

function pixels(value: unknown): number {
	const asked = Math.round(Number(value ?? 512));
	return Number.isNaN(asked) ? 512 : Math.min(2048, Math.max(1, asked));
}
