import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { loadWithN8n } from '../package/load.mts';
import { MOST_BYTES, pack } from '../package/packed.mts';
import { median, ms, type Figure } from './figures.mts';

/** A community node in wide use, without dependencies and with nothing to do but describe requests. */
const PEER = '@mendable/n8n-nodes-firecrawl@2.1.2';
const PROCESSES = 15;

const manifest = z.object({ dependencies: z.record(z.string()).default({}) });

/** What the built package weighs, and how long n8n needs to load it. */
export async function packageFigures(): Promise<Figure[]> {
	const own = await pack();
	const peer = await pack(PEER);
	const times: Record<'own' | 'peer', number[]> = { own: [], peer: [] };
	try {
		// By turns, so that whatever else the machine does slows both.
		for (let process = 0; process < PROCESSES; process++) {
			times.own.push((await loadWithN8n(own.folder)).ms);
			times.peer.push((await loadWithN8n(peer.folder)).ms);
		}
	} finally {
		await Promise.all([own.remove(), peer.remove()]);
	}
	const { dependencies } = manifest.parse(JSON.parse(readFileSync('package.json', 'utf8')));
	const count = Object.keys(dependencies).length;
	return [
		{
			what: `time to load in n8n's Node.js, median of ${PROCESSES}`,
			goal: `≤ ${PEER}, ${ms(median(times.peer))}`,
			figure: ms(median(times.own)),
			met: median(times.own) <= median(times.peer),
		},
		{
			what: 'packed size, runtime dependencies',
			goal: `≤ ${MOST_BYTES / 1000} kB, none`,
			figure: `${(own.bytes / 1000).toFixed(1)} kB, ${count}`,
			met: own.bytes <= MOST_BYTES && count === 0,
		},
	];
}
