import { useOpened } from '../useOpened.mts';
import { createEngine } from './harness/engine.mts';
import { probeNode, probeWorkflow, type Behaviour } from './probe.mts';

let behaviour: Behaviour;
const engine = useOpened(() =>
	createEngine({ nodeTypes: { 'n8n-nodes-test.probe': probeNode(() => behaviour) } }),
);

// What no other test sees of the engine that they all rely on.
test('Stop aborts the node and loses its context, as in a real n8n, but not the data of the execution', async () => {
	let enter = () => {};
	const entered = new Promise<void>((resolve) => (enter = resolve));
	behaviour = async function () {
		this.customData?.set('task', 't1');
		this.getContext('node').ledger = ['t1'];
		enter();
		const signal = this.getExecutionCancelSignal();
		await new Promise((resolve) => signal?.addEventListener('abort', resolve));
		return [[{ json: { stopped: true } }]];
	};
	const execution = engine().start(probeWorkflow(), { mode: 'trigger' });
	await entered;
	execution.stop();
	const run = await execution.finished;
	expect(run.status).toBe('canceled');
	expect(run.nodes.After).toBeUndefined();
	expect(run.customData).toEqual({ task: 't1' });

	behaviour = async function () {
		return [[{ json: { ledger: this.getContext('node').ledger ?? 'lost' } }]];
	};
	const retried = await engine().run(run.workflow, { retryOf: run });
	expect(retried.output('After')).toMatchObject([{ json: { ledger: 'lost' } }]);
});
