import { z } from 'zod';
import type { N8nServer } from '../../sandbox/n8n/server.mts';

/** The setting with which n8n logs as JSON, so that the level of each line is known. */
export const jsonLog = { N8N_LOG_FORMAT: 'json' };

const lineSchema = z.object({ level: z.string(), message: z.string() });

export type LogLine = z.infer<typeof lineSchema>;

/** The lines that n8n has logged; what else it prints is left out. */
export function linesOf({ log }: N8nServer): LogLine[] {
	return log()
		.split('\n')
		.flatMap((line) => {
			try {
				return [lineSchema.parse(JSON.parse(line))];
			} catch {
				return [];
			}
		});
}

/**
 * The errors that n8n has logged since it was ready, as it does with a promise whose failure nobody has handled; without
 * its complaints of having no network.
 */
export function errorsOf(n8n: N8nServer): string[] {
	const lines = linesOf(n8n);
	const ready = lines.findIndex(({ message }) =>
		/Owner was set up|worker is now ready/.test(message),
	);
	return lines
		.slice(ready + 1)
		.filter(({ level, message }) => level === 'error' && !message.includes('ENOTFOUND'))
		.map(({ message }) => message);
}
