import type { IExecuteFunctions, INodeParameters } from 'n8n-workflow';
import { startEmulator } from '../../sandbox/emulator/server.mts';
import { createEngine } from '../engine/harness/engine.mts';
import { ids, nodeName, workflowWith } from '../engine/workflows.mts';
import { apiWith } from '../realN8n/apis.mts';
import { ms, type Figure } from './figures.mts';
import { InstaSd, InstaSdApi } from './shipped.mts';

const items = 10_000;
const inputs = 100;
const longest = 100;

/** In ms, of the node's last run. */
const last = { held: 0, took: 0 };

/** The node, with an eye on how long nobody else has his turn while it works. */
class Watched extends InstaSd {
	async execute(this: IExecuteFunctions) {
		const startedAt = performance.now();
		let turnAt = startedAt;
		last.held = 0;
		const turn = () => {
			const now = performance.now();
			last.held = Math.max(last.held, now - turnAt);
			turnAt = now;
		};
		let next = setImmediate(function again() {
			turn();
			next = setImmediate(again);
		});
		try {
			return await InstaSd.prototype.execute.call(this);
		} finally {
			clearImmediate(next);
			turn();
			last.took = turnAt - startedAt;
		}
	}
}

const plans: Array<{ what: string; parameters: INodeParameters }> = [
	{
		what: 'right, with two expressions',
		parameters: {
			inputs: { value: { [ids.prompt]: '={{ $json.text }}', [ids.width]: '={{ $json.number }}' } },
			options: { taskLimit: 1 },
		},
	},
	{
		what: 'wrong, all with the same unknown name',
		parameters: { inputMode: 'json', inputsJson: '={{ ({ "Promtp 1": $json.text }) }}' },
	},
	{
		what: 'wrong, each with another unknown name',
		parameters: { inputMode: 'json', inputsJson: '={{ ({ [$json.text]: 1 }) }}' },
	},
];

/** How long the node holds n8n's thread at a stretch while it plans many items. Nothing is sent. */
export async function planningFigures(): Promise<Figure[]> {
	const engine = await createEngine({
		nodeTypes: { 'n8n-nodes-instasd.instaSd': Watched },
		credentialTypes: { instaSdApi: InstaSdApi },
	});
	const emulator = await startEmulator();
	const { apiUrl, token, requestExample } = emulator;
	const exampleOf = (isRight: boolean) =>
		isRight ? requestExample : JSON.stringify({ inputs: apiWith(inputs).inputs });
	const plan = async ({ what, parameters }: (typeof plans)[number], count = items) => {
		const credential = { setup: 'manual', apiUrl, apiToken: token };
		await engine.run(workflowWith({ onError: 'continueRegularOutput' }), {
			items: Array.from({ length: count }, (_, number) => ({
				json: { text: `A picture of the number ${number}`, number },
			})),
			parameters: { [nodeName]: parameters },
			credentials: {
				'instasd-text-to-image': {
					...credential,
					requestExample: exampleOf(what.startsWith('right')),
				},
			},
			mode: 'trigger',
		});
		if (emulator.statistics().submits > 0) throw new Error('Something was sent');
		return { what, ...last };
	};
	try {
		const figures: Figure[] = [];
		// What n8n loads at its first run is not the node's.
		for (const one of plans) await plan(one, 100);
		for (const one of plans) {
			const { what, held, took } = await plan(one);
			figures.push({
				what: `${items} items, ${what}`,
				goal: `≤ ${longest} ms`,
				figure: `${ms(held)} (planned in ${(took / 1000).toFixed(1)} s)`,
				met: held <= longest,
			});
		}
		return figures;
	} finally {
		await Promise.all([engine.close(), emulator.close()]);
	}
}
