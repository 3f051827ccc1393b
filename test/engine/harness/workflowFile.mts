import { readFileSync } from 'node:fs';
import { deepCopy } from 'n8n-workflow';
import type {
	IConnections,
	INode,
	INodeParameters,
	IPinData,
	IWorkflowSettings,
	NodeParameterValueType,
} from 'n8n-workflow';

/** A workflow as the editor exports it. */
export interface WorkflowFile {
	readonly id?: string;
	readonly name?: string;
	readonly nodes: INode[];
	readonly connections: IConnections;
	readonly settings?: IWorkflowSettings;
	readonly pinData?: IPinData;
}

/** Parameters to set in a workflow's nodes, by node name; inner objects are merged. */
export type ParameterOverrides = Readonly<Record<string, INodeParameters>>;

export function readWorkflow(file: string | URL): WorkflowFile {
	return JSON.parse(readFileSync(file, 'utf8'));
}

export function withParameters(
	workflow: WorkflowFile,
	overrides: ParameterOverrides = {},
): WorkflowFile {
	const copy = deepCopy(workflow);
	for (const [name, parameters] of Object.entries(overrides)) {
		const node = copy.nodes.find((candidate) => candidate.name === name);
		if (!node) throw new Error(`No node '${name}' in the workflow`);
		mergeInto(node.parameters, parameters);
	}
	return copy;
}

function mergeInto(target: INodeParameters, source: INodeParameters): void {
	for (const [key, value] of Object.entries(source)) {
		const old = target[key];
		if (isParameters(old) && isParameters(value)) mergeInto(old, value);
		else target[key] = value;
	}
}

function isParameters(value: NodeParameterValueType): value is INodeParameters {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
