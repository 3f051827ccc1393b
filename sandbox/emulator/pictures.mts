import { createRequire } from 'node:module';
import { renderAsync } from '@resvg/resvg-js';
import { hexOf, seededRandom } from './random.mts';
import type { Scene } from './tasks.mts';

const { resolve } = createRequire(import.meta.url);
const fontFiles = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((file) =>
	resolve(`dejavu-fonts-ttf/ttf/${file}`),
);

/** A stand-in for a generated picture: the scene, and the picture that was sent, if it is one that can be shown. */
export type Drawing = Scene & { received: string | undefined };

/** Draws each picture once, as long as it is among the most recent ones. */
export function createGallery(mostPictures = 64) {
	const drawn = new Map<string, Promise<Buffer>>();
	return {
		/** A PNG. */
		picture(drawing: Drawing): Promise<Buffer> {
			const key = hexOf(JSON.stringify(drawing), 32);
			const picture = drawn.get(key) ?? drawPicture(drawing);
			drawn.delete(key);
			drawn.set(key, picture);
			for (const oldest of drawn.keys()) {
				if (drawn.size <= mostPictures) break;
				drawn.delete(oldest);
			}
			return picture;
		},
	};
}

async function drawPicture(drawing: Drawing): Promise<Buffer> {
	const { width, height, seed } = drawing;
	const svg =
		`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
		`${landscape(width, height, seed)}${thumbnail(drawing)}${caption(drawing)}</svg>`;
	const image = await renderAsync(svg, {
		font: { fontFiles, loadSystemFonts: false, defaultFontFamily: 'DejaVu Sans' },
	});
	return image.asPng();
}

/** An SVG landscape, all of it decided by the seed: hour, sky, sun or moon, hills and firs. */
function landscape(width: number, height: number, seed: string): string {
	const random = seededRandom(`landscape ${seed}`);
	const between = (low: number, high: number) => low + random() * (high - low);
	const night = random() < 0.25;
	const unit = Math.min(width, height);
	const horizon = height * between(0.5, 0.66);
	// From deep blue through violet and pink to orange, but never a green sky.
	const hue = between(190, 400);
	const warm = between(15, 55);
	const land = between(80, 320);
	const light = night ? hsl(55, 60, 93) : hsl(warm, 96, 94);
	const [x, y] = [width * between(0.15, 0.85), horizon * between(0.3, 0.9)];
	const radius = unit * between(0.05, 0.1);
	const hills = [0, 1, 2, 3].map((index) => {
		const base = horizon + (height - horizon) * (0.02 + index * 0.25);
		const [waves, phase] = [between(0.6, 1.6), between(0, Math.PI * 2)];
		const swing = unit * between(0.03, 0.07);
		const top = (at: number) =>
			base + swing * Math.sin((at / width) * Math.PI * 2 * waves + phase + index);
		const points = Array.from({ length: 61 }, (_, step) => (step / 60) * width);
		const ridge = points.map((at) => `${n(at)},${n(top(at))}`).join(' ');
		const firs = Array.from({ length: index * between(0, 9) }, () => {
			const at = random() * width;
			return fir(at, top(at), unit * (0.02 + index * 0.015) * between(0.7, 1.35));
		});
		const fill = hsl(land, 20 + index * 9, (night ? 28 : 58) - index * (night ? 7 : 15));
		return `<g fill="${fill}"><polygon points="0,${height} ${ridge} ${width},${height}"/>${firs.join('')}</g>`;
	});
	return (
		`<defs><linearGradient id="sky" gradientUnits="userSpaceOnUse" x1="0" y1="0" x2="0" y2="${n(horizon)}">` +
		`<stop offset="0" stop-color="${night ? hsl(hue, 55, 8) : hsl(hue, 62, 46)}"/>` +
		`<stop offset=".6" stop-color="${night ? hsl(hue, 48, 20) : hsl(hue + 12, 66, 70)}"/>` +
		`<stop offset="1" stop-color="${night ? hsl(hue + 40, 45, 40) : hsl(warm, 92, 85)}"/></linearGradient>` +
		`<radialGradient id="glow"><stop offset="0" stop-color="${light}" stop-opacity=".75"/>` +
		`<stop offset="1" stop-color="${light}" stop-opacity="0"/></radialGradient></defs>` +
		`<rect width="${width}" height="${height}" fill="url(#sky)"/>` +
		`<circle cx="${n(x)}" cy="${n(y)}" r="${n(radius * 5)}" fill="url(#glow)"/>` +
		`<circle cx="${n(x)}" cy="${n(y)}" r="${n(radius)}" fill="${light}"/>${hills.join('')}`
	);
}

function fir(x: number, y: number, size: number): string {
	const tiers = [0, 1, 2].map((tier) => {
		const [bottom, half] = [y - size * (0.2 + tier * 0.62), size * (0.52 - tier * 0.13)];
		return `<polygon points="${n(x - half)},${n(bottom)} ${n(x + half)},${n(bottom)} ${n(x)},${n(bottom - size)}"/>`;
	});
	return `<rect x="${n(x - size * 0.07)}" y="${n(y - size * 0.3)}" width="${n(size * 0.14)}" height="${n(size * 0.5)}"/>${tiers.join('')}`;
}

/** The picture that was sent, at the upper left: what image to image was made from can be seen. */
function thumbnail({ received, width, height }: Drawing): string {
	if (received === undefined) return '';
	const side = Math.min(width, height) * 0.35;
	const pad = side * 0.1;
	return (
		`<rect x="${n(pad * 0.6)}" y="${n(pad * 0.6)}" width="${n(side + pad * 0.8)}" height="${n(side + pad * 0.8)}" fill="#fff" opacity=".85"/>` +
		`<image x="${n(pad)}" y="${n(pad)}" width="${n(side)}" height="${n(side)}" href="${received}"/>`
	);
}

/** SVG of a plate at the foot of a picture, telling prompt, seed and size. Nothing on tiny pictures. */
function caption({ prompt, width, height, seed }: Scene): string {
	const font = Math.max(9, Math.min(30, Math.min(width, height) / 26));
	const pad = font * 0.9;
	const perLine = Math.floor((width - pad * 4) / (font * 0.58));
	if (perLine < 10 || height < font * 9) return '';
	const lines = wrap(prompt, perLine, 3);
	const line = font * 1.4;
	const plate = line * (lines.length + 1) + pad * 1.3;
	const top = height - plate - pad;
	const text = (content: string, row: number, attributes: string) =>
		`<text x="${pad * 2}" y="${top + pad * 0.7 + line * (row + 0.75)}" ${attributes}>${escape(content)}</text>`;
	return (
		`<rect x="${pad}" y="${top}" width="${width - pad * 2}" height="${plate}" rx="${font * 0.6}" fill="#000" opacity=".5"/>` +
		`<g fill="#fff" font-family="DejaVu Sans" font-size="${font}">` +
		lines.map((content, row) => text(content, row, 'font-weight="bold"')).join('') +
		text(`seed ${seed}  ·  ${width} × ${height}`, lines.length, 'opacity=".8"') +
		'</g>'
	);
}

/** Breaks at spaces, or within a word that is longer than a line. */
function wrap(text: string, perLine: number, most: number): string[] {
	const pattern = new RegExp(`.{1,${perLine}}(?=\\s|$)|.{1,${perLine}}`, 'gu');
	const lines = (text.replace(/\s+/g, ' ').match(pattern) ?? []).map((line) => line.trim());
	if (lines.length <= most) return lines;
	return [...lines.slice(0, most - 1), `${(lines[most - 1] ?? '').slice(0, perLine - 1)}…`];
}

function escape(text: string): string {
	return text
		.replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, ' ')
		.replace(/&/g, '&amp;')
		.replace(/</g, '&lt;')
		.replace(/>/g, '&gt;');
}

/** Hue in degrees, saturation and lightness in percent. */
function hsl(hue: number, saturation: number, lightness: number): string {
	return `hsl(${Math.round(hue % 360)}, ${Math.round(saturation)}%, ${Math.round(lightness)}%)`;
}

function n(value: number): string {
	return value.toFixed(2);
}
