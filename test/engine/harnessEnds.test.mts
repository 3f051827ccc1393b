import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { Engine } from './harness/engine.mts';
import { loopWorkflow, probeWorkflow, type Behaviour, type LocalServer } from './probe.mts';
import {
	credentials,
	failing,
	gate,
	openProbeEngine,
	openProbeServer,
	pass,
} from './probeStage.mts';

let engine: Engine;
let server: LocalServer;
let behaviour: Behaviour;

beforeAll(async () => {
	engine = await openProbeEngine(() => behaviour);
	server = await openProbeServer();
});
afterAll(async () => {
	server.close();
	await engine.close();
});

describe('a failing node', () => {
	test('ends the execution with its error', async () => {
		behaviour = failing(1);
		const run = await engine.run(probeWorkflow());
		expect(run.status).toBe('error');
		expect(run.error).toMatchObject({ name: 'NodeOperationError', message: 'It broke' });
		expect(run.nodes.Probe?.[0]).toMatchObject({ status: 'error' });
		expect(run.nodes.After).toBeUndefined();
	});

	test('is entered again by Retry On Fail', async () => {
		const fail = failing(2);
		behaviour = fail;
		const run = await engine.run(
			probeWorkflow({ retryOnFail: true, maxTries: 3, waitBetweenTries: 1 }),
		);
		expect(run.status).toBe('success');
		expect(fail.calls).toBe(3);
		expect(run.nodes.Probe).toHaveLength(1);
	});

	test('lets its input through with "continue", also to the success branch beside an error output', async () => {
		behaviour = failing(2);
		const regular = await engine.run(probeWorkflow({ onError: 'continueRegularOutput' }));
		expect(regular.status).toBe('success');
		expect(regular.output('After')).toMatchObject([{ json: { name: 'pinned' } }]);
		const separate = await engine.run(probeWorkflow({ onError: 'continueErrorOutput' }));
		expect(separate.output('After')).toMatchObject([{ json: { name: 'pinned' } }]);
		expect(separate.nodes.Failed).toBeUndefined();
	});

	test('has its error items sent to the error output, and the others not', async () => {
		behaviour = async function () {
			expect(this.continueOnFail()).toBe(true);
			return [
				[
					{ json: { ok: true }, pairedItem: { item: 0 } },
					{ json: { error: { code: 'x' }, message: 'no' }, pairedItem: { item: 0 } },
				],
			];
		};
		const run = await engine.run(probeWorkflow({ onError: 'continueErrorOutput' }));
		expect(run.output('After')).toMatchObject([{ json: { ok: true } }]);
		expect(run.output('Failed')).toMatchObject([
			{ json: { name: 'pinned', error: { code: 'x' }, message: 'no' } },
		]);
		expect(run.output('Probe', 1)).toHaveLength(1);
	});
});

