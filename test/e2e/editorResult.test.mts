import { finishedExecution } from '../../sandbox/n8n/executions.mts';
import { everyKind } from '../realN8n/apis.mts';
import { loadedImage } from '../realN8n/editor/images.mts';
import { outputPanel } from '../realN8n/editor/outputPanel.mts';
import { eventually } from '../realN8n/eventually.mts';
import { formWorkflow } from '../realN8n/formWorkflow.mts';
import { nodeName } from '../realN8n/nodes.mts';
import { useStage } from '../useStage.mts';
import { openCanvas, type Canvas } from './canvas.mts';
import { openFormStage } from './formStage.mts';

const stage = useStage(openFormStage);

/** The canvas of a new workflow whose node has not been opened since it was made. */
const newCanvas = async (parameters?: Record<string, unknown>): Promise<Canvas> => {
	const credential = await stage().credentialFor(stage().api(everyKind.name));
	const workflow = await formWorkflow(stage(), credential, { parameters });
	return await openCanvas(stage().editor, workflow);
};

const marked = async (canvas: Canvas, mark: string): Promise<void> =>
	await eventually(async () => expect(await canvas.mark(nodeName)).toBe(mark));

describe('a finished task', () => {
	it('turns the node green, and its files can be looked at in the output', async () => {
		const imageSize = { width: 48, height: 32 };
		stage().emulator.setBehaviour({ images: 2, videos: 1, imageSize });
		const canvas = await newCanvas();
		await canvas.run();
		await marked(canvas, 'success');
		await stage().editor.picture('green');

		await canvas.openNode(nodeName);
		const output = outputPanel(stage().editor);
		expect(await output.files()).toEqual([
			expect.stringMatching(/^data\s[^]*image_1-[^\s]+\.png[^]*image\/png/),
			expect.stringMatching(/^data_1\s[^]*image_2-[^\s]+\.png[^]*image\/png/),
			expect.stringMatching(/^data_2\s[^]*video_1-[^\s]+\.mp4[^]*video\/mp4/),
		]);
		await stage().editor.picture('files');
		const first = await loadedImage(await output.viewImage(0));
		await stage().editor.picture('picture');
		await output.backToList();
		const second = await loadedImage(await output.viewImage(1));
		expect([first.width, second.width]).toEqual([48, 48]);
		expect(second.src).not.toBe(first.src);
	});
});

describe('a failed task', () => {
	it('turns the node red, and tells in words which task failed, why, and what to do', async () => {
		stage().emulator.setBehaviour({ failWith: 'CUDA out of memory' });
		const canvas = await newCanvas();
		await canvas.run();
		await marked(canvas, 'error');
		const [task] = stage().emulator.statistics().perTask;
		const told = `Task ${task?.id} failed: CUDA out of memory`;
		await eventually(async () => {
			expect(await canvas.notices()).toEqual([expect.stringContaining(told)]);
		});
		await stage().editor.picture('red');

		await canvas.openNode(nodeName);
		const output = outputPanel(stage().editor);
		const { message, description } = await output.error();
		await stage().editor.picture('error');
		expect(message).toContain(told);
		expect(description).toMatch(/^The task failed at the service, which /);
		const link = stage().editor.dialog.getByText('More about TASK_FAILED');
		expect(await link.getAttribute('href')).toMatch(/\/docs\/reference\.md#task_failed$/);
		// n8n keeps the stack of every error folded away under "Other info".
		expect(await output.text()).not.toMatch(/node_modules|processTicks|\.[jt]s:\d/);
		await output.unfold(`From ${nodeName}`);
		await eventually(async () => expect(await output.text()).toContain('TASK_FAILED'));
	});
});

describe('Stop', () => {
	it('cancels the execution, asks the service nothing more, and leaves no error on the node', async () => {
		const { emulator, session } = stage();
		emulator.setBehaviour({ durationMs: 3_600_000 });
		const canvas = await newCanvas();
		const id = await canvas.run();
		await eventually(async () => expect(emulator.statistics().asked).toBeGreaterThan(1));
		await stage().editor.picture('running');
		await canvas.stop();
		const { status, result } = await finishedExecution(session, id);
		expect(status).toBe('canceled');
		expect(result.error?.message).toBe('The execution was cancelled manually');
		expect(result.runData[nodeName]?.at(-1)?.error).toBeUndefined();
		const requests = emulator.requests().length;
		await canvas.idle();
		await stage().editor.picture('stopped');
		expect(await canvas.mark(nodeName)).toBe('none');
		expect(await canvas.notices()).toEqual(['Execution stopped']);

		await canvas.openNode(nodeName);
		expect(await outputPanel(stage().editor).text()).toContain('No output data');
		// In the time that another task takes, a node that had not stopped would have asked again.
		expect(emulator.requests()).toHaveLength(requests);
		const asked = () => emulator.statistics().perTask.map((task) => task.asked);
		const before = asked();
		emulator.setBehaviour({ durationMs: 4000 });
		const other = await newCanvas();
		await other.run();
		await marked(other, 'success');
		expect(asked()).toEqual([...before, expect.any(Number)]);
	});
});
