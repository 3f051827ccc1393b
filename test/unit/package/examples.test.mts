import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { workflowSchema, type WorkflowNode } from '../../../sandbox/n8n/workflows.mts';
import { exampleFiles } from '../../realN8n/importedExamples.mts';

const examples = exampleFiles().map((file) => {
	const workflow = workflowSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
	const nodes = workflow.nodes.filter(({ type }) => type !== 'n8n-nodes-base.stickyNote');
	return { name: path.basename(file, '.json'), id: workflow.id, nodes };
});

/** The expressions in a parameter: what stands between double braces. The page's HTML is a program of its own. */
function expressionsIn(value: unknown): string[] {
	if (typeof value === 'object' && value !== null)
		return Object.values(value).flatMap(expressionsIn);
	if (typeof value !== 'string' || !value.startsWith('=') || value.includes('<!doctype')) return [];
	const marks = [...value.matchAll(/\{\{ /g)].map(({ index }) => index);
	return marks.map((start, index) => {
		const end = value.lastIndexOf(' }}', marks[index + 1] ?? value.length);
		return value.slice(start, end === -1 ? undefined : end + 3);
	});
}

/** These have programs in their expressions, and do not call *paid once*. */
const notYetShort = ['google-sheet-to-drive', 'picture-page', 'sheet-to-folder', 'telegram'];
const paidOnce = examples.find(({ name }) => name === 'paid-once');
const idOf = z.object({ workflowId: z.object({ value: z.string() }) });
const calls = ({ type }: WorkflowNode): boolean => type === 'n8n-nodes-base.executeWorkflow';

const short = examples.filter(({ name }) => !notYetShort.includes(name));

describe.each(short)('the example $name', ({ nodes }) => {
	it('can be changed by somebody who does not program: few nodes, short expressions, no code', () => {
		const long = nodes.flatMap(({ name, parameters }) =>
			expressionsIn(parameters)
				.filter((expression) => expression.length > 120)
				.map((expression) => ({ name, expression })),
		);
		expect(long).toEqual([]);
		expect(nodes.map(({ type }) => type)).not.toContain('n8n-nodes-base.code');
		expect(nodes.length).toBeLessThanOrEqual(11);
	});

	it('calls the workflow that pays once by the id in its file', () => {
		for (const { parameters } of nodes.filter(calls)) {
			expect(idOf.parse(parameters).workflowId.value).toBe(paidOnce?.id);
		}
	});
});

it('reads expressions as n8n does', () => {
	const value = "=a {{ { b: { c: 1 } } }} d {{ 'e' }} f";
	expect(expressionsIn({ value })).toEqual(['{{ { b: { c: 1 } } }}', "{{ 'e' }}"]);
	expect(expressionsIn(['{{ no expression }}'])).toEqual([]);
});

it('no two callers share the word before their keys', () => {
	const words = examples.flatMap(({ nodes }) =>
		nodes
			.filter(calls)
			.map(
				({ parameters }) =>
					/"key":"=(?:\{\{ \$\('What was asked'\))?(\w*)/.exec(JSON.stringify(parameters))?.[1],
			),
	);
	expect(words.length).toBeGreaterThan(2);
	expect(new Set(words).size).toBe(words.length);
});
