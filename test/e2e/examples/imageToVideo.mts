import { pictureToVideo as api } from '../../../sandbox/emulator/apis.mts';
import { downloadBinary, outputItems } from '../../../sandbox/n8n/executions.mts';
import { jsonOf, play, promptOf, type ExampleStage } from './exampleStage.mts';

const name = 'image-to-video';
const [start = '', motion = ''] = Object.keys(api.inputs);

/** Promises of examples/image-to-video.json. */
export function imageToVideo(stage: () => ExampleStage): void {
	it("sends each row's own picture on to the video's API, and joins the video with its row", async () => {
		const { emulator, session } = stage();
		const execution = await play(stage(), stage().example(name));
		expect(execution.status).toBe('success');
		const pictures = outputItems(execution, 'Make the picture');
		expect(pictures).toHaveLength(2);
		expect(jsonOf(execution, 'Result').map(({ title }) => title)).toEqual(['Hills', 'Sea']);
		expect(emulator.statistics().charged).toBe(4);

		const tasks = emulator.statistics().perTask.filter((task) => task.api === api.name);
		const byMotion = new Map(
			tasks.map(({ id }) => {
				const inputs = emulator.task(id)?.inputs ?? {};
				return [inputs[motion]?.value, inputs];
			}),
		);
		const rows = jsonOf(execution, 'Rows');
		for (const [index, { json, binary }] of pictures.entries()) {
			expect(promptOf(emulator.task(String(json.task_id))?.inputs)).toBe(rows[index]?.picture);
			if (binary?.picture === undefined) throw new Error('The picture is not in its field');
			const picture = await downloadBinary(session, binary.picture);
			const sent = byMotion.get(rows[index]?.motion);
			expect(Buffer.from(String(sent?.[start]?.value), 'base64').equals(picture)).toBe(true);
		}
		const videos = outputItems(execution, 'Result').map(({ binary }) => binary?.video?.mimeType);
		expect(videos).toEqual(['video/mp4', 'video/mp4']);
	});

	it('makes a video of every picture that a task gave', async () => {
		stage().emulator.setBehaviour({ images: 2 }, { api: 'product picture' });
		const execution = await play(stage(), stage().example(name));
		expect(execution.status).toBe('success');
		const titles = jsonOf(execution, 'Result').map(({ title }) => title);
		expect(titles).toEqual(['Hills', 'Hills', 'Sea', 'Sea']);
		expect(new Set(jsonOf(execution, 'Result').map(({ picture_url }) => picture_url)).size).toBe(4);
	});
}
