import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { SANDBOX_FOLDER, temporaryFolder } from '../../sandbox/n8n/folders.mts';
import { run } from '../../sandbox/n8n/processes.mts';
import { debianProgram } from '../realN8n/debianPackages.mts';
import type { Part } from './studio.mts';

/**
 * Films a page frame by frame. The film's time is counted in frames, not by a clock: a slow machine makes the same film
 * as a fast one.
 */
export interface Camera {
	/** Shows what is on the page now for this many frames. */
	hold(frames: number): Promise<void>;
	/** Moves the pointer to the middle of something, frame by frame. */
	pointAt(target: Locator): Promise<void>;
	/** Moves the pointer to something and clicks it. */
	click(target: Locator): Promise<void>;
	/** Types a text, a few letters a frame. */
	type(text: string): Promise<void>;
	/** Films until something has happened, but no more than this many frames of it. */
	until(event: Promise<unknown>, frames: number): Promise<void>;
	/** The film as an animated GIF, which runs for ever. Its end comes first, for this many frames: some see no more. */
	develop(opening: number): Promise<Buffer>;
	close(): Promise<void>;
}

const framesPerSecond = 8;
const lettersPerFrame = 4;
/** How many frames the pointer takes from one place to another. */
const moveFrames = 4;

interface Place {
	x: number;
	y: number;
}

/** Sets up a camera before a part of a page, with a pointer that can be seen. */
export async function openCamera(page: Page, clip: Part): Promise<Camera> {
	const folder = await temporaryFolder(path.join(SANDBOX_FOLDER, 'film'));
	const shots: Array<{ file: string; frames: number }> = [];
	let pointer: Place = { x: clip.x + clip.width / 2, y: clip.y + clip.height / 2 };

	const hold = async (frames: number): Promise<void> => {
		const file = path.join(folder, `${String(shots.length).padStart(4, '0')}.png`);
		await page.screenshot({ path: file, clip, animations: 'disabled' });
		shots.push({ file, frames });
	};
	const show = async (pressed: boolean): Promise<void> =>
		await page.evaluate(drawPointer, { ...pointer, pressed });
	const pointAt = async (target: Locator): Promise<void> => {
		await target.scrollIntoViewIfNeeded();
		const box = await target.boundingBox();
		if (box === null) throw new Error(`There is no ${String(target)} to point at`);
		const end = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
		for (const place of wayTo(pointer, end)) {
			pointer = place;
			await page.mouse.move(pointer.x, pointer.y);
			await show(false);
			await hold(1);
		}
	};
	await show(false);

	return {
		hold,
		pointAt,
		click: async (target) => {
			await pointAt(target);
			await show(true);
			await hold(1);
			await page.mouse.click(pointer.x, pointer.y);
			await show(false);
		},
		type: async (text) => {
			for (let start = 0; start < text.length; start += lettersPerFrame) {
				await page.keyboard.insertText(text.slice(start, start + lettersPerFrame));
				await hold(1);
			}
		},
		until: async (event, frames) => {
			const over = event.then(() => true);
			const notYet = async (): Promise<boolean> => !(await Promise.race([over, next(page)]));
			for (let frame = 0; (await notYet()) && frame < frames; frame++) await hold(1);
			await event;
		},
		develop: async (opening) => {
			const film = path.join(folder, 'film.gif');
			await makeGif(
				[...shots.slice(-1).map(({ file }) => ({ file, frames: opening })), ...shots],
				film,
				folder,
			);
			return await readFile(film);
		},
		close: async () => await rm(folder, { recursive: true, force: true }),
	};
}

async function next(page: Page): Promise<boolean> {
	await page.waitForTimeout(1000 / framesPerSecond);
	return false;
}

/** The places between two, slower at both ends. */
function wayTo(from: Place, to: Place): Place[] {
	return Array.from({ length: moveFrames }, (_, index) => {
		const part = (1 - Math.cos((Math.PI * (index + 1)) / moveFrames)) / 2;
		return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
	});
}

/** Runs in the page: a screenshot has no pointer. */
function drawPointer({ x, y, pressed }: Place & { pressed: boolean }): void {
	const id = 'filmed-pointer';
	const drawn = document.getElementById(id) ?? document.createElement('div');
	drawn.id = id;
	drawn.innerHTML = `<svg width="48" height="48" viewBox="-12 -12 36 36">${
		pressed ? '<circle r="9" fill="#ff6d5a" fill-opacity="0.45"/>' : ''
	}<path d="M0 0v17l4.2-4 2.8 6.6 2.6-1.1L6.8 12h5.7z" fill="#111" stroke="#fff" stroke-width="1.2"/></svg>`;
	drawn.style.cssText = `position:fixed;z-index:2147483647;pointer-events:none;left:${x - 16}px;top:${y - 16}px`;
	document.documentElement.append(drawn);
}

async function makeGif(
	shots: ReadonlyArray<{ file: string; frames: number }>,
	film: string,
	folder: string,
): Promise<void> {
	const last = shots.at(-1);
	if (last === undefined) throw new Error('Nothing was filmed');
	const list = path.join(folder, 'shots.txt');
	const lines = shots.map(
		({ file, frames }) => `file '${file}'\nduration ${frames / framesPerSecond}`,
	);
	// ffmpeg shows the last file of a list only when it stands there once more.
	await writeFile(list, [...lines, `file '${last.file}'`].join('\n'));
	const ffmpeg = await debianProgram({
		names: ['ffmpeg'],
		packageName: 'ffmpeg',
		wantedBy: 'The pictures of README',
	});
	const colours =
		'split[a][b];[a]palettegen=stats_mode=full[p];[b][p]paletteuse=dither=sierra2_4a:diff_mode=rectangle';
	const input = ['-f', 'concat', '-safe', '0', '-i', list];
	const output = ['-vf', `fps=${framesPerSecond},${colours}`, '-loop', '0', film];
	const { code, log } = await run(ffmpeg, ['-y', '-loglevel', 'error', ...input, ...output]);
	if (code !== 0) throw new Error(`ffmpeg failed:\n${log}`);
}
