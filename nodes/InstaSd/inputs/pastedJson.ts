import { z } from 'zod';

import { wordsOf, type Failure } from '../api/failures';

const record = z.record(z.unknown());

/** A JSON object as it came: what zod itself makes of one lacks a key `__proto__`. */
export const jsonObject = z.custom<Record<string, unknown>>(
	(value) => record.safeParse(value).success,
);

/**
 * Reads JSON that a person pasted; a byte order mark and spaces around it do no harm.
 * @param broken makes the refusal from the parser's reason
 * @throws Failure what `broken` makes
 */
export function parsePastedJson(text: string, broken: (reason: string) => Failure): unknown {
	try {
		return JSON.parse(text.trim());
	} catch (error) {
		throw broken(wordsOf(error));
	}
}
