import type { IConnections, INode, INodeParameters } from 'n8n-workflow';
import { z } from 'zod';
import { InstaSd } from '../../nodes/InstaSd/InstaSd.node.ts';
import type { WorkflowFile } from './harness/workflowFile.mts';

/** A pattern of the hints for n8n's AI builder, and the operations that it uses. */
export interface Pattern {
	title: string;
	code: string;
	operations: string[];
}

/** All patterns, as the description has them. */
export function patterns(): Pattern[] {
	const { builderHint } = new InstaSd().description;
	return (builderHint?.extraTypeDefContent ?? []).flatMap(({ content }) =>
		[...content.matchAll(/<pattern title="([^"]*)">\n(.*?)\n<\/pattern>/gs)].map(
			([, title = '', code = '']) => ({
				...{ title, code },
				operations: [...code.matchAll(/'task',\s+operation: '(\w+)'/g)].map(
					([, name = '']) => name,
				),
			}),
		),
	);
}

const nodeSchema = z.object({
	type: z.string(),
	version: z.number(),
	config: z
		.object({
			name: z.string(),
			parameters: z.custom<INodeParameters>((value) => typeof value === 'object'),
			onError: z.enum(['continueRegularOutput', 'continueErrorOutput']).optional(),
			credentials: z.record(z.object({ id: z.string(), name: z.string() })).optional(),
		})
		.strict(),
});

/** Nodes in a row; one alone is a row, too. */
interface Row {
	first: string;
	last: string;
	to(next: Row): Row;
	output(index: number): { to(next: Row): Row };
	onError(next: Row): Row;
}

/**
 * The workflow that a pattern builds, with what n8n's workflow SDK means by its words. Names that the pattern takes for
 * granted become nodes: a trigger, and nodes that do nothing.
 */
export function workflowOf(
	{ code }: Pattern,
	credential: { id: string; name: string },
): WorkflowFile {
	const nodes: INode[] = [];
	const connections: IConnections = {};
	const connect = (from: string, output: number, to: string) => {
		const main = ((connections[from] ??= {}).main ??= []);
		while (main.length <= output) main.push([]);
		main[output]?.push({ node: to, type: 'main', index: 0 });
	};
	const row = (first: string, last = first): Row => ({
		...{ first, last },
		to: (next) => {
			connect(last, 0, next.first);
			return row(first, next.last);
		},
		output: (index) => ({
			to: (next) => {
				connect(last, index, next.first);
				return row(first, next.last);
			},
		}),
		onError: (next) => row(first, last).output(1).to(next),
	});
	const addNode = (name: string, type: string, typeVersion: number, rest: Partial<INode> = {}) => {
		nodes.push({ id: name, name, type, typeVersion, position: [0, 0], parameters: {}, ...rest });
		return row(name);
	};
	const words: Record<string, unknown> = {
		expr: (text: string) => `=${text}`,
		newCredential: () => credential,
		node: (given: unknown) => {
			const { type, version, config } = nodeSchema.parse(given);
			const { name, ...rest } = config;
			return addNode(name, type, version, rest);
		},
		workflow: () => {
			let last: Row | undefined;
			const builder = {
				add: (next: Row) => {
					last = next;
					return builder;
				},
				to: (next: Row) => {
					last = last?.to(next);
					return builder;
				},
			};
			return builder;
		},
	};
	const takenForGranted = (name: string) =>
		addNode(name, `n8n-nodes-base.${name === 'startTrigger' ? 'manualTrigger' : 'noOp'}`, 1);
	const names = new Proxy(words, {
		has: (_, name) => name !== 'globalThis' && !(name in globalThis),
		get: (known, name) =>
			typeof name === 'string' ? (known[name] ??= takenForGranted(name)) : undefined,
	});
	// In the sloppy mode that `with` needs.
	const build = new Function('names', `with (names) { ${code.replace('export default', '')} }`);
	build(names);
	return { name: 'Pattern', nodes, connections, settings: {} };
}
