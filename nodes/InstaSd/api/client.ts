import type { IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';
import { z } from 'zod';

import { errorCodeIn } from './errorCode';
import { limits } from './limits';
import { readBody } from './replyBody';
import type { Reply } from './retry';

/** The two calls of the contract. Neither throws for what the service answers or for a broken connection. */
export interface Client {
	/** @param body the request body as JSON text, so that what was measured is what is sent */
	runTask(body: string): Promise<Reply>;
	/** @param timeoutMs how long the answer may take */
	taskStatus(taskId: string, timeoutMs: number): Promise<Reply>;
}

/**
 * How many times its timeout a call may take in all. n8n's own timeout does not end a reply that goes on arriving, byte
 * by byte.
 */
const timeoutsInAll = 3;

const fullResponse = z.object({
	statusCode: z.number(),
	headers: z.record(z.unknown()),
	body: z.unknown(),
});
const header = z.string().optional().catch(undefined);

/** A shorter token is as likely a word of the reply. */
const shortestToken = 8;

/**
 * The calls through n8n's HTTP helper: it adds URL and token from the credential, and ends questions on Stop.
 * @param token is taken out of replies that quote it: they go into items, errors and logs
 */
export function createClient(context: IExecuteFunctions, token: string): Client {
	const withoutToken = (text: string) =>
		token.length >= shortestToken ? text.replaceAll(token, '(token)') : text;
	// n8n ends a call on the signal of the context that makes it. A submit has none: Stop would cut it off from its id.
	const unstoppable: IExecuteFunctions = Object.create(context, {
		getExecutionCancelSignal: { value: () => undefined },
	});
	const call = async (
		caller: IExecuteFunctions,
		options: IHttpRequestOptions & { timeout: number },
	): Promise<Reply> => {
		try {
			const replying = context.helpers.httpRequestWithAuthentication.call(caller, 'instaSdApi', {
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
				...readBody(body, withoutToken),
			};
		} catch (error) {
			return { kind: 'lost', errorCode: errorCodeIn(error) };
		}
	};

	return {
		runTask: async (body) =>
			await call(unstoppable, {
				method: 'POST',
				url: '/run_task',
				headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
				body,
				timeout: limits.submitMs,
			}),
		taskStatus: async (taskId, timeoutMs) =>
			await call(context, {
				method: 'GET',
				url: `/task_status/${encodeURIComponent(taskId)}`,
				headers: { Accept: 'application/json' },
				timeout: timeoutMs,
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
