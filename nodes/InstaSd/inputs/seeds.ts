import { randomBytes } from 'node:crypto';

import { rangeInTitle } from './inputTypes';

/** Gives a random integer from 0 to 2^53 − 1. */
export type RandomInteger = () => number;

/** An integer from 0 to 2^53 − 1 from a cryptographic source, so that parallel executions never share a sequence. */
export function randomInteger(): number {
	return Number(randomBytes(8).readBigUInt64BE() >> 11n);
}

/**
 * A fresh seed, because the service does not randomise on API calls. A title such as "Seed (0-4294967295)" bounds it;
 * else it is anything a JavaScript number holds exactly.
 */
export function drawSeed(title: string, random: RandomInteger): number {
	const range = rangeInTitle(title);
	// A seed below 0 asks some nodes to draw their own, so none is drawn there.
	if (range === undefined || range.greatest < 0) return random();
	const least = Math.max(0, range.least);
	return least + (random() % (range.greatest - least + 1));
}
