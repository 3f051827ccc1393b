import path from 'node:path';
import { GUEST, openDemo, runDemo, type Demo } from './n8n/demo.mts';
import { openService, type Service } from './n8n/service.mts';
import { OWNER } from './n8n/session.mts';
import { PlainError, colors } from './n8n/terminal.mts';

const once = process.argv.includes('--once');
const undo: Array<() => Promise<void>> = [];
let pictureMade = false;
let endingSince: number | undefined;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.on(signal, () => void end(pictureMade ? 0 : 130));
}
// The shell between npm and this process passes no signal on: without its parent, nobody wants this any more.
const parent = process.ppid;
setInterval(() => {
	if (endingSince === undefined && process.ppid !== parent) void end(1);
}, 500).unref();
// A reader that went away, as in `npm start | head`.
process.stdout.on('error', () => void end(1));

try {
	await main();
} catch (error) {
	// After a Ctrl-C something is bound to break; that is no news.
	if (endingSince === undefined) {
		showError(error);
		await end(1);
	}
}

async function main(): Promise<void> {
	const service = await openService(process.env);
	undo.push(() => service.close());
	const demo = await openDemo(service, (action) => undo.push(action));
	try {
		showPicture(service, await runDemo(demo, service));
	} catch (error) {
		if (once || endingSince !== undefined) throw error;
		showError(error);
	}
	if (once) return await end(0);

	showEditor(demo, service);
	const code = await demo.server.exited;
	throw new PlainError(`n8n ended by itself (${code})`, { log: demo.server.log() });
}

/** Undoes everything, last things first. What is still there then is killed at the process's exit. */
async function end(code: number): Promise<void> {
	if (endingSince !== undefined) {
		// A second Ctrl-C does not wait; but npm and tsx pass on the first one, too.
		if (Date.now() - endingSince > 1000) process.exit(code || 1);
		return;
	}
	endingSince = Date.now();
	for (const action of undo.reverse()) await action().catch(showError);
	process.exit(code);
}

function showPicture(service: Service, file: string): void {
	pictureMade = true;
	const summary = service.summary();
	if (summary !== undefined) console.log(`  ${service.title}: ${summary}`);
	console.log(file);
}

function showEditor({ guestPage, server, workflow }: Demo, { pageUrl }: Service): void {
	console.log(`
  ${colors.bold('Editor')}    ${colors.cyan(`${server.url}/workflow/${workflow.id}`)}
  ${colors.bold('Login')}     ${OWNER.email}  ${OWNER.password}`);
	if (guestPage !== undefined) {
		const login = `${GUEST.user}  ${GUEST.password}`;
		console.log(`  ${colors.bold('Page')}      ${colors.cyan(guestPage)}  ${login}`);
	}
	if (pageUrl !== undefined) {
		console.log(
			`  ${colors.bold('API Instructions')}  ${colors.cyan(pageUrl)} (what to paste, and faults to play)`,
		);
	}
	console.log(`  ${colors.bold('Log')}       ${path.join(server.userFolder, 'n8n.log')}`);
	console.log(
		`\n  Next: open the editor, and go on with README, "Your first picture". Ctrl-C ends it.`,
	);
}

function showError(error: unknown): void {
	if (!(error instanceof PlainError)) {
		console.error(error);
		return;
	}
	console.error(`\n${colors.red(error.message)}`);
	if (error.log) console.error(colors.dim(error.log));
	if (error.advice) console.error(error.advice);
}
