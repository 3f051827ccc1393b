import { NodeOperationError } from 'n8n-workflow';
import type { IExecuteFunctions } from 'n8n-workflow';
import { createEngine, type Engine, type EngineOptions } from './harness/engine.mts';
import { listen, ProbeApi, probeNode, type Behaviour, type LocalServer } from './probe.mts';

export const credentials = { 'cred-1': { token: 'secret' } };

/** The engine with a node that does what `behaviour` gives at its run. */
export async function openProbeEngine(
	behaviour: () => Behaviour,
	options: Pick<EngineOptions, 'binaryMode' | 'expressions'> = {},
): Promise<Engine> {
	return await createEngine({
		nodeTypes: { 'n8n-nodes-test.probe': probeNode(behaviour) },
		credentialTypes: { probeApi: ProbeApi },
		publicUrl: 'https://n8n.example.com/',
		...options,
	});
}

/** A server that knows one token; it never answers `/hang`, and never ends `/drip`. */
export async function openProbeServer(): Promise<LocalServer> {
	return await listen((request, response) => {
		const { authorization } = request.headers;
		if (request.url === '/hang') return;
		if (request.url === '/drip') {
			response.writeHead(200, { 'content-type': 'video/mp4' }).write('first');
			return;
		}
		response.writeHead(authorization === 'Bearer secret' ? 200 : 401, {
			'content-type': 'application/json',
		});
		response.end(JSON.stringify({ authorization, url: request.url }));
	});
}

/** Lets each input item through as it is. */
export const pass: Behaviour = async function () {
	return [this.getInputData().map(({ json }, item) => ({ json, pairedItem: { item } }))];
};

/** Fails at its first `times` calls. */
export function failing(times: number): Behaviour & { calls: number } {
	const fail = async function (this: IExecuteFunctions) {
		if (fail.calls++ < times) throw new NodeOperationError(this.getNode(), 'It broke');
		return await pass.call(this);
	};
	fail.calls = 0;
	return fail;
}

/** Something one side waits for until the other opens it. */
export function gate() {
	let open = () => {};
	const opened = new Promise<void>((resolve) => (open = resolve));
	return { open, opened };
}
