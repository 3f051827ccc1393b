import type { IBinaryData } from 'n8n-workflow';

/** What an input will be sent as, decided before anything is sent. Seeds are drawn and files read at the task's turn. */
export type PlannedValue =
	| { kind: 'value'; value: unknown }
	| { kind: 'seed'; asText: boolean }
	| { kind: 'file'; file: ItemFile; sendAs: SendFilesAs };

export interface PlannedInput {
	id: string;
	title: string | undefined;
	value: PlannedValue;
}

/** Whether binary data given to an input travels in the request or as a link to this n8n. */
export type SendFilesAs = 'base64' | 'url';

/** A file of an item as far as it is known without reading it. */
export interface ItemFile {
	/** The name of the binary field it came from. */
	field: string;
	/** Size in bytes. */
	bytes: number;
	binary: IBinaryData;
}
