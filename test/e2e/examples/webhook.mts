import { activateWorkflow } from '../../../sandbox/n8n/workflows.mts';
import { call } from '../../realN8n/webhookWorkflows.mts';
import type { ExampleStage } from './exampleStage.mts';

/** Publishes an example once, and sends JSON to its webhook of this path. */
export function webhookOf(stage: () => ExampleStage, name: string, path: string) {
	let published = false;
	return async (body: unknown): Promise<Response> => {
		const { session, example } = stage();
		if (!published) await activateWorkflow(session, example(name).id);
		published = true;
		return await call(stage(), path, body);
	};
}
