import type { IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';
import { z } from 'zod';

import { watchForEnd, type CallEnd } from './callEnd';
import type { Clock } from './clock';
import { readBoundedText } from './boundedText';
import { errorCodeIn } from './errorCode';
import { limits } from './limits';
import { readBody } from './replyBody';
import type { Reply } from './retry';

/** The two calls of the contract. Neither throws for what the service answers or for a broken connection. */
export interface Client {
	/** @param body the request body as JSON text, so that what was measured is what is sent */
	runTask(body: string): Promise<Reply>;
	/** @param timeoutMs how long the answer may take, to its end */
	taskStatus(taskId: string, timeoutMs: number): Promise<Reply>;
}

const fullResponse = z.object({
	statusCode: z.number(),
	headers: z.record(z.unknown()),
	// A stream of Node.js, which an n8n node may not import.
	body: z.custom<AsyncIterable<Uint8Array>>(
		(body) => typeof body === 'object' && body !== null && Symbol.asyncIterator in body,
	),
});
const header = z.string().optional().catch(undefined);

/** A shorter token is as likely a word of the reply. */
const shortestToken = 8;

/**
 * The calls through n8n's HTTP helper: it adds URL and token from the credential.
 * @param token is taken out of replies that quote it: they go into items, errors and logs
 * @param runEnds ends a question that is under way; nothing but its own time cuts a submit off from its id
 */
export function createClient(
	context: IExecuteFunctions,
	token: string,
	clock: Clock,
	runEnds?: AbortSignal,
): Client {
	const withoutToken = (text: string) =>
		token.length >= shortestToken ? text.replaceAll(token, '(token)') : text;
	const call = async (options: IHttpRequestOptions, end: CallEnd): Promise<Reply> => {
		// n8n ends a call on the signal of the context that makes it, and on no other.
		const caller: IExecuteFunctions = Object.create(context, {
			getExecutionCancelSignal: { value: () => end.signal },
		});
		try {
			const reply = await context.helpers.httpRequestWithAuthentication.call(caller, 'instaSdApi', {
				...options,
				encoding: 'stream',
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				// A redirect would carry the token, and turn a submit into a question.
				disableFollowRedirect: true,
				// n8n's own ends with the headers, and the socket of a reply that drips stays open.
				timeout: 0,
			});
			const { statusCode, headers, body } = fullResponse.parse(reply);
			const received = await readBoundedText(body, limits.reply);
			if (!received.isWhole) end.giveUp();
			return {
				kind: 'answer',
				httpStatus: statusCode,
				retryAfter: header.parse(headers['retry-after']),
				...readBody(received, withoutToken),
			};
		} catch (error) {
			return {
				kind: 'lost',
				errorCode: errorCodeIn(end.signal.aborted ? end.signal.reason : error),
			};
		} finally {
			end.over();
		}
	};

	return {
		runTask: async (body) =>
			await call(
				{
					method: 'POST',
					url: '/run_task',
					headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
					body,
				},
				watchForEnd(clock, limits.submitMs),
			),
		taskStatus: async (taskId, timeoutMs) =>
			await call(
				{
					method: 'GET',
					url: `/task_status/${encodeURIComponent(taskId)}`,
					headers: { Accept: 'application/json' },
				},
				watchForEnd(clock, timeoutMs, runEnds),
			),
	};
}
