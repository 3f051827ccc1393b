/** `#rrggbb` of hue (degrees, any), saturation and lightness (percent). */
export function hsl(hue: number, saturation: number, lightness: number): string {
	const swing = (saturation * Math.min(lightness, 100 - lightness)) / 10_000;
	const channels = [0, 8, 4].map((offset) => {
		const turn = (offset + (((hue % 360) + 360) % 360) / 30) % 12;
		return lightness / 100 - swing * Math.max(-1, Math.min(turn - 3, 9 - turn, 1));
	});
	return hex(channels.map((channel) => channel * 255));
}

/** The colour that lies this share of the way (0 to 1) from one to the other. */
export function mix(from: string, to: string, share: number): string {
	const [a, b] = [channels(from), channels(to)];
	return hex(a.map((value, index) => value + ((b[index] ?? 0) - value) * share));
}

function channels(colour: string): number[] {
	return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
}

function hex(values: number[]): string {
	return `#${values.map((value) => Math.round(value).toString(16).padStart(2, '0')).join('')}`;
}
