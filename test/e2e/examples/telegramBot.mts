import fastify from 'fastify';
import { listen } from '../../../sandbox/emulator/listening.mts';
import { photo } from '../../realN8n/uploads.mts';

/** What a workflow has sent with a bot: the method of Telegram's Bot API, and its fields. */
export interface Sent {
	method: string;
	fields: Record<string, unknown>;
}

/** Telegram, as a bot knows it. */
export interface TelegramBot {
	/** In place of https://api.telegram.org. */
	url: string;
	token: string;
	/** What was sent since `forget`, in order. */
	sent(): Sent[];
	forget(): void;
	/** The next call of a method is refused. */
	refuse(method: string): void;
	/** Delivers an update to the webhook that was set, as Telegram does. */
	deliver(update: object): Promise<Response>;
	close(): Promise<void>;
}

/** Starts a stand-in of Telegram's Bot API, with one photo to get from it. */
export async function startTelegramBot(): Promise<TelegramBot> {
	const token = '1234567:bot-of-a-test';
	let webhook: Record<string, unknown> = {};
	let sent: Sent[] = [];
	let refused: string | undefined;
	const app = fastify({ bodyLimit: 50_000_000 });
	app.removeAllContentTypeParsers();
	app.addContentTypeParser<Buffer>('*', { parseAs: 'buffer' }, (_request, body, done) =>
		done(null, body),
	);
	app.get(`/file/bot${token}/photos/mug.png`, (_request, reply) => reply.send(photo));
	app.post<{ Params: { method: string }; Body?: Buffer }>(
		`/bot${token}/:method`,
		async ({ params: { method }, body, headers }, reply) => {
			const fields = await fieldsOf(headers['content-type'] ?? '', body);
			if (method === refused) {
				refused = undefined;
				return reply.code(400).send({ ok: false, description: 'Bad Request' });
			}
			if (method === 'setWebhook') webhook = fields;
			if (method.startsWith('send')) sent.push({ method, fields });
			return { ok: true, result: { file_path: 'photos/mug.png', message_id: sent.length } };
		},
	);
	await app.ready();
	const listening = await listen(app.routing, 0);
	return {
		url: listening.origin,
		token,
		sent: () => sent,
		forget: () => void (sent = []),
		refuse: (method) => void (refused = method),
		deliver: async (update) =>
			await fetch(String(webhook.url), {
				method: 'POST',
				headers: {
					'content-type': 'application/json',
					'x-telegram-bot-api-secret-token': String(webhook.secret_token),
				},
				body: JSON.stringify(update),
			}),
		close: () => listening.stop(),
	};
}

async function fieldsOf(type: string, body?: Buffer): Promise<Sent['fields']> {
	const reply = new Response(new Uint8Array(body ?? []), { headers: { 'content-type': type } });
	if (!type.startsWith('multipart/')) return { ...JSON.parse((await reply.text()) || '{}') };
	const fields: Sent['fields'] = {};
	(await reply.formData()).forEach((value, name) => (fields[name] = value));
	return fields;
}
