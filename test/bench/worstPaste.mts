import { readPastedSetup } from '../../nodes/InstaSd/credential/credential.ts';
import { readRequestExample } from '../../nodes/InstaSd/credential/requestExample.ts';
import { hostilePastes } from '../unit/credential/hostilePastes.mts';
import { ms, type Figure } from './figures.mts';

const tries = 3;

/** How long the worst text of 1 MB that somebody may paste into the credential holds n8n's thread. */
export async function worstPasteFigures(): Promise<Figure[]> {
	const costs = Object.entries(hostilePastes).flatMap(([name, text]) =>
		[readRequestExample, readPastedSetup].map((read) => ({ name, heldMs: leastTime(read, text) })),
	);
	const worst = costs.reduce((most, one) => (one.heldMs > most.heldMs ? one : most));
	return [
		{
			what: `of ${Object.keys(hostilePastes).length} texts of 1 MB the worst, ${worst.name}: n8n's thread held, least of ${tries}`,
			goal: '≤ 200 ms',
			figure: ms(worst.heldMs),
			met: worst.heldMs <= 200,
		},
	];
}

/** In ms; whatever else the machine does only adds to it. */
function leastTime(read: (text: string) => unknown, text: string): number {
	const times = Array.from({ length: tries }, () => {
		const started = performance.now();
		try {
			read(text);
		} catch {
			// Refused, which takes its time, too.
		}
		return performance.now() - started;
	});
	return Math.min(...times);
}
