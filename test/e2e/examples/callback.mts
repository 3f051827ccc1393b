import fastify from 'fastify';
import { listen } from '../../../sandbox/emulator/listening.mts';

/** A server that a workflow delivers to. */
export interface Callback {
	url: string;
	/** What came since `forget`, oldest first; each body can be read again and again. */
	received(): Response[];
	forget(): void;
	close(): Promise<void>;
}

/** Starts a server that takes whatever is posted to it. */
export async function startCallback(): Promise<Callback> {
	let calls: Array<{ type: string; body: Buffer }> = [];
	const app = fastify({ bodyLimit: 50_000_000 });
	app.removeAllContentTypeParsers();
	app.addContentTypeParser<Buffer>('*', { parseAs: 'buffer' }, (_request, body, done) =>
		done(null, body),
	);
	app.post<{ Body: Buffer }>('/done', (request) => {
		calls.push({ type: request.headers['content-type'] ?? '', body: request.body });
		return { ok: true };
	});
	await app.ready();
	const listening = await listen(app.routing, 0);
	return {
		url: `${listening.origin}/done`,
		received: () =>
			calls.map(
				({ type, body }) =>
					new Response(new Uint8Array(body), { headers: { 'content-type': type } }),
			),
		forget: () => {
			calls = [];
		},
		close: () => listening.stop(),
	};
}
