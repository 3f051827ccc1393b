import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { clientOf } from './client.mts';

const root = join(__dirname, '../..');

test('the command line tells URLs, tokens and the control, and Ctrl-C ends it', async () => {
	const command = ['--import', 'tsx', 'sandbox/emulator/cli.mts', '--duration', '0'];
	const child = spawn(process.execPath, command, {
		cwd: root,
		env: { ...process.env, NO_COLOR: '1' },
	});
	let printed = '';
	for await (const text of child.stdout.setEncoding('utf8')) {
		printed += text;
		if (printed.includes('Ctrl-C')) break;
	}
	const told = (name: string) => new RegExp(`^  ${name} +(\\S+)$`, 'm').exec(printed)?.[1] ?? '';
	const client = clientOf({
		apiUrl: told('URL'),
		token: told('token'),
		requestExample: '{"inputs":{}}',
	});
	expect((await client.status((await client.run()).task_id)).status).toBe('COMPLETED');
	expect(printed).toMatch(/control\n {2}URL +http:\S+\/control\n/);
	child.kill('SIGINT');
	expect(await once(child, 'exit')).toEqual([0, null]);
});
