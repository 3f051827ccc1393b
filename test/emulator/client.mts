import { z } from 'zod';
import type { EmulatedApi, Emulator } from '../../sandbox/emulator/server.mts';

const links = z.array(z.string()).nullish();
const created = z.object({ task_id: z.string(), status: z.string() }).passthrough();
const status = z.object({ status: z.string(), image_urls: links, video_urls: links }).passthrough();
const withCause = z.object({ cause: z.object({ code: z.string() }) });

/** Calls an emulated API as plainly as can be, over real HTTP. */
export function clientOf({ apiUrl, token, requestExample }: Omit<EmulatedApi, 'name'>) {
	const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
	const submit = (body: string = requestExample, init: RequestInit = {}) =>
		fetch(`${apiUrl}/run_task`, { method: 'POST', headers, body, ...init });
	const ask = (id: string, init: RequestInit = {}) =>
		fetch(`${apiUrl}/task_status/${id}`, { headers, ...init });
	return {
		submit,
		ask,
		/** Submits and expects to be accepted. */
		run: async (body?: string) => created.parse(await (await submit(body)).json()),
		status: async (id: string) => status.parse(await (await ask(id)).json()),
	};
}

/** The second of the default APIs. */
export function secondApi({ apis }: Emulator): EmulatedApi {
	const [, second] = apis;
	if (second === undefined) throw new Error('There is only one API');
	return second;
}

/** The sample body with other values under some titles. */
export function withValues(requestExample: string, values: Record<string, unknown>): string {
	const { inputs } = z
		.object({ inputs: z.record(z.object({ title: z.string(), value: z.unknown() })) })
		.parse(JSON.parse(requestExample));
	for (const input of Object.values(inputs)) {
		if (Object.hasOwn(values, input.title)) input.value = values[input.title];
	}
	return JSON.stringify({ inputs });
}

/** The first link of a list that must not be empty. */
export function firstLink(list: string[] | null | undefined): string {
	const link = list?.[0];
	if (link === undefined) throw new Error('There is no link');
	return link;
}

/** The code under which a request failed, wherever the error hides it. */
export async function failureOf(request: Promise<Response>): Promise<string> {
	try {
		await (await request).arrayBuffer();
		return 'none';
	} catch (error) {
		return withCause.safeParse(error).data?.cause.code ?? String(error);
	}
}
