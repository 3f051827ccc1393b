import { z } from 'zod';

import { jsonObject } from '../inputs/jsonBody';
const hasText = (key: string) => z.object({ [key]: z.string() });

const hasList = (key: string) => z.object({ [key]: z.array(z.unknown()) });

const comfyNode = hasText('class_type');

const comfyGraph = jsonObject.refine((graph) =>
	Object.values(graph).some((node) => comfyNode.safeParse(node).success),
);

/** Other JSON than a request that people paste, each by its marks; the first that fits. */
const things: ReadonlyArray<{ name: string; marks: z.ZodTypeAny }> = [
	{ name: 'an OpenAPI document', marks: z.union([hasText('openapi'), hasText('swagger')]) },
	{
		name: 'an n8n workflow',
		marks: hasList('nodes').and(z.object({ connections: jsonObject })),
	},
	{
		name: "a ComfyUI workflow in the editor's format",
		marks: z.union([
			hasList('nodes').and(z.union([hasList('links'), z.object({ last_node_id: z.unknown() })])),
			z.object({ workflow: hasList('nodes') }),
		]),
	},
	{
		name: 'a ComfyUI workflow in the API format',
		marks: z.union([comfyNode, comfyGraph, z.object({ prompt: comfyGraph })]),
	},
	{
		name: 'a Postman environment',
		marks: z.union([hasText('_postman_variable_scope'), hasText('name').and(hasList('values'))]),
	},
];

const reply = z.union([
	z.object({ task_id: z.union([z.string(), z.number()]) }),
	hasList('image_urls'),
	hasList('video_urls'),
]);

const hasInputs = z.object({ inputs: jsonObject });

/** What a JSON value is that is no request to Run Task, by name; undefined where it is none of what people paste. */
export function jsonKind(value: unknown): string | undefined {
	const thing = things.find(({ marks }) => marks.safeParse(value).success);
	if (thing !== undefined) return thing.name;
	const isReply = reply.safeParse(value).success && !hasInputs.safeParse(value).success;
	return isReply ? 'a reply of Run Task or Task Status' : undefined;
}

/** What a text is that holds no request to Run Task, by name; undefined where it is none of what people paste. */
export function textKind(text: string): string | undefined {
	if (/^<(!doctype|!--|\?xml|[a-z][\w-]*[\s/>])/i.test(text)) return 'a web page';
	if (/^=?\s*\{\{/.test(text))
		return 'an n8n expression, which a credential does not evaluate here';
	if (/^(openapi|swagger)["']?\s*:/m.test(text)) return 'an OpenAPI document';
	if (/^["'<]?((get|post)\s+)?https?:\/\/\S+$/i.test(text)) return 'a URL';
	return undefined;
}
