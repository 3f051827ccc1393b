import { randomBytes } from 'node:crypto';

import { rangeInTitle } from './ranges';

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
	if (range === undefined) return random();
	// A seed below 0 asks some nodes to draw their own, so none is drawn there.
	const least = Math.max(0, range.least);
	const { greatest } = range;
	if (!Number.isSafeInteger(least) || !Number.isSafeInteger(greatest) || greatest < 0)
		return random();
	return least + (random() % (greatest - least + 1));
}
