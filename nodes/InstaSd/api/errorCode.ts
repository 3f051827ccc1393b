import { z } from 'zod';

/** The code of a call that n8n itself did not let out: its administrator has closed private addresses to workflows. */
export const blockedByN8n = 'BLOCKED_BY_N8N';

const code = z.string().regex(/^[A-Z][A-Z\d_]+$/);
const fields = z
	.object({ name: z.unknown(), httpCode: z.unknown(), code: z.unknown(), cause: z.unknown() })
	.partial();
const blockedName = z.enum(['SsrfBlockedIpError', 'SsrfBlockedHostnameError']);

/**
 * Why a call brought no reply: the network's code, such as `ECONNREFUSED`, {@link blockedByN8n}, or `NO_REPLY`. n8n
 * hides it in `httpCode`, `code` or one of the causes, depending on its version.
 */
export function errorCodeIn(error: unknown): string {
	let found: string | undefined;
	let current = fields.safeParse(error);
	for (let depth = 0; depth < 6 && current.success; depth++) {
		if (blockedName.safeParse(current.data.name).success) return blockedByN8n;
		for (const candidate of [current.data.httpCode, current.data.code]) {
			found ??= code.safeParse(candidate).data;
		}
		current = fields.safeParse(current.data.cause);
	}
	return found ?? 'NO_REPLY';
}
