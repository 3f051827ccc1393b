import type {
	ICredentialDataDecryptedObject,
	IExecuteFunctions,
	IHttpRequestOptions,
} from 'n8n-workflow';
import { z } from 'zod';

import { type Clock, onAbort } from './clock';
import { limits } from './limits';
import { readBody, type Reply } from './reply';
import { errorCodeIn } from './retryRules';

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
 * @param credential as the run has read it: on its own, n8n's helper reads it from the database for every request, and an
 * error there would look like a lost reply
 * @param token is taken out of replies that quote it: they go into items, errors and logs
 * @param runEnds ends a question that is under way; nothing but its own time cuts a submit off from its id
 */
export function createClient(
	context: IExecuteFunctions,
	credential: ICredentialDataDecryptedObject,
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
			const reply = await context.helpers.httpRequestWithAuthentication.call(
				caller,
				'instaSdApi',
				{
					...options,
					encoding: 'stream',
					returnFullResponse: true,
					ignoreHttpStatusErrors: true,
					// A redirect would carry the token, and turn a submit into a question.
					disableFollowRedirect: true,
					// n8n's own ends with the headers, and the socket of a reply that drips stays open.
					timeout: 0,
				},
				{ credentialsDecrypted: { id: '', name: '', type: 'instaSdApi', data: credential } },
			);
			const { statusCode, headers, body } = fullResponse.parse(reply);
			const { text, isWhole } = await readText(body);
			if (!isWhole) end.giveUp();
			return {
				kind: 'answer',
				httpStatus: statusCode,
				retryAfter: header.parse(headers['retry-after']),
				...readBody(text, isWhole, withoutToken),
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

/** A body, after decompression, up to its end, or to where it exceeds the limits. */
async function readText(
	body: AsyncIterable<Uint8Array>,
): Promise<{ text: string; isWhole: boolean }> {
	const decoder = new TextDecoder();
	let text = '';
	let bytes = 0;
	let values = 0;
	for await (const part of body) {
		bytes += part.length;
		for (const byte of part) if (startsValue.has(byte)) values += 1;
		text += decoder.decode(part, { stream: true });
		if (bytes > limits.reply.bytes || values > limits.reply.values) return { text, isWhole: false };
	}
	return { text: text + decoder.decode(), isWhole: true };
}

/** A comma or an opening bracket, also where it is part of a text. */
const startsValue: ReadonlySet<number> = new Set(Buffer.from(',[{'));

/** What can end a call before its reply has been read. */
interface CallEnd {
	/** Aborted by the first of them; its reason has a `code`, as n8n's own errors. */
	signal: AbortSignal;
	/**
	 * Nobody wants the rest of the reply. A body that is no longer read closes its connection only when the next part of it
	 * comes: newer versions of n8n put a stream of their own around it.
	 */
	giveUp(): void;
	/** To be told when the call is over, or it holds a timer until its time is up. */
	over(): void;
}

function watchForEnd(clock: Clock, ms: number, stop?: AbortSignal): CallEnd {
	const ended = new AbortController();
	const over = new AbortController();
	const end = (code: string) => () =>
		ended.abort(Object.assign(new Error('The call was ended'), { code }));
	void clock.sleep(ms, over.signal).then(end('ECONNABORTED'), () => {});
	const forget = stop === undefined ? () => {} : onAbort(stop, end('ERR_CANCELED'));
	return {
		signal: ended.signal,
		giveUp: end('TOO_LONG'),
		over: () => {
			over.abort();
			forget();
		},
	};
}

/** An input as it is sent: InstaSD knows it by its id, people by its title. */
export interface SentInput {
	title?: string;
	value: unknown;
}

/** The inputs of a task as they are sent, by id. */
export type SentInputs = Record<string, SentInput>;

/** The body of `run_task` as JSON text. */
export function requestBody(inputs: SentInputs): string {
	return JSON.stringify({ inputs });
}
