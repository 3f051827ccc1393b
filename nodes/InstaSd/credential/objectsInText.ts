import { jsonParse } from 'n8n-workflow';

import { cutObject } from './brackets';
import { unescapeBackslashes } from './backslashes';

/** What a text holds at one of its `{`. */
export type Found =
	| { kind: 'object'; value: unknown; isRepaired: boolean }
	| {
			/** It has no end; dots say that some is left out; it is no JSON, and too long to be repaired. */
			kind: 'unclosed' | 'shortened' | 'tooLong';
			/** Whether it is a request body by its first key. */
			isBody: boolean;
	  };

/**
 * Bounds of the work on one text: objects to look at, characters to scan beside those of the text itself, and to repair.
 * The time of a repair grows with the square of the length: 0.5 s for 50,000.
 */
const most = { objects: 300, scannedAgain: 1_000_000, repaired: 100_000, repairedAtOnce: 50_000 };

/** How an object looks that stands inside a string of a program, by its first quote, and how to get it out of there. */
const escapings: ReadonlyArray<{ begins: RegExp; undo: (text: string) => string }> = [
	{ begins: /\{(?:\s|\\[rnt]|\\\r?\n)*\\"|\{\s*\\[rn]/y, undo: unescapeBackslashes },
	// PowerShell
	{ begins: /\{\s*`"/y, undo: (text) => text.replace(/`([\s\S])/g, '$1') },
	// C#
	{ begins: /\{\s*""\w/y, undo: (text) => text.replaceAll('""', '"') },
];

const startsWithInputs = /\{\s*["'“”‘’`]?inputs\b/y;

/**
 * The objects in a text, in the order of their first brackets, also those inside another: JSON, or what n8n can repair
 * to it, with anything around it. Takes bounded time.
 */
export function* objectsInText(text: string): Generator<Found, void> {
	const left = {
		objects: most.objects,
		scanned: text.length + most.scannedAgain,
		repaired: most.repaired,
	};
	for (let start = text.indexOf('{'); start !== -1; start = text.indexOf('{', start + 1)) {
		const escaping = escapings.find(({ begins }) => matchesAt(begins, text, start));
		const source = escaping === undefined ? text : escaping.undo(text.slice(start));
		const from = escaping === undefined ? start : 0;
		const cut = cutObject(source, from);
		left.scanned -=
			cut.kind === 'closed' && escaping === undefined ? cut.end - start : text.length - start;
		left.objects -= 1;
		if (left.scanned < 0 || left.objects < 0) return;
		const isBody = matchesAt(startsWithInputs, source, from);
		yield cut.kind === 'closed'
			? readObject(source.slice(from, cut.end), cut.text, isBody, left)
			: { kind: cut.kind, isBody };
	}
}

function matchesAt(pattern: RegExp, text: string, at: number): boolean {
	pattern.lastIndex = at;
	return pattern.test(text);
}

/** @param tidied the text as `cutObject` gives it */
function readObject(
	text: string,
	tidied: string,
	isBody: boolean,
	left: { repaired: number },
): Found {
	const strict = parsed(text, false);
	if (strict !== undefined) return { kind: 'object', value: strict, isRepaired: false };
	const nearly = parsed(tidied, false);
	if (nearly !== undefined) return { kind: 'object', value: nearly, isRepaired: true };
	if (tidied.length > Math.min(most.repairedAtOnce, left.repaired)) {
		return { kind: 'tooLong', isBody };
	}
	left.repaired -= tidied.length;
	return { kind: 'object', value: parsed(tidied, true), isRepaired: true };
}

/** What the text says, or undefined where it is no JSON. */
function parsed(text: string, repairJSON: boolean): unknown {
	return jsonParse<unknown>(text, { repairJSON, fallbackValue: () => undefined });
}
