import type { BrowserContextOptions, Page } from 'playwright-core';
import type { FaultRequest } from '../../../sandbox/emulator/faults.mts';
import type { BehaviourChange } from '../../../sandbox/emulator/behaviour.mts';
import { saveCredential } from '../../../sandbox/n8n/session.mts';
import { activateWorkflow, type WorkflowNode } from '../../../sandbox/n8n/workflows.mts';
import { promptOnly } from '../../realN8n/apis.mts';
import { tableRows } from '../../realN8n/dataTables.mts';
import { openEditor, type Editor } from '../../realN8n/editor/browser.mts';
import { loadedImage } from '../../realN8n/editor/images.mts';
import { eventually } from '../../realN8n/eventually.mts';
import { importExample } from '../../realN8n/importedExamples.mts';
import type { Stage } from '../../realN8n/stage.mts';
import { useOpened } from '../../useOpened.mts';
import { promptOf, withParameters, type ExampleStage } from './exampleStage.mts';

const phone: BrowserContextOptions = {
	...{ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 },
	...{ isMobile: true, hasTouch: true },
};
const login = { username: 'guest', password: 'open sesame' };
const authorization = `Basic ${btoa(`${login.username}:${login.password}`)}`;

/** Sets the page up as its notes say, with an API that the example does not know; and publishes it. */
export async function publishPage(
	stage: Stage,
	change: (node: WorkflowNode) => WorkflowNode = (node) => node,
	api: string = promptOnly.name,
): Promise<void> {
	const data = { user: login.username, password: login.password };
	const page = { name: 'Guests', type: 'httpBasicAuth', data };
	const id = await saveCredential(stage.session, page);
	const credential = await stage.credentialFor(stage.api(api));
	const { id: workflow } = await importExample(stage, 'picture-page', credential, (node) => {
		const isWebhook = node.type === 'n8n-nodes-base.webhook';
		const credentials = { httpBasicAuth: { id, name: page.name } };
		return change(isWebhook ? { ...node, credentials } : node);
	});
	await activateWorkflow(stage.session, workflow);
}

/** A page and list of another name, so that two can be published at once. */
export function namedPage(node: WorkflowNode, name: string): WorkflowNode {
	if (node.type === 'n8n-nodes-base.webhook') return withParameters(node, 'instasd-page', name);
	const hasList = JSON.stringify(node.parameters).includes('"instasd_page"');
	return hasList ? withParameters(node, '"instasd_page"', `"${name}"`) : node;
}

/** Opens the page in a browser of its own, as somebody who knows the password. */
export async function visit(
	{ page, stage }: Pick<Editor, 'page' | 'stage'>,
	look: BrowserContextOptions = {},
	path = 'instasd-page',
): Promise<Page> {
	const context = await page
		.context()
		.browser()
		?.newContext({ httpCredentials: login, ...look });
	if (context === undefined) throw new Error('There is no browser');
	const visitor = await context.newPage();
	await visitor.goto(`${stage.n8n.url}/webhook/${path}`);
	return visitor;
}

/** Describes an image and sends the description. */
export async function wish(page: Page, prompt: string): Promise<void> {
	await page.getByLabel('Describe it').fill(prompt);
	await page.getByRole('button', { name: 'Make it' }).click();
}

/** The images of the page, once all of them can be seen. */
export async function imagesOf(page: Page, count = 1): Promise<string[]> {
	const images = page.getByRole('img');
	await images.nth(count - 1).waitFor();
	const all = await images.all();
	const loaded = await Promise.all(all.map(async (image) => await loadedImage(image)));
	return loaded.map(({ src }) => src.split('?')[0] ?? '');
}

const fields = { status: 'FAILED', error: 'CUDA <out> of memory & more', image_urls: [] };

