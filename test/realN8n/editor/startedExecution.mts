import type { Page } from 'playwright-core';
import { z } from 'zod';

const runReply = z.object({ data: z.object({ executionId: z.string() }) });

/** Does something that starts an execution, such as a click, and gives the execution's id. */
export async function startedExecution(page: Page, start: () => Promise<void>): Promise<string> {
	const started = page.waitForResponse(
		(response) =>
			response.request().method() === 'POST' && /\/workflows\/[^/]+\/run/.test(response.url()),
	);
	await start();
	return runReply.parse(await (await started).json()).data.executionId;
}
