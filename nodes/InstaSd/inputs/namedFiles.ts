import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import * as z from 'zod';

import { wrongInput } from '../api/failures';

const text = String.raw`'(?:[^'\\\n]|\\.)+'|"(?:[^"\\\n]|\\.)+"`;
const item = String.raw`\??\.(?:item|first\(\)|last\(\)|all\(\)\[\d+\])`;
const name = String.raw`(?:\??\.[\p{ID_Start}_$][\p{ID_Continue}$]*|(?:\?\.)?\[(?:${text})\])`;
const reference = new RegExp(String.raw`(\$\((?:${text})\))${item}(\??\.binary${name})`, 'gu');

/**
 * The files of other nodes' items that a parameter names, such as `$('Chat').first().binary?.data0`: the whole expression, its
 * node, and the file behind the item. Nothing in it is computed: each word is the author's.
 * @param written the parameter before n8n evaluates it: text, or the texts of a form by their inputs
 */
export function fileReferences(written: unknown) {
	const texts = typeof written === 'string' ? [written] : Object.values(written ?? {});
	return texts
		.filter((one): one is string => typeof one === 'string' && one.startsWith('='))
		.flatMap((one) => [...one.matchAll(reference)])
		.map(([expression, node = '', file = '']) => ({ expression, node, file }));
}

export type FileReference = ReturnType<typeof fileReferences>[number];

const stored = z.object({ mimeType: z.string(), id: z.string() });
const inline = z.object({ mimeType: z.string(), id: z.undefined(), data: z.string() });

/** Whether a value is binary data, stored by n8n or with its content; n8n-workflow 2.0 has no such check. */
export function isFile(value: unknown): value is IBinaryData {
	return stored.safeParse(value).success || inline.safeParse(value).success;
}

/** Whether two objects mean the same file, whatever else they say of it. */
export function isSameFile(one: IBinaryData, other: IBinaryData): boolean {
	return one.id === other.id && (one.id !== undefined || one.data === other.data);
}

/**
 * The files that references mean for an item. Each is evaluated by itself, so that no data, which an expression may also
 * return, can name a file: neither an item's, nor a model's.
 * @throws Failure INVALID_INPUT when a tool cannot tell which item's file is meant
 */
export function filesNamedBy(
	references: readonly FileReference[],
	{ context, isTool, item }: { context: IExecuteFunctions; isTool: boolean; item: number },
): IBinaryData[] {
	const evaluated = (expression: string): unknown => {
		try {
			return context.evaluateExpression(`{{ ${expression} }}`, item);
		} catch {
			return undefined; // The node has not run.
		}
	};
	return references.flatMap(({ expression, node, file }) => {
		if (!isTool) return [evaluated(expression)].filter(isFile);
		// n8n 2.41 gives a tool the first item's file, even for `.item`, whichever item its agent works on. After a loop, the
		// node may have run more often than the agent, whose run is that of `$prevNode`.
		const hasMore = `${node}.all().length > 1`;
		const hasRunSince = `${node}.all(undefined, $prevNode.runIndex + 1).length > 0`;
		if (evaluated(hasMore) === true || evaluated(hasRunSince) === true) {
			throw wrongInput(
				`${node} has several items, and n8n may give this tool the file of another one than its agent works on. Put the agent into 'Loop Over Items' with a batch size of 1, and name the node right before the agent, such as a 'No Operation'`,
				[],
			);
		}
		return [evaluated(`${node}.all()[0]${file}`)].filter(isFile);
	});
}
