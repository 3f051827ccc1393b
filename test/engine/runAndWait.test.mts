import { PNG } from 'pngjs';
import { nodeName, openStage, type Stage } from './stage.mts';

let stage: Stage;
beforeAll(async () => {
	stage = await openStage();
});
afterAll(async () => await stage.close());
beforeEach(() => stage.emulator.reset());

test('one click makes a picture, charged once, and no token leaves the API', async () => {
	const run = await stage.run();
	expect(run.status).toBe('success');
	const [item] = run.output(nodeName);
	const picture = PNG.sync.read(await stage.engine.readBinary(item!));
	expect(picture.width).toBe(32);
	expect(stage.emulator.statistics()).toMatchObject({ charged: 1, leaked: 0 });
});
