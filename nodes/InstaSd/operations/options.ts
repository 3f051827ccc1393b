import type { INodeProperties } from 'n8n-workflow';

import { type NodeOption, nodeOptions } from '../api/nodeOptions';

/** The operations that create tasks. */
export const creating = ['runAndWait', 'runTask'];

/** The operations that wait for the end of tasks. */
export const waiting = ['runAndWait', 'waitForTask'];

export const asTool = { '@tool': [true] };

const operationsThat = { creating, waiting, checking: ['getStatus'] };

/** What stands under 'Options'. */
export const options = Object.entries<NodeOption>(nodeOptions).map(optionProperty);

function optionProperty([name, option]: [string, NodeOption]): INodeProperties {
	const { label, description, min, choices, of, tool, hint, builderHint } = option;
	const kind = typeof option.default;
	const show = {
		...(of && { '/operation': operationsThat[of] }),
		...(tool === 'only' && asTool),
	};
	return {
		displayName: label,
		name,
		type: choices ? 'options' : kind === 'number' || kind === 'boolean' ? kind : 'string',
		...(choices && {
			options: Object.entries(choices).map(([value, choice]) => ({ ...choice, value })),
		}),
		...(min !== undefined && { typeOptions: { minValue: min } }),
		default: option.default,
		description,
		...(hint && { hint }),
		...(builderHint && { builderHint: { propertyHint: builderHint } }),
		displayOptions: { show, ...(tool === 'never' && { hide: asTool }) },
	};
}
