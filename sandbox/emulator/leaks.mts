import type { IncomingHttpHeaders } from 'node:http';

/** Whether a request to the file origin brings along what is meant for the API alone. */
export function leaksToken(
	url: string,
	headers: IncomingHttpHeaders,
	tokens: readonly string[],
): boolean {
	if (headers.authorization !== undefined) return true;
	const sent = [url, ...Object.values(headers).flat()].join('\n');
	return tokens.some((token) => sent.includes(token) || sent.includes(encodeURIComponent(token)));
}
