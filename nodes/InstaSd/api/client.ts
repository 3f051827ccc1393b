import type {
	ICredentialDataDecryptedObject,
	IExecuteFunctions,
	IHttpRequestOptions,
} from 'n8n-workflow';
import * as z from 'zod';

import { type Clock, onAbort } from './clock';
import { limits } from './limits';
import { readBody, type Reply } from './reply';
import { errorCodeIn } from './retryRules';

/** The two calls of the API. Neither throws, whatever the service replies and even if the connection breaks. */
export interface Client {
	/** @param body the request body as JSON text: what was measured is what is sent */
	runTask(body: string): Promise<Reply>;
	/** @param timeoutMs how long the complete reply may take */
	taskStatus(taskId: string, timeoutMs: number): Promise<Reply>;
}

const fullResponse = z.object({
	statusCode: z.number(),
	headers: z.object({ 'retry-after': z.string().optional().catch(undefined) }),
	// A Node.js stream; n8n nodes may not import that type.
	body: z.custom<AsyncIterable<Uint8Array>>(
		(body) => typeof body === 'object' && body !== null && Symbol.asyncIterator in body,
	),
});

/** A shorter token may be an ordinary word of the reply. */
const shortestToken = 8;

/**
 * A client on top of n8n's HTTP helper, which adds the URL and the token from the credential.
 * @param credential as the run has read it: otherwise n8n reads it from the database for each request, and an error there
 * would look like a lost reply
 * @param token removed from replies that quote it, because they go into items, errors and logs
 * @param runSignal aborts pending status calls; only its own timeout ends a submit, so that its id is not lost
 */
export function createClient(
	context: IExecuteFunctions,
	credential: ICredentialDataDecryptedObject,
	token: string,
	clock: Clock,
	runSignal?: AbortSignal,
): Client {
	const withoutToken = (text: string) =>
		token.length >= shortestToken ? text.replaceAll(token, '(token)') : text;
	const call = async (
		request: IHttpRequestOptions,
		timeoutMs: number,
		stop?: AbortSignal,
	): Promise<Reply> => {
		const ended = new AbortController();
		const over = new AbortController();
		const end = () => ended.abort('ended');
		void clock.sleep(timeoutMs, over.signal).then(end, () => {});
		const stopListening = stop && onAbort(stop, end);
		// n8n aborts a call only on the signal of the context that makes it.
		const caller: IExecuteFunctions = Object.create(context, {
			getExecutionCancelSignal: { value: () => ended.signal },
		});
		try {
			const reply = await context.helpers.httpRequestWithAuthentication.call(
				caller,
				'instaSdApi',
				{
					...request,
					encoding: 'stream',
					returnFullResponse: true,
					ignoreHttpStatusErrors: true,
					// A redirect would pass the token on, and turn the POST into a GET.
					disableFollowRedirect: true,
					// n8n's own timeout ends with the headers, so the socket of a very slow reply would stay open.
					timeout: 0,
				},
				{ credentialsDecrypted: { id: '', name: '', type: 'instaSdApi', data: credential } },
			);
			const { statusCode, headers, body } = fullResponse.parse(reply);
			const { text, isWhole } = await readText(body);
			// Merely to stop reading closes the connection only when the next part arrives, because newer versions of n8n
			// wrap the body in a stream of their own.
			if (!isWhole) end();
			return {
				kind: 'received',
				httpStatus: statusCode,
				retryAfter: headers['retry-after'],
				...readBody(text, isWhole, withoutToken),
			};
		} catch (error) {
			return {
				kind: 'lost',
				errorCode: ended.signal.aborted ? 'ECONNABORTED' : errorCodeIn(error),
			};
		} finally {
			// Otherwise its timer stays until the timeout.
			over.abort('over');
			stopListening?.();
		}
	};

	const Accept = 'application/json';
	return {
		runTask: async (body) => {
			const headers = { 'Content-Type': 'application/json', Accept };
			return await call({ method: 'POST', url: '/run_task', headers, body }, limits.submitMs);
		},
		taskStatus: async (taskId, timeoutMs) => {
			const url = `/task_status/${encodeURIComponent(taskId)}`;
			return await call({ method: 'GET', url, headers: { Accept } }, timeoutMs, runSignal);
		},
	};
}

/** The text of a decompressed body, up to its end or to the limits. */
async function readText(
	body: AsyncIterable<Uint8Array>,
): Promise<{ text: string; isWhole: boolean }> {
	const decoder = new TextDecoder();
	let text = '';
	let bytes = 0;
	let values = 0;
	for await (const part of body) {
		bytes += part.length;
		for (const byte of part) if (byte === comma || byte === bracket || byte === brace) values += 1;
		text += decoder.decode(part, { stream: true });
		if (bytes > limits.reply.bytes || values > limits.reply.values) return { text, isWhole: false };
	}
	return { text: text + decoder.decode(), isWhole: true };
}

/** Each value of a list or an object follows one of these; those within a text are counted, too. */
const [comma, bracket, brace] = Buffer.from(',[{');
