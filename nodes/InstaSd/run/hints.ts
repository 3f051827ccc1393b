import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import * as z from 'zod';

import { factsOf, isFailureCode } from '../api/failureCodes';
import { messageOf } from '../api/failures';
import type { NodeOperation } from '../api/nodeOperations';
import { escapeHtml, firstFew } from '../inputs/wording';
import { fromSampleAtMost } from '../outputs/items';
import { isTool } from './errors';
import type { Notices, Session } from './session';

/** How each notice begins. */
const sentences: Record<keyof Notices, string> = {
	outOfRange: 'Sent as given, although outside the range in the title',
	fromSample: 'Taken from the sample',
	noLinks: 'Completed without links, so there was no file to download',
	notLinks: 'Not downloaded, because it is not a link',
	noSubmitTime: "Never given up, because the item has no 'submitted_at', which Run Task adds",
};

/** What the hint after a run tells. */
export interface RunFacts
	extends Pick<NodeOperation, 'creates' | 'waits'>,
		Pick<Session, 'notices' | 'retries'> {
	items: readonly INodeExecutionData[];
	/** The name of the credential: n8n chooses one by itself, and a user with several APIs wants to see which. */
	credential: string | undefined;
	/** How long the run took, in ms. */
	tookMs: number;
	/** The ids of the tasks that failed in earlier tries of the run. */
	failedBefore: readonly string[];
}

/** The most tasks, values or files that a sentence names. */
const namedAtMost = 3;

/** The most tasks that it names which were paid for without a result. */
const paidNamedAtMost = 50;

const failureJson = z.object({
	message: z.string(),
	error: z.object({
		code: z.string().refine(isFailureCode),
		task_id: z.string().nullable(),
		http_status: z.number().nullable(),
	}),
});

type ItemFailure = z.infer<typeof failureJson>;

/** The hint after a run, one sentence for each thing to tell, failures first; undefined when there is nothing. */
export function hintOf(facts: RunFacts): string | undefined {
	const about = (notice: keyof Notices, max = namedAtMost) => {
		const names = [...new Set(facts.notices[notice])];
		return names.length === 0 ? undefined : `${sentences[notice]}: ${firstFew(names, max)}.`;
	};
	const failures = failuresIn(facts.items);
	const all = [
		firstFailure(facts, failures),
		facts.waits ? summary(facts, failures.length) : undefined,
		paidBefore(facts.failedBefore, failures),
		about('outOfRange'),
		about('fromSample', fromSampleAtMost),
		about('noLinks'),
		about('notLinks'),
		about('noSubmitTime'),
	].filter((sentence) => sentence !== undefined);
	return all.length === 0 ? undefined : all.join(' ');
}

/** Shows the run's hint above the node's output; n8n keeps it when the node succeeds. */
export function showHint(
	{ context, ledger, operation, service, startedAt, retries, notices }: Session,
	items: readonly INodeExecutionData[],
): void {
	show(context, () =>
		hintOf({
			...operation,
			items,
			credential: context.getNode().credentials?.instaSdApi?.name,
			tookMs: service.clock.now() - startedAt,
			retries,
			failedBefore: ledger.failedBefore,
			notices,
		}),
	);
}

/** The same for a run that failed as a whole, on a node that continues on failures. */
export function showFailure(
	context: IExecuteFunctions,
	items: readonly INodeExecutionData[],
	creates: boolean,
): void {
	show(context, () => firstFailure({ creates, items }, failuresIn(items)));
}

/**
 * Shows a hint as the text that it is, for n8n takes it as HTML. Not of a tool: nobody would see it.
 * @param make may throw: by then tasks are paid for, so the run goes on without a hint
 */
function show(context: IExecuteFunctions, make: () => string | undefined): void {
	if (isTool(context.getNode())) return;
	try {
		const hint = make();
		if (hint === undefined) return;
		context.addExecutionHints({ message: escapeHtml(hint), location: 'outputPane' });
	} catch (error) {
		context.logger.warn(`InstaSD: a hint could not be shown: ${messageOf(error)}`);
	}
}

/** A task that failed at the service and was asked for with Get Status is an ordinary item, with its id. */
function failuresIn(items: readonly INodeExecutionData[]): ItemFailure[] {
	return items.flatMap(({ json }) =>
		'task_id' in json || json.error === undefined ? [] : (failureJson.safeParse(json).data ?? []),
	);
}

/** Why the first item failed, which else hides in the error branch. */
function firstFailure(
	{ creates, items }: Pick<RunFacts, 'creates' | 'items'>,
	failures: readonly ItemFailure[],
): string | undefined {
	const [first] = failures;
	if (first === undefined) return undefined;
	const isUnsent = ({ error }: ItemFailure) =>
		factsOf(error.code).isLocal && error.task_id === null && error.http_status === null;
	const nothingSent = creates && failures.length === items.length && failures.every(isUnsent);
	const sentence = `${first.message.replace(/\.$/, '')}.`;
	return nothingSent ? `${sentence} Nothing was sent.` : sentence;
}

/** How many, how long, what it cost, and how many replies had to be requested again. */
function summary(
	{ creates, credential, items, retries, tookMs }: RunFacts,
	failed: number,
): string | undefined {
	const costs = new Map<string, number | undefined>();
	for (const { json } of items) {
		const cost = typeof json.cost === 'number' ? json.cost : undefined;
		if (typeof json.task_id === 'string') costs.set(json.task_id, cost);
	}
	const count = costs.size;
	if (count === 0) return failed > 1 ? `${failed} items failed.` : undefined;
	const known = [...costs.values()].filter((cost) => cost !== undefined);
	const credits = counted(Number(known.reduce((sum, cost) => sum + cost, 0).toFixed(4)), 'credit');
	const api = credential === undefined ? '' : ` of '${credential}'`;
	const made = `${counted(count, 'task')}${api} ${creates ? 'completed' : 'collected'} in ${Math.round(tookMs / 1000)} s`;
	const charged = creates
		? credits
		: `nothing charged now (${credits} when ${count === 1 ? 'it was' : 'they were'} made)`;
	const parts = [
		made,
		...(known.length === 0 ? [] : [charged]),
		...(failed === 0 ? [] : [`${failed} failed`]),
		...(retries === 0 ? [] : [`${counted(retries, 'request was', 'requests were')} repeated`]),
	];
	return `${parts.join(', ')}.`;
}

/**
 * Retry On Fail pays for a task that fails once more in each try.
 * @param failures of this try; what they name is told already
 */
function paidBefore(
	failedBefore: readonly string[],
	failures: readonly ItemFailure[],
): string | undefined {
	const told = failures.map(({ error }) => error.task_id);
	const more = failedBefore.filter((id) => !told.includes(id));
	if (more.length === 0) return undefined;
	return `Earlier tries of this run created ${counted(more.length, 'more task')}, which failed: ${firstFew(more, paidNamedAtMost)}.`;
}

function counted(count: number, one: string, many = `${one}s`): string {
	return `${count} ${count === 1 ? one : many}`;
}
