import { textToImage } from '../../sandbox/emulator/apis.mts';
import { finishedExecution, outputItems, stopExecution } from '../../sandbox/n8n/executions.mts';
import { runWorkflow, type WorkflowNode } from '../../sandbox/n8n/workflows.mts';
import { eventually } from '../realN8n/eventually.mts';
import { manually, saveNodes } from '../realN8n/nodes.mts';
import { openStage } from '../realN8n/stage.mts';
import { useStage } from '../useStage.mts';
import { executionsOf, pictureNode, publish } from '../realN8n/webhookWorkflows.mts';

const stage = useStage(() => openStage([textToImage]));

const calledByOthers: WorkflowNode = {
	name: 'Called',
	type: 'n8n-nodes-base.executeWorkflowTrigger',
	typeVersion: 1.1,
	parameters: { inputSource: 'passthrough' },
};

/** Runs a workflow that calls one with the node in it. */
async function runCaller(waits: boolean): Promise<{ caller: string; called: string }> {
	const credential = await stage().credentialFor(stage().api(textToImage.name));
	const called = await publish(stage(), [calledByOthers, pictureNode(credential)]);
	const call: WorkflowNode = {
		name: 'Call',
		type: 'n8n-nodes-base.executeWorkflow',
		typeVersion: 1.2,
		parameters: {
			workflowId: { __rl: true, mode: 'id', value: called },
			options: { waitForSubWorkflow: waits },
		},
	};
	const workflow = await saveNodes(stage(), [manually, call]);
	return { caller: await runWorkflow(stage().session, workflow, manually.name), called };
}

/** The service refuses questions for the status. */
const refuse = (times: number) =>
	stage().emulator.addFault({ call: 'status', kind: 'status', status: 429, times });
const charged = () => stage().emulator.statistics().charged;

describe('a sub-workflow whose questions are refused for a while', () => {
	beforeEach(() => refuse(2));

	it('gives its picture to the workflow that waits for it, for one payment', async () => {
		const { caller } = await runCaller(true);
		const execution = await finishedExecution(stage().session, caller);
		const [item, ...more] = outputItems(execution, 'Call');
		expect(more).toEqual([]);
		expect(item).toMatchObject({ json: { status: 'COMPLETED' }, binary: { data: {} } });
		expect(charged()).toBe(1);
	});
});

it('Stop in the execution of a sub-workflow ends it while its questions are refused', async () => {
	refuse(Infinity);
	const { caller, called } = await runCaller(true);
	await eventually(async () => expect(stage().emulator.requests()).toHaveLength(2));
	const [execution] = await executionsOf(stage(), called, 1, 'running');
	await stopExecution(stage().session, execution?.id ?? '');
	expect((await finishedExecution(stage().session, execution?.id ?? '')).status).toBe('canceled');
	// Nor does the workflow that has called it wait for it any longer.
	expect((await finishedExecution(stage().session, caller)).status).not.toBe('success');
	expect(charged()).toBe(1);
});
