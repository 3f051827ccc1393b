import { z } from 'zod';
import type { ApiInput } from './apis.mts';
import { mostBodyBytes, type ReceivedBody } from './receivedBody.mts';
import type { Inputs } from './settings.mts';

const bodySchema = z.object({
	inputs: z.record(z.object({ title: z.string().optional(), value: z.unknown() })),
});

export type CheckedBody =
	| { kind: 'inputs'; inputs: Inputs }
	| { kind: 'refused'; status: 400 | 413 | 422; reason: string };

/** What a body of `run_task` asks for, or why it is refused. */
export function checkRunTaskBody(
	{ text, bytes }: ReceivedBody,
	known: Record<string, ApiInput>,
): CheckedBody {
	if (text === null) {
		return refused(413, `The payload has ${bytes} bytes; at most ${mostBodyBytes} are accepted`);
	}
	const parsed = bodySchema.safeParse(parseJson(text));
	if (!parsed.success) {
		const [issue] = parsed.error.issues;
		const where = issue?.path.join('.') || 'body';
		return refused(
			400,
			`Expected {"inputs": {"<id>": {"title", "value"}}}: ${where}: ${issue?.message}`,
		);
	}
	const { inputs } = parsed.data;
	const valueless = Object.keys(inputs).filter((id) => inputs[id]?.value === undefined);
	if (valueless.length > 0) return refused(400, `Inputs without a value: ${valueless.join(', ')}`);
	const unknown = Object.keys(inputs).filter((id) => !Object.hasOwn(known, id));
	if (unknown.length > 0) return refused(422, `Unknown inputs: ${unknown.join(', ')}`);
	return { kind: 'inputs', inputs };
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function refused(status: 400 | 413 | 422, reason: string): CheckedBody {
	return { kind: 'refused', status, reason };
}
