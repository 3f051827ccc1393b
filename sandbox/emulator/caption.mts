import type { Scene } from './scene.mts';

/** SVG of a plate at the foot of a picture, telling prompt, seed and size. Nothing on tiny pictures. */
export function caption({ prompt, width, height, seed }: Scene): string {
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
