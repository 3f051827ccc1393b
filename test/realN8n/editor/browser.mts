import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { SANDBOX_FOLDER } from '../../../sandbox/n8n/folders.mts';
import { busyMachineMs } from '../eventually.mts';
import type { Stage } from '../stage.mts';
import { chromiumPath } from './chromium.mts';

/** n8n's editor in a real browser, logged in. */
export interface Editor {
	page: Page;
	stage: Stage;
	/** What lies over the canvas: the panel of a node, the dialog of a credential. */
	dialog: Locator;
	/** Opens a page of the editor by its path. */
	open(path: string): Promise<void>;
	/** Keeps what can be seen now as a picture of this name; of another page than the editor's, if given. */
	picture(name: string, of?: Page): Promise<void>;
	close(): Promise<void>;
}

const quiet = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-dev-shm-usage',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	'--disable-quic',
	'--no-first-run',
];

/** How the editor is shown. */
export interface Look {
	/** In CSS pixels. */
	viewport?: { width: number; height: number };
	/** Pixels of a picture for each CSS pixel. */
	scale?: number;
	/** What the editor finds in its local storage, such as the widths of panels. */
	storage?: Readonly<Record<string, string>>;
}

/** Opens a browser with the stage's n8n in it. */
export async function openEditor(stage: Stage, look: Look = {}): Promise<Editor> {
	const browser = await chromium.launch({ executablePath: await chromiumPath(), args: quiet });
	try {
		return await editorIn(browser, stage, look);
	} catch (error) {
		await browser.close();
		throw error;
	}
}

async function editorIn(
	browser: Browser,
	stage: Stage,
	{ viewport = { width: 1500, height: 1000 }, scale = 1, storage = {} }: Look,
): Promise<Editor> {
	const { cookie, url } = stage.session;
	const context = await browser.newContext({ viewport, deviceScaleFactor: scale });
	await context.addInitScript((entries) => {
		for (const [key, text] of entries) localStorage.setItem(key, text);
	}, Object.entries(storage));
	const end = cookie.indexOf('=');
	const [name, value] = [cookie.slice(0, end), cookie.slice(end + 1)];
	await context.addCookies([{ name, value, url }]);
	const page = await context.newPage();
	page.setDefaultTimeout(busyMachineMs);
	page.setDefaultNavigationTimeout(busyMachineMs);
	const pictures = path.join(SANDBOX_FOLDER, 'screenshots');
	await mkdir(pictures, { recursive: true });
	let number = 0;
	return {
		page,
		stage,
		dialog: page.locator('#app-modals'),
		open: async (address) => {
			await page.goto(`${url}${address}`);
		},
		picture: async (title, of = page) => {
			const file = `${scene()}-${String(++number).padStart(2, '0')}-${title.replaceAll(/\W+/g, '-')}.png`;
			await of.screenshot({ path: path.join(pictures, file) });
		},
		close: () => browser.close(),
	};
}

/** The test file that is running; outside jest there is none. */
function scene(): string {
	if (typeof expect === 'undefined') return 'editor';
	return path.basename(expect.getState().testPath ?? '').replace(/\.test\.mts$/, '');
}

/** The element that n8n marks with this name for tests. */
export function byTestId(within: Page | Locator, id: string): Locator {
	return within.locator(`[data-test-id='${id}']`);
}

/** A node on the canvas, by its name. */
export function nodeOnCanvas(page: Page, name: string): Locator {
	return page.locator(`[data-test-id='canvas-node'][data-node-name='${name}']`);
}

/** Clicks an entry of the list that is unfolded now. */
export async function chooseFromList(page: Page, entry: string): Promise<void> {
	await page.locator('.el-select-dropdown__item:visible').filter({ hasText: entry }).click();
}
