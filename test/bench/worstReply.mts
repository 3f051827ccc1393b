import { fork } from 'node:child_process';
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { createClient } from '../../nodes/InstaSd/api/client.ts';
import { systemClock } from '../../nodes/InstaSd/api/clock.ts';
import { limits } from '../../nodes/InstaSd/api/limits.ts';
import { parseTask } from '../../nodes/InstaSd/api/task.ts';
import { createEngine } from '../engine/harness/engine.mts';
import { probeNode, probeWorkflow, type Behaviour } from '../engine/probe.mts';
import { ms, type Figure } from './figures.mts';
import { mebibyte, watchMemory } from './memory.mts';
import { InstaSdApi } from './shipped.mts';

const tries = 5;
const token = 'a-token-of-the-bench';
const hello = z.object({ address: z.object({ port: z.number() }), names: z.array(z.string()) });

/** What one question for a status costs n8n, whatever the service answers: memory, and the longest hold of its thread. */
export async function worstReplyFigures(): Promise<Figure[]> {
	let behaviour: Behaviour = async () => [];
	class Asking extends probeNode(() => behaviour) {
		constructor() {
			super();
			this.description.credentials = [{ name: 'instaSdApi' }];
		}
	}
	const engine = await createEngine({
		nodeTypes: { 'n8n-nodes-test.probe': Asking },
		credentialTypes: { instaSdApi: InstaSdApi },
	});
	const service = fork(fileURLToPath(new URL('hostileService.mts', import.meta.url)));
	try {
		const [said] = await once(service, 'message');
		const { address, names } = hello.parse(said);
		const costs: Array<{ name: string; heldMs: number; isRead: boolean }> = [];
		let grown = NaN;
		behaviour = async function () {
			const credential = await this.getCredentials('instaSdApi');
			const client = createClient(this, credential, token, systemClock);
			const ask = async (name: string) => {
				const reply = await client.taskStatus(name, limits.statusMs);
				if (reply.kind === 'lost') throw new Error(`${name}: ${reply.errorCode}`);
				return parseTask(reply, 'x', 'https://api.example.com') !== undefined;
			};
			// What n8n loads at its first calls is not the reply's.
			for (let warmUp = 0; warmUp < 20; warmUp++) await ask('a usual one');
			collectGarbage();
			const memory = watchMemory(process.pid);
			for (const name of names) {
				const held = [];
				let isRead = true;
				for (let attempt = 0; attempt < tries; attempt++) {
					held.push(await longestHold(async () => (isRead = await ask(name))));
				}
				// Whatever else the machine does only adds to it.
				costs.push({ name, isRead, heldMs: Math.min(...held) });
			}
			grown = memory.grown();
			return [[]];
		};
		const credentials = { instaSdApi: { id: 'one', name: 'InstaSD' } };
		const apiUrl = `http://127.0.0.1:${address.port}`;
		const run = await engine.run(probeWorkflow({ credentials }), {
			credentials: { one: { setup: 'manual', apiUrl, apiToken: token } },
		});
		if (run.error) throw run.error;
		const [usual] = costs;
		const worst = costs.reduce((most, one) => (one.heldMs > most.heldMs ? one : most));
		const held = ({ name, heldMs, isRead }: (typeof costs)[number]) => ({
			what: `${name}: n8n's thread held, least of ${tries}`,
			goal: '≤ 200 ms',
			figure: `${ms(heldMs)} (${isRead ? 'read' : 'refused'})`,
			met: heldMs <= 200,
		});
		return [
			{
				what: `all ${costs.length} replies, each ${tries} times: growth of the process`,
				goal: '≤ 64 MiB',
				figure: `${(grown / mebibyte).toFixed(0)} MiB`,
				met: grown <= 64 * mebibyte,
			},
			...(usual === undefined ? [] : [held(usual)]),
			held({ ...worst, name: `the worst, ${worst.name}` }),
		];
	} finally {
		service.kill();
		await engine.close();
	}
}

/** In ms. */
async function longestHold(work: () => Promise<unknown>): Promise<number> {
	collectGarbage();
	const loop = monitorEventLoopDelay({ resolution: 1 });
	loop.enable();
	await work();
	// A delay is noted when the loop is free again.
	await new Promise((resolve) => setTimeout(resolve, 20));
	loop.disable();
	return loop.max / 1e6;
}

function collectGarbage(): void {
	if (globalThis.gc === undefined) throw new Error('Run it with node --expose-gc');
	globalThis.gc();
}
