import type { FaultRequest } from '../../../sandbox/emulator/faults.mts';
import { saveCredential } from '../../../sandbox/n8n/session.mts';
import { activateWorkflow } from '../../../sandbox/n8n/workflows.mts';
import { promptOnly } from '../../realN8n/apis.mts';
import { eventually } from '../../realN8n/eventually.mts';
import { importExample } from '../../realN8n/importedExamples.mts';
import { isPng } from '../../realN8n/servedFiles.mts';
import { photo } from '../../realN8n/uploads.mts';
import { useOpened } from '../../useOpened.mts';
import { promptOf, withParameters, type ExampleStage } from './exampleStage.mts';
import { refusal, replyLost, taskFails } from './picturePage.mts';
import { startTelegramBot, type Sent, type TelegramBot } from './telegramBot.mts';

const me = 5_000_000_001;
const chat = 77;

/** Promises of examples/telegram.json. */
export function telegram(stage: () => ExampleStage): void {
	/** Sets a bot up as the notes say, with an API that the example does not know; and publishes it. */
	const bot = (api: string) =>
		useOpened<TelegramBot>(async () => {
			const started = await startTelegramBot();
			const data = { accessToken: started.token, baseUrl: started.url };
			const given = { name: `Bot of ${api}`, type: 'telegramApi', data };
			const telegramApi = { id: await saveCredential(stage().session, given), name: given.name };
			const credential = await stage().credentialFor(stage().api(api));
			const { id } = await importExample(stage(), 'telegram', credential, (node) => {
				if (!node.type.startsWith('n8n-nodes-base.telegram')) return node;
				const mine = { ...node, webhookId: `${api} ${node.name}`, credentials: { telegramApi } };
				const isTrigger = node.type.endsWith('Trigger');
				return isTrigger ? withParameters(mine, '123456789', String(me)) : mine;
			});
			await activateWorkflow(stage().session, id);
			return started;
		});
	const withPhoto = bot('product picture');
	const withText = bot(promptOnly.name);
	beforeEach(() => [withPhoto(), withText()].forEach((one) => one.forget()));

	let number = 0;
	const message = (content: object, from = me) => {
		const fields = { message_id: ++number, chat: { id: chat }, from: { id: from }, ...content };
		return { update_id: 9_000 + number, message: fields };
	};
	const fox = { text: 'a "quoted" fox' };
	const mug = { caption: 'a mug', photo: [{ file_id: 'small' }, { file_id: 'large' }] };
	const answers = async (to: TelegramBot, count: number): Promise<Sent[]> =>
		await eventually(async () => {
			expect(to.sent()).toHaveLength(count);
			return to.sent();
		});
	const charged = (): number => stage().emulator.statistics().charged;

	it.each<[string, object, string, string]>([
		['image', {}, 'sendPhoto', 'photo'],
		['video', { images: 0, videos: 1 }, 'sendVideo', 'video'],
	])('says that it is at it, and replies with the %s', async (_, behaviour, method, field) => {
		stage().emulator.setBehaviour(behaviour);
		const update = message(fox);
		await withText().deliver(update);
		const [first, second] = await answers(withText(), 2);
		const reply = { chat_id: chat, reply_to_message_id: update.message.message_id };
		expect(first).toMatchObject({
			method: 'sendMessage',
			fields: { ...reply, text: 'I am at it …' },
		});
		expect(second).toMatchObject({
			method,
			fields: { chat_id: '77', reply_to_message_id: `${number}` },
		});
		const file = second?.fields[field];
		if (!(file instanceof Blob)) throw new Error('No file was sent');
		if (field === 'photo') expect(isPng(Buffer.from(await file.arrayBuffer()))).toBe(true);
		expect(stage().sent().map(promptOf)).toEqual([fox.text]);
		expect(charged()).toBe(1);
	});

	it('makes an image of a photo and its caption, and sends each of several', async () => {
		stage().emulator.setBehaviour({ images: 2 });
		await withPhoto().deliver(message(mug));
		const sent = await answers(withPhoto(), 3);
		expect(sent.map(({ method }) => method)).toEqual(['sendMessage', 'sendPhoto', 'sendPhoto']);
		const [values = {}] = stage().sentValues();
		expect(Object.values(values)).toEqual(
			expect.arrayContaining(['a mug', photo.toString('base64')]),
		);
		expect(charged()).toBe(1);
	});

	it('pays once for a message that comes twice, one after the other or at once', async () => {
		const [one, two] = [message(fox), message(fox)];
		await withText().deliver(one);
		await answers(withText(), 2);
		await withText().deliver(one);
		await Promise.all([withText().deliver(two), withText().deliver(two)]);
		await withText().deliver(message(fox));
		await answers(withText(), 6);
		expect(charged()).toBe(3);
	});

	it("does not answer a stranger, who pays with nobody's credits", async () => {
		await withPhoto().deliver(message(mug, 666));
		await withPhoto().deliver(message({ text: 'a fox' }, 666));
		await withPhoto().deliver(message(mug));
		await answers(withPhoto(), 2);
		expect(charged()).toBe(1);
	});

	it.each<[string, object]>([
		['a photo without a caption', { photo: mug.photo }],
		['a command', { text: '/start' }],
		['a sticker', { sticker: {} }],
	])('says what to send when %s comes, and charges nothing', async (_, content) => {
		await withText().deliver(message(content));
		const [answer] = await answers(withText(), 1);
		expect(answer?.fields.text).toContain('Send me a description, or a photo');
		expect(charged()).toBe(0);
	});

	it('says what is missing where the API needs a photo, and charges nothing', async () => {
		await withPhoto().deliver(message(fox));
		const [, answer] = await answers(withPhoto(), 2);
		expect(answer?.fields.text).toMatch(/Does it need a photo.*\n\n.*'Product Photo'/s);
		expect(charged()).toBe(0);
	});

	it.each<[string, FaultRequest | 'a file', RegExp, number]>([
		['the task failed', taskFails, /^It could not be made.*&lt;out> of memory &amp; more/s, 1],
		['there are no credits left', refusal(402), /^Something went wrong.*402/s, 0],
		['the reply was lost', replyLost, /^It may or may not have been made/, 1],
		['Telegram refuses', 'a file', /^It is made, but Telegram.* http:\/\/[^<]*&amp;/, 1],
	])('says so in a sentence when %s', async (_, fault, sentence, price) => {
		if (fault === 'a file') withText().refuse('sendPhoto');
		else stage().emulator.addFault(fault);
		await withText().deliver(message(fox));
		const [, answer] = await answers(withText(), 2);
		expect(answer?.fields).toMatchObject({
			parse_mode: 'HTML',
			text: expect.stringMatching(sentence),
		});
		expect(charged()).toBe(price);
	});
}
