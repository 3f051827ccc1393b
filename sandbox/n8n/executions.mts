import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'flatted';
import { z } from 'zod';
import type { Session } from './session.mts';

const binarySchema = z
	.object({
		/** Where n8n keeps the file; absent when the file is in `data`. */
		id: z.string().optional(),
		data: z.string().default(''),
		mimeType: z.string(),
		fileName: z.string().optional(),
		fileExtension: z.string().optional(),
	})
	.passthrough();

const itemSchema = z
	.object({ json: z.record(z.unknown()), binary: z.record(binarySchema).optional() })
	.passthrough();

const errorSchema = z
	.object({ message: z.string(), description: z.string().nullish() })
	.passthrough();

const nodeRunSchema = z
	.object({
		error: errorSchema.optional(),
		/** In ms. */
		executionTime: z.number(),
		/** Outputs by kind (`main`, or `ai_tool`), then by number; an output without items may be null. */
		data: z.record(z.array(z.array(itemSchema).nullish())).optional(),
	})
	.passthrough();

const dataSchema = z.object({
	resultData: z
		.object({
			error: errorSchema.optional(),
			lastNodeExecuted: z.string().optional(),
			runData: z.record(z.array(nodeRunSchema)).default({}),
			metadata: z.record(z.string()).optional(),
		})
		.passthrough(),
});

const replySchema = z.object({ id: z.string(), status: z.string(), data: z.string() });

export type Binary = z.infer<typeof binarySchema>;
export type Item = z.infer<typeof itemSchema>;
export type ExecutionResult = z.infer<typeof dataSchema>['resultData'];

export interface Execution {
	id: string;
	/** `new`, `running`, `waiting`, `success`, `error`, `canceled`, `crashed`. */
	status: string;
	result: ExecutionResult;
}

/** An execution as it is now, with all its data. */
export async function readExecution(session: Session, id: string): Promise<Execution> {
	const reply = replySchema.parse(await session.request('GET', `/rest/executions/${id}`));
	const { resultData } = dataSchema.parse(parse(reply.data));
	return { id: reply.id, status: reply.status, result: resultData };
}

const listSchema = z.object({
	results: z.array(
		z.object({ id: z.string(), status: z.string(), mode: z.string() }).passthrough(),
	),
});

export type ListedExecution = z.infer<typeof listSchema>['results'][number];

/** A workflow's executions as the executions list shows them, the newest first; at most 100. */
export async function listExecutions(
	session: Session,
	workflowId: string,
): Promise<ListedExecution[]> {
	const query = new URLSearchParams({ filter: JSON.stringify({ workflowId }), limit: '100' });
	return listSchema.parse(await session.request('GET', `/rest/executions?${query}`)).results;
}

const statusSchema = z.object({ status: z.string() }).passthrough();

/**
 * Waits until an execution is over, or parked when `parked` is asked for.
 * @throws Error when that takes longer than `timeoutSeconds`
 */
export async function finishedExecution(
	session: Session,
	id: string,
	{ timeoutSeconds = 120, parked = false }: { timeoutSeconds?: number; parked?: boolean } = {},
): Promise<Execution> {
	const open = new Set(['new', 'running', ...(parked ? [] : ['waiting'])]);
	const until = Date.now() + timeoutSeconds * 1000;
	for (;;) {
		const { status } = statusSchema.parse(await session.request('GET', `/rest/executions/${id}`));
		if (!open.has(status)) return await readExecution(session, id);
		if (Date.now() > until) {
			throw new Error(`Execution ${id} was still '${status}' after ${timeoutSeconds} s`);
		}
		await sleep(200);
	}
}

/** Stops a running execution, as the editor's button does. */
export async function stopExecution(session: Session, id: string): Promise<void> {
	await session.request('POST', `/rest/executions/${id}/stop`);
}

/** Runs a finished execution once more, from its failed node: the executions list's Retry. */
export async function retryExecution(
	session: Session,
	id: string,
	{ currentWorkflow = false }: { currentWorkflow?: boolean } = {},
): Promise<string> {
	const reply = await session.request('POST', `/rest/executions/${id}/retry`, {
		loadWorkflow: currentWorkflow,
	});
	return z.object({ id: z.string() }).parse(reply).id;
}

/** The items that a node gave in its last run, all outputs one after the other. */
export function outputItems({ result }: Execution, node: string, output?: number): Item[] {
	const outputs = result.runData[node]?.at(-1)?.data?.main ?? [];
	const chosen = output === undefined ? outputs : [outputs[output]];
	return chosen.flatMap((items) => items ?? []);
}

/** All files an execution has made, in the order of its nodes' data. */
export function filesOf({ result }: Execution): Binary[] {
	return Object.values(result.runData)
		.flatMap((runs) => runs)
		.flatMap((run) => run.data?.main ?? [])
		.flatMap((items) => items ?? [])
		.flatMap((item) => Object.values(item.binary ?? {}));
}

/** A file's content, from wherever n8n keeps it. */
export async function downloadBinary(session: Session, binary: Binary): Promise<Buffer> {
	if (binary.id === undefined) return Buffer.from(binary.data, 'base64');
	const query = new URLSearchParams({ id: binary.id, action: 'download' });
	const response = await session.fetch(`/rest/binary-data?${query}`);
	if (!response.ok) throw new Error(`n8n answered ${response.status} for the file ${binary.id}`);
	return Buffer.from(await response.arrayBuffer());
}
