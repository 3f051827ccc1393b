import { cpus, release, totalmem, type } from 'node:os';
import { N8N_VERSION } from '../../sandbox/n8n/install.mts';

/** When and on what something was measured, in a line of Markdown. */
export function madeBy(command: string): string {
	const [cpu] = cpus();
	const memory = Math.round(totalmem() / 1024 ** 3);
	return `Made by \`${command}\` on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} × ${cpu?.model ?? 'unknown CPU'}, ${memory} GB, ${type()} ${release()}, Node.js ${process.version} (in the real n8n: Node.js 24), n8n ${N8N_VERSION}. The service is the emulator on the same machine.`;
}