/** Every task fails, at the service. */
export const taskFails: FaultRequest = { call: 'status', kind: 'patch', times: Infinity, fields };
/** The reply to a submit is lost, after its task was taken. */
export const replyLost: FaultRequest = { call: 'submit', kind: 'resetAfter' };
/** A submit is refused. */
export const refusal = (status: number): FaultRequest => ({
	call: 'submit',
	kind: 'status',
	status,
});

/** Promises of examples/picture-page.json. */
export function picturePage(stage: () => ExampleStage): void {
	const editor = useOpened<Editor>(async () => {
		await publishPage(stage());
		return await openEditor(stage());
	});
	const open = async (look?: BrowserContextOptions, path?: string): Promise<Page> =>
		await visit(editor(), look, path);
	const charged = (): number => stage().emulator.statistics().charged;
	const send = async (key: string, prompt: string, path = 'instasd-page'): Promise<unknown> => {
		const headers = { authorization, 'x-delivery-id': key, 'content-type': 'application/json' };
		const request = { method: 'POST', headers, body: JSON.stringify({ prompt }) };
		return await (await fetch(`${stage().n8n.url}/webhook/${path}`, request)).json();
	};

	/** Keeps every task at 40 % until the faults are cleared. */
	const hold = (): void => {
		const fields = { status: 'IN_PROGRESS', estimated_steps: 10, completed_steps: 4 };
		const none = { image_urls: [], video_urls: [] };
		const fault = { call: 'status', kind: 'patch', times: Infinity } as const;
		stage().emulator.addFault({ ...fault, fields: { ...fields, ...none } });
	};

	it.each<[string, BrowserContextOptions, BehaviourChange]>([
		['desktop', {}, { images: 1 }],
		['phone', phone, { images: 1 }],
		['dark desktop', { colorScheme: 'dark' }, { images: 4 }],
		['dark phone', { ...phone, colorScheme: 'dark' }, { images: 0, videos: 1, videoBytes: 2e5 }],
	])('shows how far it is, and then what was made: %s', async (name, look, made) => {
		const { emulator } = stage();
		emulator.setBehaviour({ imageSize: { width: 832, height: 1024 }, ...made });
		hold();
		const page = await open(look);
		const picture = async (moment: string): Promise<void> => {
			await page.waitForFunction(() =>
				document.getAnimations().every(({ effect }) => effect?.getTiming().iterations === Infinity),
			);
			await editor().picture(`page ${name} ${moment}`, page);
		};
		await picture('empty');
		await wish(page, 'a "quoted" fox');
		await page.getByRole('status').getByText('It is being made').waitFor();
		const bar = page.getByRole('progressbar', { name: 'It is being made' });
		expect(await bar.getAttribute('value')).toBe('40');
		await picture('being made');
		emulator.clearFaults();
		await page.getByRole('status').getByText('Here it is').waitFor();
		expect(await bar.isVisible()).toBe(false);
		const [{ id } = { id: '' }] = emulator.statistics().perTask;
		const links = await page.getByRole('link', { name: 'Save' }).all();
		const files = await page.locator('figure > :first-child').all();
		for (const link of links) expect(await link.getAttribute('href')).toContain(`/${id}/`);
		expect(links).toHaveLength(made.images || 1);
		expect(files).toHaveLength(links.length);
		if (made.images) await imagesOf(page, made.images);
		else expect(await page.locator('video').isVisible()).toBe(true);
		await picture('made');
		expect(stage().sent().map(promptOf)).toEqual(['a "quoted" fox']);
		expect(charged()).toBe(1);
	});

	it('can be used with the keyboard alone, and keeps the place of who is in it', async () => {
		hold();
		const page = await open();
		await page.keyboard.press('Tab');
		await page.keyboard.type('a fox');
		await page.keyboard.press('Shift+Enter');
		await page.keyboard.type('in the snow');
		await page.keyboard.press('Enter');
		await page.keyboard.press('Enter');
		await page.keyboard.press('Tab');
		await page.keyboard.press('Enter');
		stage().emulator.clearFaults();
		await imagesOf(page);
		expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Make it');
		await page.keyboard.press('Tab');
		expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Save');
		expect(stage().sent().map(promptOf)).toEqual(['a fox\nin the snow']);
	});

	it('charges a double click once', async () => {
		const page = await open();
		await page.getByLabel('Describe it').fill('a fox');
		await page.getByRole('button', { name: 'Make it' }).dblclick();
		await imagesOf(page);
		expect(charged()).toBe(1);
	});

	it('goes on after a reload, and in a second browser, and charges nothing more', async () => {
		hold();
		const page = await open();
		await wish(page, 'a fox');
		await page.getByText('It is being made').waitFor();
		await page.reload();
		const other = await open({}, `instasd-page${new URL(page.url()).hash}`);
		await other.getByText('It is being made').waitFor();
		stage().emulator.clearFaults();
		expect(await imagesOf(page)).toEqual(await imagesOf(other));
		expect(await other.getByLabel('Describe it').inputValue()).toBe('a fox');
		expect(charged()).toBe(1);
	});

	it('shows each of two people who use it at once their own image', async () => {
		stage().emulator.setBehaviour({ durationMs: 3000 });
		const pages = [await open(), await open(phone)];
		await Promise.all(pages.map(async (page, index) => await wish(page, `fox ${index}`)));
		const shown = await Promise.all(pages.map(async (page) => await imagesOf(page)));
		const tasks = shown.map(([src = '']) => stage().emulator.task(src.split('/')[4] ?? ''));
		const prompts = tasks.map((task) => promptOf(task?.inputs));
		expect(prompts).toEqual(['fox 0', 'fox 1']);
		expect(charged()).toBe(2);
	});

	it.each<[string, FaultRequest, string, number]>([
		['the task failed', taskFails, 'It could not be made', 1],
		['there are no credits left', refusal(402), 'run out of credits', 0],
		['the token is wrong', refusal(401), 'Something went wrong on our side', 0],
		['the reply to the submit was lost', replyLost, 'We do not know whether it was made', 1],
	])('says so when %s, and a reload charges nothing more', async (_, fault, sentence, price) => {
		stage().emulator.addFault(fault);
		const page = await open(phone);
		await wish(page, 'a fox');
		await page.getByText(sentence).waitFor();
		await editor().picture(`page ${sentence}`, page);
		expect(await page.locator('body').innerText()).not.toMatch(/CUDA|[0-9a-f]{8}-|\d{3}/);
		await page.reload();
		await page.getByRole('button').waitFor();
		expect(charged()).toBe(price);
	});

	it('waits for a service that cannot be reached, says so, and charges once', async () => {
		const page = await open();
		await stage().emulator.stopListening();
		await wish(page, 'a fox');
		await page.getByText('Sending').waitFor();
		await page.getByText('longer than usual').waitFor();
		await stage().emulator.listenAgain();
		await imagesOf(page);
		expect(charged()).toBe(1);
	});

	it('tries again when a reply of n8n is lost, or a proxy answers in its place, and charges once', async () => {
		const page = await open();
		let lost = 0;
		await page.route('**/webhook/**', async (route) => {
			if (++lost > 2) return await route.fallback();
			await route.fetch();
			await (lost === 1 ? route.abort() : route.fulfill({ status: 504, body: '<html>' }));
		});
		await wish(page, 'a fox');
		await page.getByText('No answer at the moment').waitFor();
		await imagesOf(page);
		expect(charged()).toBe(1);
	});

	it('gets new links when somebody comes back after they have expired', async () => {
		const page = await open();
		await page.clock.install();
		await wish(page, 'a fox');
		const image = page.getByRole('img');
		const { src } = await loadedImage(image);
		await page.clock.fastForward('31:00');
		await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
		await eventually(async () => expect((await loadedImage(image)).src).not.toBe(src));
		expect(charged()).toBe(1);
	});

	it('runs no script of a prompt, also not after a reload', async () => {
		const prompt = `</textarea><script>window.ran = 1</script><img src=x onerror="window.ran = 1">{{ 1 }}'"`;
		const page = await open();
		await wish(page, prompt);
		await imagesOf(page);
		await page.reload();
		await imagesOf(page);
		expect(await page.getByLabel('Describe it').inputValue()).toBe(prompt);
		expect(await page.evaluate(() => 'ran' in window)).toBe(false);
		expect(stage().sent().map(promptOf)).toEqual([prompt]);
	});

	it('charges ten posts at once with one key once', async () => {
		const ten = Array.from({ length: 10 }, async () => await send('ten', 'a fox'));
		const answers = await Promise.all(ten);
		expect(answers.filter((answer) => Object(answer).error)).toEqual([]);
		expect(charged()).toBe(1);
	});

	it('makes no more than the limit of a day, when ten come at once, and counts tasks that failed', async () => {
		await publishPage(stage(), (node) => {
			const named = namedPage(node, 'three-a-day');
			return node.name === 'Limit' ? withParameters(named, '"value":50', '"value":3') : named;
		});
		stage().emulator.addFault(taskFails);
		const keys = Array.from({ length: 10 }, (_, number) => `key ${number}`);
		await Promise.all(keys.map(async (key) => await send(key, 'a fox', 'three-a-day')));
		expect(charged()).toBe(3);
		const states = (await tableRows(stage().session, 'three-a-day')).map(({ state }) => state);
		expect(states.filter((state) => state === 'LIMIT')).toHaveLength(7);
		const page = await open({}, 'three-a-day');
		await wish(page, 'one more');
		await page.getByText('That is all for today').waitFor();
		expect(charged()).toBe(3);
	});

	it('charges nothing without the password, without a key, or for the form of another site', async () => {
		const url = `${stage().n8n.url}/webhook/instasd-page`;
		const json = { 'content-type': 'application/json' };
		const body = JSON.stringify({ prompt: 'a fox' });
		const post = async (headers: HeadersInit): Promise<number> =>
			(await fetch(url, { method: 'POST', headers, body })).status;
		expect(await post(json)).toBe(401);
		const guess = { ...json, authorization: `Basic ${btoa('guest:guess')}`, 'x-delivery-id': 'a' };
		expect(await post(guess)).toBe(401);
		await post({ ...json, authorization });
		const page = await open();
		const field = '<input name="prompt" value="a fox"><button>Win</button>';
		await page.setContent(`<form method="post" action="${url}">${field}</form>`);
		await page.getByRole('button').click();
		await page.getByText('INVALID_INPUT').waitFor();
		expect(charged()).toBe(0);
	});

	it('says so when the password was changed while the page was open', async () => {
		const page = await open();
		await page.route('**/webhook/**', async (route) => await route.fulfill({ status: 401 }));
		await wish(page, 'a fox');
		await page.getByText('The password has changed').waitFor();
	});

	it('sends a photo as a link, once its field is shown, and shows what is wrong with it', async () => {
		const withPhoto = (node: WorkflowNode): WorkflowNode => {
			const named = namedPage(node, 'with-a-photo');
			if (node.name !== 'Show the page') return named;
			const begun = withParameters(named, '<!-- <label>', '<label>');
			return withParameters(begun, '</label> -->', '</label>');
		};
		await publishPage(stage(), withPhoto, 'product picture');
		const page = await open(phone, 'with-a-photo');
		await page.getByLabel('Link of a photo').fill('ftp://example.com/mug');
		await wish(page, 'a mug');
		await page.getByText('This cannot be made as it is').waitFor();
		await page.getByText("'Product Photo'").waitFor();
		await editor().picture('page with a photo', page);
		expect(charged()).toBe(0);
		await page.getByLabel('Link of a photo').fill('https://example.com/mug');
		await wish(page, 'a mug');
		await imagesOf(page);
		const [sent = {}] = stage().sent();
		expect(Object.values(sent).map(({ value }) => value)).toContain('https://example.com/mug');
		expect(charged()).toBe(1);
	});
}
