import { realpath } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import { installN8n } from '../../sandbox/n8n/install.mts';
import { PlainError } from '../../sandbox/n8n/terminal.mts';
import { run } from '../../sandbox/n8n/processes.mts';

const load = `
	const { n8n } = require('./package.json');
	require('n8n-workflow');
	const start = performance.now();
	const names = [...n8n.nodes, ...n8n.credentials].map((file) => {
		const loaded = new (require('./' + file)[file.split('/').pop().split('.')[0]])();
		return (loaded.description ?? loaded).name;
	});
	console.log(JSON.stringify({ ms: performance.now() - start, names, workflow: require.resolve('n8n-workflow') }));
`;

const loadedSchema = z.object({
	ms: z.number(),
	names: z.array(z.string()),
	workflow: z.string(),
});

export type Loaded = z.infer<typeof loadedSchema>;

/**
 * Loads the node and the credential of an unpacked package as n8n does: in a process of its own, with
 * n8n's modules where `NODE_PATH` points.
 * @returns their names, and how many ms it took where n8n's own n8n-workflow was loaded before
 * @throws PlainError when it does not load, or not with n8n's own n8n-workflow
 */
export async function loadWithN8n(folder: string): Promise<Loaded> {
	const { runtime, script } = await installN8n();
	const n8n = await realpath(path.join(path.dirname(script), '..'));
	const modules = createRequire(path.join(n8n, 'dist/index.js')).resolve.paths('any') ?? [];
	const { code, stdout, log } = await run(runtime.node, ['--eval', load], {
		cwd: folder,
		env: { PATH: process.env.PATH, NODE_PATH: modules.join(path.delimiter) },
	});
	if (code !== 0) throw new PlainError('The packed node does not load', { log });
	const loaded = loadedSchema.parse(JSON.parse(stdout));
	const root = await realpath(path.resolve(path.dirname(script), '../../..'));
	if (!loaded.workflow.startsWith(root)) throw new PlainError(`Not n8n's own: ${loaded.workflow}`);
	return loaded;
}
