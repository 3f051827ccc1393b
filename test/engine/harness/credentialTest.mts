import { ExecuteContext, RoutingNode } from 'n8n-core';
import { createEmptyRunExecutionData, Workflow } from 'n8n-workflow';
import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	INode,
	INodeCredentialTestResult,
	INodeType,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import type { CredentialsHelper } from './credentials.mts';
import { RegisteredNodeTypes } from './nodeTypes.mts';

/**
 * The credential dialog's test, as n8n's CredentialsTester makes it
 * (packages/cli/src/services/credentials-tester.service.ts): the request runs as the routing of a
 * declarative node.
 */
export async function testCredential(
	credentialType: string,
	data: ICredentialDataDecryptedObject,
	{ request, rules = [] }: ICredentialTestRequest,
	credentialsHelper: CredentialsHelper,
	additionalData: IWorkflowExecuteAdditionalData,
): Promise<INodeCredentialTestResult> {
	const failed = (message: string): INodeCredentialTestResult => ({ status: 'Error', message });
	const decrypted = await credentialsHelper.applyDefaults(
		additionalData,
		data,
		credentialType,
		'internal',
	);
	const credential = { id: 'temp', name: 'Temp-Credential', type: credentialType, data: decrypted };

	class TestNode implements INodeType {
		description: INodeType['description'] = {
			displayName: 'Temp',
			name: 'temp',
			version: 1,
			group: [],
			description: '',
			defaults: {},
			inputs: ['main'],
			outputs: ['main'],
			credentials: [{ name: credentialType, required: true }],
			properties: [
				{ displayName: 'Temp', name: 'temp', type: 'string', routing: { request }, default: '' },
			],
		};
	}
	const node: INode = {
		id: 'temp',
		name: 'Temp-Node',
		type: 'temp',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
		credentials: { [credentialType]: { id: credential.id, name: credential.name } },
	};
	const nodeTypes = new RegisteredNodeTypes({ temp: TestNode });
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const context = new ExecuteContext(
		workflow,
		node,
		{ ...additionalData, currentNodeParameters: node.parameters },
		'internal',
		createEmptyRunExecutionData(),
		0,
		[],
		{ main: [[{ json: {} }]] },
		{ node, data: {}, source: null },
		[],
	);
	const routing = new RoutingNode(context, nodeTypes.getByNameAndVersion('temp'), credential);

	try {
		const response = await workflow.expression.withIsolate(() => routing.runNode());
		const body = response?.[0]?.[0]?.json;
		for (const rule of rules) {
			if (
				rule.type === 'responseSuccessBody' &&
				at(body, rule.properties.key) === rule.properties.value
			) {
				return failed(rule.properties.message);
			}
		}
		return { status: 'OK', message: 'Connection successful!' };
	} catch (error) {
		const status = at(error, 'cause.response.status');
		if (typeof status === 'number') {
			for (const rule of rules) {
				if (rule.type === 'responseCode' && rule.properties.value === status) {
					return failed(rule.properties.message);
				}
			}
			const statusText = at(error, 'cause.response.statusText');
			return failed(String(statusText || `Received HTTP status code: ${status}`));
		}
		const code = at(error, 'cause.code');
		return failed(String(code ?? at(error, 'message')));
	}
}

/** The value at a dotted path, if there is one; as lodash's `get`, which n8n uses, also inside a text. */
function at(value: unknown, path: string): unknown {
	return path
		.split('.')
		.reduce<unknown>(
			(inner, key) =>
				inner === null || inner === undefined ? undefined : Reflect.get(Object(inner), key),
			value,
		);
}
