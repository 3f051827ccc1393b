/** A request body, with what in texts and numbers is written differently in different languages. */
export interface Body {
	inputs: Record<string, { title: string; value: string | number | boolean | null }>;
}

/** A generator of numbers from 0 to below 1 that repeats itself (mulberry32). */
export function randomBy(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}

const pieces = [
	...['a cat', 'red, blue', ' ', 'inputs', 'it', "'s", "'", '"', '`', '\\', '\\n', '\\\\', '\n'],
	...['{', '}', '{}', '[', ']', ',', ':', ';', '&', '|', '//', '/*', '*/', '# ', '...', '…', '/'],
	...['\t', '${x}', '$x', '$(x)', '{{x}}', '{x}', '%s', '%', '!', '^', '@', '~', '\\(', '\\"'],
	...['“', '”', '’', 'é', '猫', '🎨', '\u00a0', '\u2028', '\u0007', '\u001b', '\u007f', 'null'],
	...['-d ', 'curl', '"""', "'''", '\\u0041', '\\x41', '\r\n', '=', '+', '*', '?', '(', ')'],
	...['True', '<lora:x:1>', 'masterpiece, best quality, highly detailed, sharp focus, '],
];
const titles = ['Prompt', 'Negative Prompt', 'Seed', 'Steps (8-12)', 'Load Image', "Model's name"];
const numbers = [0, 1, -1, 42, 0.3, -0.5, 1e21, 1e-7, 880, 9007199254740991, 1125899906842624];

export function randomBodies(count: number, random: () => number): Body[] {
	const below = (limit: number) => Math.floor(random() * limit);
	const oneOf = <T,>(all: readonly T[]): T => all[below(all.length)] ?? all[0]!;
	const text = () => Array.from({ length: below(6) }, () => oneOf(pieces)).join('');
	const id = () => Array.from({ length: 16 }, () => oneOf([...'0123456789abcdef'])).join('');
	const value = () =>
		oneOf<() => string | number | boolean | null>([
			...[text, text, text, text, text],
			...[() => oneOf(numbers), () => oneOf([true, false, null])],
		])();
	return Array.from({ length: count }, () => ({
		inputs: Object.fromEntries(
			Array.from({ length: 1 + below(3) }, () => [
				id(),
				{ title: oneOf([() => oneOf(titles), text])(), value: value() },
			]),
		),
	}));
}
