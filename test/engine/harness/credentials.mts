import { getAdditionalKeys } from 'n8n-core';
import {
	deepCopy,
	ICredentialsHelper,
	NodeHelpers,
	UnexpectedError,
	UserError,
	Workflow,
} from 'n8n-workflow';
import type {
	ICredentialDataDecryptedObject,
	ICredentialsExpressionResolveValues,
	ICredentialType,
	IExecuteData,
	IHttpRequestOptions,
	INode,
	INodeCredentialsDetails,
	INodeParameters,
	INodeProperties,
	IRequestOptionsSimplified,
	IWorkflowExecuteAdditionalData,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import type { RegisteredNodeTypes } from './nodeTypes.mts';

export type CredentialClass = new () => ICredentialType;

/** Decrypted credential data by the credential's id or name. */
export type CredentialData = Readonly<Record<string, ICredentialDataDecryptedObject>>;

/** The credential types of an engine. */
export class RegisteredCredentialTypes {
	private readonly types: ReadonlyMap<string, ICredentialType>;
	private readonly completed = new Map<string, INodeParameters>();

	constructor(
		classes: Readonly<Record<string, CredentialClass>>,
		private readonly nodeTypes: RegisteredNodeTypes,
	) {
		this.types = new Map(Object.entries(classes).map(([name, Type]) => [name, new Type()]));
	}

	get(name: string): ICredentialType {
		const type = this.types.get(name);
		if (!type) throw new UnexpectedError(`Unknown credential type: ${name}`);
		return type;
	}

	/** The data with the defaults of its type. They are worked out once: each request asks, and each takes milliseconds. */
	withDefaults(name: string, data: ICredentialDataDecryptedObject): INodeParameters {
		const key = JSON.stringify([name, data]);
		const { properties } = this.get(name);
		const completed =
			this.completed.get(key) ??
			NodeHelpers.getNodeParameters(properties, data as INodeParameters, true, false, null, null) ??
			{};
		this.completed.set(key, completed);
		return deepCopy(completed);
	}

	isUsableBy(name: string, nodeType: string): boolean {
		const restricted = this.types.get(name)?.restrictToSupportedNodes ?? false;
		return !restricted || this.nodeTypes.namesUsing(name).includes(nodeType);
	}
}

/**
 * Does what n8n's CredentialsHelper does (packages/cli/src/credentials-helper.ts, which cannot be
 * had without its server and database) for credentials that are neither OAuth nor inherited:
 * defaults, expressions in credential fields, `authenticate` as a function.
 */
export class CredentialsHelper extends ICredentialsHelper {
	constructor(
		private readonly types: RegisteredCredentialTypes,
		private readonly nodeTypes: RegisteredNodeTypes,
		private readonly stored: CredentialData,
	) {
		super();
	}

	getParentTypes(): string[] {
		return [];
	}

	isCredentialUsableByNode(credentialType: string, nodeType: string): boolean {
		return this.types.isUsableBy(credentialType, nodeType);
	}

	getCredentialsProperties(type: string): INodeProperties[] {
		return this.types.get(type).properties;
	}

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
		incoming: IHttpRequestOptions | IRequestOptionsSimplified,
	): Promise<IHttpRequestOptions> {
		const request = incoming as IHttpRequestOptions;
		const { authenticate } = this.types.get(typeName);
		if (authenticate === undefined) return request;
		if (typeof authenticate === 'function') return await authenticate(credentials, request);
		throw new UnexpectedError('A declarative `authenticate` is not supported here');
	}

	async preAuthentication(): Promise<undefined> {
		return undefined;
	}

	async runPreAuthentication(): Promise<undefined> {
		return undefined;
	}

	async getCredentials(): Promise<never> {
		throw new UnexpectedError('Encrypted credentials are not kept here');
	}

	async getDecrypted(
		additionalData: IWorkflowExecuteAdditionalData,
		details: INodeCredentialsDetails,
		type: string,
		mode: WorkflowExecuteMode,
		executeData?: IExecuteData,
		raw?: boolean,
		expressionContext?: ICredentialsExpressionResolveValues,
	): Promise<ICredentialDataDecryptedObject> {
		const data = deepCopy(this.find(details, type));
		if (raw === true) return data;
		return await this.applyDefaults(
			additionalData,
			data,
			type,
			mode,
			executeData,
			expressionContext,
		);
	}

	/** Fills in the defaults of the credential's properties and resolves expressions. */
	async applyDefaults(
		additionalData: IWorkflowExecuteAdditionalData,
		data: ICredentialDataDecryptedObject,
		type: string,
		mode: WorkflowExecuteMode,
		executeData?: IExecuteData,
		expressionContext?: ICredentialsExpressionResolveValues,
	): Promise<ICredentialDataDecryptedObject> {
		const complete = this.types.withDefaults(type, data) as INodeParameters &
			ICredentialDataDecryptedObject;
		const keys = getAdditionalKeys(additionalData, mode, null, { isCredential: true });

		if (expressionContext) {
			const { workflow, runExecutionData, runIndex, itemIndex, node, connectionInputData } =
				expressionContext;
			return workflow.expression.getParameterValue(
				complete,
				runExecutionData,
				runIndex,
				itemIndex,
				node.name,
				connectionInputData,
				mode,
				keys,
				executeData,
				false,
				complete,
			) as ICredentialDataDecryptedObject;
		}

		const { expression } = new Workflow({
			nodes: [credentialNode],
			connections: {},
			active: false,
			nodeTypes: this.nodeTypes,
		});
		return await expression.withIsolate(
			async () =>
				expression.getComplexParameterValue(
					credentialNode,
					complete,
					mode,
					keys,
					undefined,
					undefined,
					complete,
				) as ICredentialDataDecryptedObject,
		);
	}

	async updateCredentials(): Promise<void> {
		throw new UnexpectedError('Credentials that change themselves are not supported here');
	}

	async updateCredentialsOauthTokenData(): Promise<void> {
		throw new UnexpectedError('OAuth credentials are not supported here');
	}

	private find({ id, name }: INodeCredentialsDetails, type: string) {
		const data = this.stored[id ?? ''] ?? this.stored[name];
		if (!data) {
			throw new UserError(`Credential with ID "${id}" does not exist for type "${type}".`);
		}
		return data;
	}
}

/** Stands in where an expression needs a node to be evaluated for. */
const credentialNode: INode = {
	id: 'credential',
	name: 'Credential',
	type: 'n8n-nodes-base.noOp',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};
