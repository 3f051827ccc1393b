import { LoadOptionsContext } from 'n8n-core';
import { UnexpectedError, Workflow } from 'n8n-workflow';
import type {
	INode,
	INodeTypes,
	IWorkflowExecuteAdditionalData,
	ResourceMapperFields,
} from 'n8n-workflow';

/**
 * The fields the editor shows in a resource mapper, as n8n's DynamicNodeParametersService gets them
 * (packages/cli/src/services/dynamic-node-parameters.service.ts).
 *
 * @param path of the parameter that asks, as the editor sends it, e.g. `parameters.inputs`
 */
export async function loadFields(
	{ type, typeVersion, parameters, credentials }: INode,
	method: string,
	path: string,
	nodeTypes: INodeTypes,
	additionalData: IWorkflowExecuteAdditionalData,
): Promise<ResourceMapperFields> {
	const load = nodeTypes.getByNameAndVersion(type, typeVersion).methods?.resourceMapping?.[method];
	if (!load) throw new UnexpectedError(`${type} has no method resourceMapping.${method}`);

	const node: INode = {
		id: 'uuid-1234',
		name: 'Temp-Node',
		position: [0, 0],
		...{ type, typeVersion, parameters, credentials },
	};
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const context = new LoadOptionsContext(
		workflow,
		node,
		{ ...additionalData, currentNodeParameters: parameters },
		path,
	);
	const found = await workflow.expression.withIsolate(() => load.call(context));

	const ids = new Set<string>();
	const fields = found.fields.filter(({ id }) => !ids.has(id) && ids.add(id));
	return { ...found, fields };
}
