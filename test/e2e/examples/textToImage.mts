import { filesOf } from '../../../sandbox/n8n/executions.mts';
import { play, type ExampleStage } from './exampleStage.mts';

/** Promises of examples/text-to-image.json. */
export function textToImage(stage: () => ExampleStage): void {
	it('makes one picture', async () => {
		const execution = await play(stage(), stage().example('text-to-image'));
		expect(execution.status).toBe('success');
		expect(filesOf(execution).map(({ mimeType }) => mimeType)).toEqual(['image/png']);
		expect(stage().emulator.statistics().charged).toBe(1);
	});
}
