import { parseArgs } from 'node:util';
import { startEmulator } from './server.mts';

const usage = `Plays the InstaSD service on this machine.

  --port <number>       of the APIs (a free one by default)
  --file-port <number>  of the files
  --duration <ms>       how long a task takes (3000)
`;

/** The value of a numeric option; undefined where it was not given. */
function numberOf(option: string, text: string | undefined): number | undefined {
	if (text === undefined) return undefined;
	if (!/^\d+$/.test(text)) throw new Error(`--${option} takes a number, not "${text}"`);
	return Number(text);
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			port: { type: 'string' },
			'file-port': { type: 'string' },
			duration: { type: 'string' },
			help: { type: 'boolean', short: 'h' },
		},
	});
	if (values.help) return console.log(usage);
	const emulator = await startEmulator({
		port: numberOf('port', values.port),
		filePort: numberOf('file-port', values['file-port']),
		behaviour: { durationMs: numberOf('duration', values.duration) ?? 3000 },
	});
	for (const { name, apiUrl, token } of emulator.apis) {
		console.log(`${name}\n  URL      ${apiUrl}\n  token    ${token}`);
	}
	console.log(`files\n  origin   ${emulator.fileOrigin}`);
	console.log(`control\n  URL      ${emulator.controlUrl}\n  page     ${emulator.pageUrl}`);
	console.log('\nCtrl-C ends it.');
	for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void emulator.close());
}

main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
