import { formFields, type Session } from './session.mts';
import type { Workflow, WorkflowNode } from './workflows.mts';

/**
 * A workflow whose InstaSD nodes have their API's form with its fields, *Map Each Field*, as if somebody had opened them and
 * clicked *Retry*. The prompt comes from the item, the rest is the sample's. A node whose API has no sample stays as it is.
 */
export async function withForms(session: Session, workflow: Workflow): Promise<Workflow> {
	const nodes = workflow.nodes.map(async (node) =>
		node.parameters.inputs === undefined ? node : await withForm(session, node),
	);
	return { ...workflow, nodes: await Promise.all(nodes) };
}

async function withForm(session: Session, node: WorkflowNode): Promise<WorkflowNode> {
	const { fields } = await formFields(session, node).catch(() => ({ fields: [] }));
	if (fields.length === 0) return node;
	const values = fields.map(({ id, defaultValue }): [string, unknown] => [id, defaultValue]);
	const given = Object.fromEntries(values.filter(([, value]) => value !== undefined));
	const prompt = fields.find(({ displayName }) => /prompt/i.test(displayName))?.id;
	const value = prompt === undefined ? given : { ...given, [prompt]: '={{ $json.prompt }}' };
	const inputs = {
		mappingMode: 'defineBelow',
		value,
		matchingColumns: [],
		schema: fields.map((field) => ({ ...field, removed: false })),
		attemptToConvertTypes: false,
		convertFieldsToString: false,
	};
	return { ...node, parameters: { ...node.parameters, inputs } };
}
