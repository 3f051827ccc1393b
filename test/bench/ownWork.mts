import { setTimeout as sleep } from 'node:timers/promises';
import { NodeConnectionTypes, type IExecuteFunctions, type INodeType } from 'n8n-workflow';
import { startEmulator } from '../../sandbox/emulator/server.mts';
import { createEngine } from '../engine/harness/engine.mts';
import type { Run } from '../engine/harness/run.mts';
import { nodeName, textToImage } from '../engine/workflows.mts';
import { median, ms, type Figure } from './figures.mts';
import { InstaSd, InstaSdApi } from './shipped.mts';

const items = 2_000;
const atOnce = 20;
/** Sent by the bare node; the emulator's work for it is the same. */
let example = '';

/** In ms between the two calls: a process that has pauses takes more CPU time for the same work than one that has none. */
const pauseMs = 230;

/** A node that makes the same two calls for each item, with the same pause, and does nothing else. */
class Bare implements INodeType {
	description = {
		...new InstaSd().description,
		displayName: 'Bare',
		name: 'bare',
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
	};

	async execute(this: IExecuteFunctions) {
		const waiting = this.getInputData().map((_, index) => index);
		const call = async (options: object) =>
			await this.helpers.httpRequestWithAuthentication.call(this, 'instaSdApi', {
				url: '',
				encoding: 'text',
				returnFullResponse: true,
				disableFollowRedirect: true,
				...options,
			});
		const output = waiting.map((item) => ({ json: {}, pairedItem: { item } }));
		const headers = { 'Content-Type': 'application/json' };
		const worker = async () => {
			for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
				const reply = await call({ method: 'POST', url: '/run_task', headers, body: example });
				const { task_id: id } = JSON.parse(reply.body);
				await sleep(pauseMs);
				const status = await call({ method: 'GET', url: `/task_status/${id}` });
				output[item] = { json: JSON.parse(status.body), pairedItem: { item } };
			}
		};
		await Promise.all(Array.from({ length: atOnce }, worker));
		return [output];
	}
}

/** What the node itself costs, beside the calls that every node would have to make. */
export async function ownWorkFigures(): Promise<Figure[]> {
	const engine = await createEngine({
		nodeTypes: { 'n8n-nodes-instasd.instaSd': InstaSd, 'n8n-nodes-instasd.bare': Bare },
		credentialTypes: { instaSdApi: InstaSdApi },
	});
	const emulator = await startEmulator({ behaviour: { durationMs: 0, images: 0 } });
	const { apiUrl, token, requestExample } = emulator;
	example = requestExample;
	const run = async (type: string) => {
		emulator.reset();
		const workflow = {
			...textToImage,
			nodes: textToImage.nodes.map((node) => (node.name === nodeName ? { ...node, type } : node)),
		};
		const finished = await engine.run(workflow, {
			items: Array.from({ length: items }, (_, index) => ({ json: { index } })),
			parameters: { [nodeName]: { downloadFiles: false, options: { tasksAtOnce: atOnce } } },
			credentials: {
				'instasd-text-to-image': { setup: 'manual', apiUrl, apiToken: token, requestExample },
			},
		});
		if (finished.output(nodeName).length !== items)
			throw new Error('The run lost items', { cause: finished.error?.message });
		return finished;
	};
	try {
		const bare = async () => await run('n8n-nodes-instasd.bare');
		const ours = async () => await run('n8n-nodes-instasd.instaSd');
		// The first warms both up; one alone differs from the next by as much as the goal. Their heap is measured in it, too:
		// that takes CPU time, and the longer the run, the more.
		const heap = { bare: await peakBytes(bare), ours: await peakBytes(ours) };
		const pair = async () => ({ bare: await cpuMs(bare), ours: await cpuMs(ours) });
		const pairs = [await pair(), await pair(), await pair()];
		const own = median(pairs.map(({ bare, ours }) => (ours - bare) / items));
		const ratio = median(pairs.map(({ bare, ours }) => ours / bare));
		const bareMs = median(pairs.map(({ bare }) => bare / items));
		const bytes = (heap.ours.bytes - heap.bare.bytes) / items;
		const inputsBytes = JSON.stringify(heap.ours.run.output(nodeName)[0]?.json).length;
		return [
			{
				what: `${items} items, instant service: CPU time of an item above a bare node's, median of 3`,
				goal: '≤ 1 ms',
				figure: `${ms(own)} (in all ${ratio.toFixed(2)} × the bare node's ${ms(bareMs)})`,
				met: own <= 1,
			},
			{
				what: 'the same: heap of an item, at its highest',
				goal: 'small, constant',
				figure: `${Math.round(bytes)} bytes (its output as JSON: ${inputsBytes})`,
			},
		];
	} finally {
		await Promise.all([engine.close(), emulator.close()]);
	}
}

async function cpuMs(work: () => Promise<Run>): Promise<number> {
	collectGarbage();
	const before = process.cpuUsage();
	await work();
	const { user, system } = process.cpuUsage(before);
	return (user + system) / 1000;
}

async function peakBytes(work: () => Promise<Run>) {
	collectGarbage();
	const before = process.memoryUsage().heapUsed;
	let peak = 0;
	const sample = () => {
		collectGarbage();
		peak = Math.max(peak, process.memoryUsage().heapUsed);
	};
	const sampling = setInterval(sample, 2000);
	const run = await work();
	clearInterval(sampling);
	sample();
	return { run, bytes: peak - before };
}

function collectGarbage(): void {
	if (globalThis.gc === undefined) throw new Error('Run it with node --expose-gc');
	globalThis.gc();
}