describe('Stop', () => {
	test('aborts the node, and n8n keeps the custom data but not the node context', async () => {
		const entered = gate();
		behaviour = async function () {
			this.customData?.set('task', 't1');
			this.getContext('node').ledger = ['t1'];
			const signal = this.getExecutionCancelSignal();
			entered.open();
			await new Promise((resolve) => signal?.addEventListener('abort', resolve));
			return [[{ json: { stopped: true } }]];
		};
		const execution = engine.start(probeWorkflow(), { mode: 'trigger' });
		await entered.opened;
		execution.stop();
		const run = await execution.finished;
		expect(run.status).toBe('canceled');
		expect(run.nodes.After).toBeUndefined();
		expect(run.customData).toEqual({ task: 't1' });

		behaviour = async function () {
			return [[{ json: { ledger: this.getContext('node').ledger ?? 'lost' } }]];
		};
		const retried = await engine.run(run.workflow, { retryOf: run });
		expect(retried.output('After')).toMatchObject([{ json: { ledger: 'lost' } }]);
	});

	test('aborts a request and a download under way', async () => {
		const errors: unknown[] = [];
		behaviour = async function () {
			const abortSignal = this.getExecutionCancelSignal();
			const request = this.helpers.httpRequestWithAuthentication.call(this, 'probeApi', {
				url: `${server.url}/hang`,
			});
			const download = this.helpers
				.httpRequest({ url: `${server.url}/drip`, encoding: 'stream', abortSignal })
				.then((stream) => {
					downloading.open();
					return this.helpers.prepareBinaryData(stream, 'clip.mp4', 'video/mp4');
				});
			const ended = await Promise.allSettled([request, download]);
			errors.push(...ended.map((result) => (result.status === 'rejected' ? result.reason : null)));
			return [[]];
		};
		const downloading = gate();
		const before = await engine.storedFileSizes();
		const execution = engine.start(probeWorkflow(), { credentials });
		await downloading.opened;
		execution.stop();
		const run = await execution.finished;
		expect(run.status).toBe('canceled');
		expect(errors).toMatchObject([{ httpCode: 'ERR_CANCELED' }, expect.any(Error)]);
		expect(errors[0]).toBeInstanceOf(NodeApiError);
		expect(await engine.storedFileSizes()).toEqual(before);
	});

	test('is what n8n shows even if the node then fails, which enters it again for Retry On Fail', async () => {
		const entered = gate();
		const aborted: Array<boolean | undefined> = [];
		behaviour = async function () {
			const signal = this.getExecutionCancelSignal();
			aborted.push(signal?.aborted);
			entered.open();
			if (!signal?.aborted) {
				await new Promise((resolve) => signal?.addEventListener('abort', resolve));
			}
			throw new NodeOperationError(this.getNode(), 'Thrown after Stop');
		};
		const execution = engine.start(
			probeWorkflow({ retryOnFail: true, maxTries: 2, waitBetweenTries: 1 }),
		);
		await entered.opened;
		execution.stop();
		const run = await execution.finished;
		expect(run.status).toBe('canceled');
		expect(run.error?.message).toBe('Thrown after Stop');
		expect(aborted).toEqual([false, true]);
	});

	test('of a manual run leaves nothing to retry', async () => {
		const entered = gate();
		behaviour = async function () {
			entered.open();
			const signal = this.getExecutionCancelSignal();
			await new Promise((resolve) => signal?.addEventListener('abort', resolve));
			return [[]];
		};
		const execution = engine.start(probeWorkflow());
		await entered.opened;
		execution.stop();
		const run = await execution.finished;
		await expect(engine.run(run.workflow, { retryOf: run })).rejects.toThrow('aborted');
	});

	test('by the timeout of the workflow aborts the node, too', async () => {
		const entered = gate();
		behaviour = async function () {
			this.getContext('node').ledger = ['t1'];
			const signal = this.getExecutionCancelSignal();
			entered.open();
			await new Promise((resolve) => signal?.addEventListener('abort', resolve));
			return await pass.call(this);
		};
		const run = await engine.run(probeWorkflow(), { timeout: entered.opened });
		expect(run.status).toBe('canceled');
		expect(run.error?.message).toContain('timed out');
		expect(run.stored).toContain('ledger');
	});
});

describe('Retry from the list of executions', () => {
	/** Remembers each call in the node's context; fails while `broken`. */
	const ledger = { broken: true };
	const remember: Behaviour = async function () {
		const context: { calls?: string[] } = this.getContext('node');
		const runIndex = this.evaluateExpression('{{ $runIndex }}', 0);
		const name = this.evaluateExpression('{{ $json.name }}', 0);
		const text = this.getNodeParameter('text', 0);
		context.calls = [...(context.calls ?? []), `${String(name)} ${String(runIndex)}`];
		if (ledger.broken && name === 'b') throw new NodeOperationError(this.getNode(), 'It broke');
		return [[{ json: { name: String(name), calls: context.calls, text: String(text) } }]];
	};

	test('keeps the node context and the run index, also inside a loop', async () => {
		behaviour = remember;
		ledger.broken = true;
		const failed = await engine.run(loopWorkflow());
		expect(failed.status).toBe('error');
		expect(failed.nodes.Probe).toHaveLength(2);
		expect(failed.contextData['node:Probe']).toEqual({ calls: ['a 0', 'b 1'] });

		const again = await engine.run(failed.workflow, { retryOf: failed });
		expect(again.status).toBe('error');
		ledger.broken = false;
		const repaired = await engine.run(again.workflow, { retryOf: again });
		expect(repaired.status).toBe('success');
		expect(repaired.output('After')).toHaveLength(3);
		expect(repaired.output('Probe', 0, 2)[0]?.json.calls).toEqual([
			...['a 0', 'b 1', 'b 1', 'b 1', 'c 2'],
		]);
		await expect(engine.run(repaired.workflow, { retryOf: repaired })).rejects.toThrow('succeeded');
	});

	test('runs the original workflow or the saved one', async () => {
		behaviour = remember;
		ledger.broken = true;
		const items = [{ json: { name: 'b' } }];
		const failed = await engine.run(probeWorkflow(), { mode: 'trigger', items });
		ledger.broken = false;
		const original = await engine.run(failed.workflow, { retryOf: failed });
		expect(original.output('After')[0]?.json).toMatchObject({ text: 'default text' });
		const saved = await engine.run(probeWorkflow({ parameters: { text: 'repaired' } }), {
			retryOf: failed,
		});
		expect(saved.output('After')[0]?.json).toMatchObject({
			text: 'repaired',
			calls: ['b 0', 'b 0'],
		});
	});
});
