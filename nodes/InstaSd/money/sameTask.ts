import { createHash } from 'node:crypto';

import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import { jsonOf } from '../api/task';
import type { PlannedInput } from '../inputs/inputTypes';
import { attachedTo, jsonWithoutFiles } from '../inputs/itemFiles';
import type { TaskHashes } from './record';

/** Returns the function that hashes an item's tasks: as written, and as evaluated, before seeds are drawn. */
export function taskHasher(context: IExecuteFunctions, baseUrl: string) {
	const { inputMode, inputs, inputsJson } = context.getNode().parameters;
	const written = hashOf(baseUrl, inputMode, inputs, inputsJson);
	return (item: number, planned: readonly PlannedInput[]): TaskHashes => {
		const files = [...attachedTo(context, item)].map(([name, file]) => [name, identity(file)]);
		const values = planned.map(({ id, value }) =>
			value.kind === 'file'
				? [id, identity(value.file.binary), value.file.bytes, value.sendAs]
				: [id, value],
		);
		const json = jsonWithoutFiles(context, item);
		return { written: hashOf(written, json, files), values: hashOf(baseUrl, values) };
	};
}

/**
 * What a file is known by: the last part of its id, its name and size, never its content. n8n moves what a webhook, form or
 * chat has brought to another folder when the execution ends, and with it the rest of the id.
 */
function identity({ id = '', fileName, bytes }: IBinaryData) {
	return [id.split(/[/:]/).pop(), fileName, bytes];
}

/** Values that JSON cannot represent, such as circular items, all hash alike. */
function hashOf(...parts: readonly unknown[]): string {
	const hash = createHash('sha256').update(jsonOf(parts) ?? '');
	return hash.digest('base64url').slice(0, 8);
}
