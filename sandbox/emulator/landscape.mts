import { hsl, mix } from './colours.mts';
import { seededRandom } from './random.mts';

type Random = () => number;
type Sky = {
	top: string;
	middle: string;
	horizon: string;
	light: string;
	haze: string;
	near: string;
};

/** An SVG landscape, all of it decided by the seed: hour, weather, hills, trees, birds. */
export function landscape(width: number, height: number, seed: string): string {
	const random = seededRandom(`landscape ${seed}`);
	const night = random() < 0.25;
	const sky = skyOf(random, night);
	const horizon = height * between(random, 0.5, 0.66);
	const unit = Math.min(width, height);
	return [
		`<defs><linearGradient id="sky" gradientUnits="userSpaceOnUse" x1="0" y1="0" x2="0" y2="${n(horizon)}"><stop offset="0" stop-color="${sky.top}"/>` +
			`<stop offset=".6" stop-color="${sky.middle}"/><stop offset="1" stop-color="${sky.horizon}"/></linearGradient>` +
			`<radialGradient id="glow"><stop offset="0" stop-color="${sky.light}" stop-opacity=".75"/>` +
			`<stop offset="1" stop-color="${sky.light}" stop-opacity="0"/></radialGradient></defs>`,
		`<rect width="${width}" height="${height}" fill="url(#sky)"/>`,
		night ? stars(random, width, horizon, unit) : '',
		sun(random, width, horizon, unit, sky),
		clouds(random, width, horizon, unit, night ? 0.12 : 0.5),
		ridge(random, width, height, horizon, unit, mix(sky.haze, sky.near, 0.12)),
		ridge(random, width, height, horizon + unit * 0.07, unit * 0.7, mix(sky.haze, sky.near, 0.3)),
		...[0.5, 0.72, 1].map((depth, index) => {
			const y = horizon + (height - horizon) * (0.22 + index * 0.26);
			return hill(random, width, height, y, unit, mix(sky.haze, sky.near, depth), index);
		}),
		night ? '' : birds(random, width, horizon, unit, sky.near),
	].join('');
}

/** From deep blue through violet and pink to orange: the hours of a sky, but never a green one. */
function skyOf(random: Random, night: boolean): Sky {
	const hue = between(random, 190, 400);
	const warm = between(random, 15, 55);
	const land = between(random, 80, 320);
	return night
		? {
				top: hsl(hue, 55, 8),
				middle: hsl(hue, 48, 20),
				horizon: hsl(hue + 40, 45, 40),
				light: hsl(55, 60, 93),
				haze: hsl(hue + 10, 30, 34),
				near: hsl(land, 45, 6),
			}
		: {
				top: hsl(hue, 62, 46),
				middle: hsl(hue + 12, 66, 70),
				horizon: hsl(warm, 92, 85),
				light: hsl(warm, 96, 94),
				haze: hsl(hue + 10, 38, 70),
				near: hsl(land, 48, 14),
			};
}

function sun(random: Random, width: number, horizon: number, unit: number, sky: Sky) {
	const x = width * between(random, 0.15, 0.85);
	const y = horizon * between(random, 0.3, 0.9);
	const radius = unit * between(random, 0.05, 0.1);
	return (
		`<circle cx="${n(x)}" cy="${n(y)}" r="${n(radius * 5)}" fill="url(#glow)"/>` +
		`<circle cx="${n(x)}" cy="${n(y)}" r="${n(radius)}" fill="${sky.light}"/>`
	);
}

function stars(random: Random, width: number, horizon: number, unit: number) {
	const dots = Array.from({ length: 90 }, () => {
		const radius = unit * between(random, 0.0008, 0.0028);
		return `<circle cx="${n(random() * width)}" cy="${n(random() * horizon)}" r="${n(radius)}" opacity="${n(between(random, 0.3, 1))}"/>`;
	});
	return `<g fill="#fff">${dots.join('')}</g>`;
}

