import { NodeHelpers, UnexpectedError } from 'n8n-workflow';
import type { INodeType, INodeTypes, IVersionedNodeType } from 'n8n-workflow';

export type NodeClass = new () => INodeType | IVersionedNodeType;

/** The node types of an engine under their full names, as in workflow JSON. */
export class RegisteredNodeTypes implements INodeTypes {
	private readonly types: ReadonlyMap<string, INodeType | IVersionedNodeType>;

	constructor(classes: Readonly<Record<string, NodeClass>>) {
		this.types = new Map(Object.entries(classes).map(([name, Type]) => [name, new Type()]));
	}

	getByName(name: string): INodeType | IVersionedNodeType {
		const type = this.types.get(name);
		if (!type) throw new UnexpectedError(`Unrecognized node type: ${name}`);
		return type;
	}

	getByNameAndVersion(name: string, version?: number): INodeType {
		return NodeHelpers.getVersionedNodeType(this.getByName(name), version);
	}

	getKnownTypes() {
		return {};
	}

	/** Full names of the node types that ask for this credential. */
	namesUsing(credentialType: string): string[] {
		return [...this.types.keys()].filter((name) =>
			this.getByNameAndVersion(name).description.credentials?.some(
				(credential) => credential.name === credentialType,
			),
		);
	}
}
