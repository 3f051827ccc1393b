import { NodeOperationError, type IExecuteFunctions } from 'n8n-workflow';
import { useOpened } from '../useOpened.mts';
import { useStage } from '../useStage.mts';
import { createEngine } from './harness/engine.mts';
import { useNodeTime } from './nodeTime.mts';
import { loopWorkflow, probeNode, probeWorkflow, type Behaviour } from './probe.mts';
import { openStage } from './stage.mts';

// What the other tests rely on: here, n8n and time do what they do for a user.

/** Something one side waits for until the other opens it. */
function gate() {
	let open = () => {};
	const opened = new Promise<void>((resolve) => (open = resolve));
	return { open, opened };
}

describe('in the engine, as in a real n8n,', () => {
	let behaviour: Behaviour;
	const engine = useOpened(() =>
		createEngine({ nodeTypes: { 'n8n-nodes-test.probe': probeNode(() => behaviour) } }),
	);
	/** Keeps a task in the node's context and in the execution's data, and then waits for the end of the run. */
	const runUntilAborted = (entered: () => void): Behaviour =>
		async function () {
			this.customData?.set('task', 't1');
			this.getContext('node').ledger = ['t1'];
			entered();
			const signal = this.getExecutionCancelSignal();
			await new Promise((resolve) => signal?.addEventListener('abort', resolve));
			return [[{ json: { stopped: true } }]];
		};

	test('Retry On Fail enters a node again, and On Error: Continue lets its input through', async () => {
		let calls = 0;
		behaviour = async function () {
			calls += 1;
			throw new NodeOperationError(this.getNode(), 'It broke');
		};
		const retrying = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
		const ended = await engine().run(probeWorkflow(retrying));
		expect(ended.error).toMatchObject({ name: 'NodeOperationError', message: 'It broke' });
		expect(calls).toBe(3);
		for (const onError of ['continueRegularOutput', 'continueErrorOutput'] as const) {
			const run = await engine().run(probeWorkflow({ onError }));
			expect(run.output('After')).toMatchObject([{ json: { name: 'pinned' } }]);
			expect(run.nodes.Failed).toBeUndefined();
		}
	});

	test('error items go to the error output, and the others do not', async () => {
		behaviour = async function () {
			const pairedItem = { item: 0 };
			const failed = { json: { error: { code: 'x' }, message: 'no' }, pairedItem };
			return [[{ json: { ok: true }, pairedItem }, failed]];
		};
		const run = await engine().run(probeWorkflow({ onError: 'continueErrorOutput' }));
		expect(run.output('After')).toMatchObject([{ json: { ok: true } }]);
		expect(run.output('Failed')).toMatchObject([
			{ json: { name: 'pinned', error: { code: 'x' }, message: 'no' } },
		]);
	});

	test('Stop aborts the node and loses its context, but not the data of the execution', async () => {
		const entered = gate();
		behaviour = runUntilAborted(entered.open);
		const execution = engine().start(probeWorkflow(), { mode: 'trigger' });
		await entered.opened;
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

	test('Stop is what n8n shows even if the node then fails, which enters it again for Retry On Fail', async () => {
		const entered = gate();
		const aborted: Array<boolean | undefined> = [];
		behaviour = async function (this: IExecuteFunctions) {
			const signal = this.getExecutionCancelSignal();
			aborted.push(signal?.aborted);
			entered.open();
			if (!signal?.aborted) {
				await new Promise((resolve) => signal?.addEventListener('abort', resolve));
			}
			throw new NodeOperationError(this.getNode(), 'Thrown after Stop');
		};
		const node = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 };
		const execution = engine().start(probeWorkflow(node));
		await entered.opened;
		execution.stop();
		const run = await execution.finished;
		expect([run.status, run.error?.message]).toEqual(['canceled', 'Thrown after Stop']);
		expect(aborted).toEqual([false, true]);
	});

	test('the timeout of the workflow aborts the node, too, and keeps its context', async () => {
		const entered = gate();
		behaviour = runUntilAborted(entered.open);
		const run = await engine().run(probeWorkflow(), { timeout: entered.opened });
		expect(run.status).toBe('canceled');
		expect(run.error?.message).toContain('timed out');
		expect(run.stored).toContain('ledger');
	});

	test('a retry from the list keeps context and run index, also in a loop, and runs what was saved since', async () => {
		let isBroken = true;
		behaviour = async function () {
			const context: { calls?: string[] } = this.getContext('node');
			const name = String(this.evaluateExpression('{{ $json.name }}', 0));
			const runIndex = String(this.evaluateExpression('{{ $runIndex }}', 0));
			context.calls = [...(context.calls ?? []), `${name} ${runIndex}`];
			if (isBroken && name === 'b') throw new NodeOperationError(this.getNode(), 'It broke');
			const text = String(this.getNodeParameter('text', 0));
			return [[{ json: { name, calls: context.calls, text } }]];
		};
		const failed = await engine().run(loopWorkflow());
		expect(failed.contextData['node:Probe']).toEqual({ calls: ['a 0', 'b 1'] });
		const again = await engine().run(failed.workflow, { retryOf: failed });
		expect(again.status).toBe('error');
		isBroken = false;
		const saved = loopWorkflow({ parameters: { text: 'repaired' } });
		const repaired = await engine().run(saved, { retryOf: again });
		expect(repaired.output('After')).toHaveLength(3);
		expect(repaired.output('Probe', 0, 2)[0]?.json).toMatchObject({
			...{ calls: ['a 0', 'b 1', 'b 1', 'b 1', 'c 2'], text: 'repaired' },
		});
		await expect(engine().run(repaired.workflow, { retryOf: repaired })).rejects.toThrow(
			'succeeded',
		);
	});
});

describe('in the time of a test', () => {
	const time = useNodeTime();
	const stage = useStage(() => openStage({ time, behaviour: { durationMs: 0, images: 0 } }));
	let began: number;
	beforeEach(() => {
		began = time.now();
	});
	const second = 1000;
	const requests = () =>
		stage()
			.emulator.requests()
			.map(({ at, fault }) => [fault, (at - began) / second]);

	test('an hour of waiting is an hour for node and service, and a moment for the test', async () => {
		stage().emulator.setBehaviour({ durationMs: 3_600 * second });
		await stage().run({ downloadFiles: false, options: { timeoutSeconds: 7_200 } });
		const asked = requests();
		expect(asked.at(-1)?.[1]).toBeGreaterThanOrEqual(3_600);
		expect(asked.at(-2)?.[1]).toBeLessThan(3_600);
	});

	test('none passes while a reply is on its way, and a service that keeps silent is given up', async () => {
		stage().emulator.setBehaviour({ durationMs: 2 * second, images: 1 });
		time.fixChance(0);
		stage().emulator.addFault({ call: 'status', kind: 'slow', delayMs: 50 });
		stage().emulator.addFault({ call: 'status', kind: 'hang' });
		stage().emulator.addFault({ call: 'file', kind: 'stall' });
		const run = await stage().run();
		expect(run.status).toBe('success');
		const seen = requests();
		expect(seen.slice(0, 3)).toEqual([
			[null, 0],
			['slow', 0],
			['hang', 0.5],
		]);
		// Silence costs the question a minute, and then the file.
		expect(seen.slice(3).map(([fault, at]) => [fault, Math.floor(Number(at) / 60)])).toEqual([
			[null, 1],
			['stall', 1],
			[null, 2],
		]);
	});

	test('what a test has changed is as before in the next one', async () => {
		expect(Math.random()).not.toBe(0);
		time.fixChance(0);
		time.standStill();
		let isAwake = false;
		const asleep = time.sleep(second).then(() => (isAwake = true));
		await time.untilQuiet();
		expect([isAwake, Math.random()]).toEqual([false, 0]);
		time.goOn();
		await asleep;
	});
});