function clouds(random: Random, width: number, horizon: number, unit: number, opacity: number) {
	const count = Math.floor(random() * 5);
	const all = Array.from({ length: count }, () => {
		const x = random() * width;
		const y = horizon * between(random, 0.08, 0.6);
		const size = unit * between(random, 0.05, 0.11);
		return Array.from({ length: 5 }, (_, puff) => {
			const across = size * (1.1 - Math.abs(puff - 2) * 0.3);
			return `<ellipse cx="${n(x + (puff - 2) * size * 0.8)}" cy="${n(y + between(random, -0.12, 0.12) * size)}" rx="${n(across)}" ry="${n(across * 0.36)}"/>`;
		}).join('');
	});
	return `<g fill="#fff" opacity="${opacity}">${all.join('')}</g>`;
}

/** A far chain of mountains. */
function ridge(
	random: Random,
	width: number,
	height: number,
	base: number,
	unit: number,
	fill: string,
) {
	const peaks = 4 + Math.floor(random() * 4);
	const points = Array.from({ length: peaks * 2 + 1 }, (_, index) => {
		const up = index % 2 === 1 ? between(random, 0.08, 0.24) : between(random, 0, 0.06);
		const x = (index / (peaks * 2) + between(random, -0.02, 0.02)) * width * 1.1 - width * 0.05;
		return `${n(x)},${n(base - up * unit)}`;
	});
	return `<polygon fill="${fill}" points="${-width},${height} ${points.join(' ')} ${width * 2},${height}"/>`;
}

/** A rolling hill with firs on it; the nearer (the higher the index), the taller. */
function hill(
	random: Random,
	width: number,
	height: number,
	base: number,
	unit: number,
	fill: string,
	index: number,
) {
	const [waves, phase] = [between(random, 0.6, 1.6), random() * Math.PI * 2];
	const swing = unit * between(random, 0.03, 0.07);
	const top = (x: number) => {
		const angle = (x / width) * Math.PI * 2 * waves + phase;
		return base + swing * (Math.sin(angle) + 0.35 * Math.sin(angle * 2.3 + 1));
	};
	const points = Array.from({ length: 61 }, (_, step) => {
		const x = (step / 60) * width;
		return `${n(x)},${n(top(x))}`;
	});
	const firs = Array.from({ length: Math.floor(random() * 26) }, () => {
		const x = random() * width;
		return fir(x, top(x), unit * (0.022 + index * 0.017) * between(random, 0.7, 1.35));
	});
	return `<g fill="${fill}"><polygon points="0,${height} ${points.join(' ')} ${width},${height}"/>${firs.join('')}</g>`;
}

function fir(x: number, y: number, size: number) {
	const tiers = [0, 1, 2].map((tier) => {
		const [bottom, half] = [y - size * (0.2 + tier * 0.62), size * (0.52 - tier * 0.13)];
		return `<polygon points="${n(x - half)},${n(bottom)} ${n(x + half)},${n(bottom)} ${n(x)},${n(bottom - size)}"/>`;
	});
	return `<rect x="${n(x - size * 0.07)}" y="${n(y - size * 0.3)}" width="${n(size * 0.14)}" height="${n(size * 0.5)}"/>${tiers.join('')}`;
}

function birds(random: Random, width: number, horizon: number, unit: number, stroke: string) {
	const [x, y] = [width * between(random, 0.2, 0.8), horizon * between(random, 0.15, 0.5)];
	const flock = Array.from({ length: Math.floor(random() * 8) }, () => {
		const [left, top] = [
			x + between(random, -0.16, 0.16) * unit,
			y + between(random, -0.08, 0.08) * unit,
		];
		const wing = unit * between(random, 0.008, 0.018);
		return `<path d="M${n(left - wing)} ${n(top - wing * 0.6)}Q${n(left - wing * 0.3)} ${n(top - wing * 0.7)} ${n(left)} ${n(top)}Q${n(left + wing * 0.3)} ${n(top - wing * 0.7)} ${n(left + wing)} ${n(top - wing * 0.6)}"/>`;
	});
	return `<g fill="none" stroke="${stroke}" stroke-linecap="round" stroke-width="${n(unit * 0.003)}">${flock.join('')}</g>`;
}

function between(random: Random, low: number, high: number): number {
	return low + random() * (high - low);
}

function n(value: number): string {
	return value.toFixed(2);
}
