import { z } from 'zod';
import type { Session } from './session.mts';
import type { WorkflowNode } from './workflows.mts';

const fieldsSchema = z.object({
	fields: z.array(
		z
			.object({ id: z.string(), displayName: z.string(), type: z.string().optional() })
			.passthrough(),
	),
	emptyFieldsNotice: z.string().optional(),
});

/** The form's fields as the editor asks n8n for them when a node is opened. */
export async function formFields(
	session: Session,
	node: WorkflowNode,
	{ path = 'parameters.inputs', methodName = 'getInputFields', version = 1 } = {},
): Promise<z.infer<typeof fieldsSchema>> {
	return fieldsSchema.parse(
		await session.request('POST', '/rest/dynamic-node-parameters/resource-mapper-fields', {
			nodeTypeAndVersion: { name: node.type, version },
			path,
			methodName,
			currentNodeParameters: node.parameters,
			credentials: node.credentials,
		}),
	);
}
