import type { IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';
import { z } from 'zod';

import { errorCodeIn } from './errorCode';
import { limits } from './limits';
import type { Reply } from './retry';

/** The two calls of the contract. Neither throws for what the service answers or for a broken connection. */
export interface Client {
	/** @param body the request body as JSON text, so that what was measured is what is sent */
	runTask(body: string): Promise<Reply>;
	taskStatus(taskId: string): Promise<Reply>;
}

/**
 * How many times its timeout a call may take in all. n8n's own timeout does not end a reply that goes on arriving, byte
 * by byte.
 */
const timeoutsInAll = 3;

/** The longest reply that is read, in characters; a status is a few kilobytes. */
const longestReply = 5_000_000;

const fullResponse = z.object({
	statusCode: z.number(),
	headers: z.record(z.unknown()),
	body: z.unknown(),
});
const header = z.string().optional().catch(undefined);
const fields = z.record(z.unknown());

/** A shorter token is as likely a word of the reply. */
const shortestToken = 8;

/**
 * The calls through n8n's HTTP helper: it adds URL and token from the credential, and ends them on Stop.
 * @param token is taken out of replies that quote it: they go into items, errors and logs
 */
export function createClient(context: IExecuteFunctions, token: string): Client {
	const withoutToken = (text: string) =>
		token.length >= shortestToken ? text.replaceAll(token, '(token)') : text;
	const call = async (options: IHttpRequestOptions & { timeout: number }): Promise<Reply> => {
		try {
			const replying = context.helpers.httpRequestWithAuthentication.call(context, 'instaSdApi', {
				...options,
				encoding: 'text',
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				// A redirect would carry the token, and turn a submit into a question.
				disableFollowRedirect: true,
			});
			const reply = await within(timeoutsInAll * options.timeout, replying);
			const { statusCode, headers, body } = fullResponse.parse(reply);
			const retryAfter = header.parse(headers['retry-after']);
			return {
				kind: 'answer',
				httpStatus: statusCode,
				retryAfter,
				body: parseBody(body, withoutToken),
			};
		} catch (error) {
			return { kind: 'lost', errorCode: errorCodeIn(error) };
		}
	};

	return {
		runTask: async (body) =>
			await call({
				method: 'POST',
				url: '/run_task',
				headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
				body,
				timeout: limits.submitMs,
			}),
		taskStatus: async (taskId) =>
			await call({
				method: 'GET',
				url: `/task_status/${encodeURIComponent(taskId)}`,
				headers: { Accept: 'application/json' },
				timeout: limits.statusMs,
			}),
	};
}

/** Waits for work no longer than so many ms. By a signal's own timer, which costs less than a pause of n8n-workflow. */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
	const over = AbortSignal.timeout(ms);
	return await new Promise<T>((resolve, reject) => {
		const late = () => reject(Object.assign(new Error('Too late'), { code: 'ETIMEDOUT' }));
		over.addEventListener('abort', late, { once: true });
		void work.then(resolve, reject).finally(() => over.removeEventListener('abort', late));
	});
}

/**
 * The parsed body, or the text itself where it is not JSON.
 * @param clean is applied to every text and key in it
 */
function parseBody(body: unknown, clean: (text: string) => string): unknown {
	if (typeof body !== 'string') return undefined;
	if (body.length > longestReply) return clean(body.slice(0, 1000)).slice(0, 200);
	try {
		// What is not in the whole text is in none of its parts, unless it is written with escapes.
		if (clean(body) === body && !body.includes('\\')) return JSON.parse(body);
		return JSON.parse(body, (_, value: unknown) => {
			if (typeof value === 'string') return clean(value);
			const named = fields.safeParse(value);
			if (!named.success || Object.keys(named.data).every((key) => clean(key) === key))
				return value;
			return Object.fromEntries(
				Object.entries(named.data).map(([key, each]) => [clean(key), each]),
			);
		});
	} catch {
		return clean(body);
	}
}
