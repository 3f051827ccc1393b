import { ExternalSecretsProxy } from 'n8n-core';
import { UnexpectedError } from 'n8n-workflow';
import type { IWorkflowExecuteAdditionalData } from 'n8n-workflow';
import type { CredentialsHelper } from './credentials.mts';
import { Container } from './n8nModules.mts';

/**
 * What n8n's server hands to every execution besides the workflow
 * (packages/cli/src/workflow-execute-additional-data.ts), for an instance at `publicUrl`.
 */
export function additionalDataFor(
	publicUrl: string,
	credentialsHelper: CredentialsHelper,
): IWorkflowExecuteAdditionalData {
	const url = (path: string) => new URL(path, publicUrl).href;
	const unavailable = (what: string) => async (): Promise<never> => {
		throw new UnexpectedError(`${what}: not in engine tests`);
	};
	return {
		credentialsHelper,
		currentNodeExecutionIndex: 0,
		executeWorkflow: unavailable('Sub-workflows'),
		getRunExecutionData: unavailable('Data of other executions'),
		getRuntimeCredential: unavailable('Runtime credentials'),
		startRunnerTask: unavailable('Task runners'),
		logAiEvent: () => {},
		externalSecretsProxy: Container.get(ExternalSecretsProxy),
		variables: {},
		restApiUrl: url('rest'),
		instanceBaseUrl: url('/'),
		formBaseUrl: url('form'),
		formWaitingBaseUrl: url('form-waiting'),
		formTestBaseUrl: url('form-test'),
		webhookBaseUrl: url('webhook'),
		webhookWaitingBaseUrl: url('webhook-waiting'),
		webhookTestBaseUrl: url('webhook-test'),
		mcpBaseUrl: url('mcp'),
		mcpTestBaseUrl: url('mcp-test'),
	};
}
