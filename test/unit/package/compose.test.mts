import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { textToImage } from '../../../sandbox/emulator/apis.mts';
import { REPOSITORY } from '../../../sandbox/n8n/folders.mts';

// Nobody could run it where it was written: what can be looked up is.
const file = path.join(REPOSITORY, 'docs/docker/compose.yaml');
const text = readFileSync(file, 'utf8');
const read = (name: string): string => readFileSync(path.join(REPOSITORY, name), 'utf8');

const service = z.object({
	image: z.string(),
	command: z.union([z.string(), z.array(z.string())]).default([]),
	environment: z.record(z.string()).default({}),
	ports: z.array(z.string()).default([]),
	volumes: z.array(z.string()).default([]),
	depends_on: z.record(z.unknown()).default({}),
	network_mode: z.string().optional(),
});
const compose = z
	.object({ services: z.record(service), volumes: z.record(z.null()) })
	.parse(parse(text, { merge: true }));
const services = Object.entries(compose.services);
const ofN8n = services.filter(([, { image }]) => image === 'n8nio/n8n:${N8N_VERSION}');

/** What n8n reads of its environment: by its packages, and two by n8n itself, which is not installed beside them. */
const settings = (): Set<string> => {
	const configs = 'node_modules/@n8n/config/dist';
	const sources = [
		...['index.js', ...readdirSync(path.join(REPOSITORY, configs, 'configs'))]
			.filter((name) => name.endsWith('.js'))
			.map((name) => path.join(configs, name === 'index.js' ? name : `configs/${name}`)),
		'node_modules/n8n-core/dist/binary-data/binary-data.config.js',
	];
	const names = sources.flatMap((source) =>
		[...read(source).matchAll(/\bEnv\)\('(\w+)'/g)].map(([, name = '']) => name),
	);
	// docs.n8n.io: "Queue mode" and "Nodes environment variables".
	return new Set([
		...names,
		'OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS',
		'N8N_UNVERIFIED_PACKAGES_ENABLED',
	]);
};

describe('docs/docker/compose.yaml', () => {
	it('runs n8n, a worker, and what they need, from no certain registry', () => {
		expect(services.map(([name]) => name)).toEqual(
			expect.arrayContaining(['n8n', 'worker', 'postgres', 'redis', 'emulator']),
		);
		expect(ofN8n.length).toBe(3);
		for (const [, { image }] of services) expect(image).toMatch(/^(n8nio\/)?[a-z0-9]+:[\w${}.-]+$/);
	});

	it('sets nothing that n8n does not read', () => {
		const known = settings();
		const set = ofN8n.flatMap(([, { environment }]) => Object.keys(environment));
		expect(set.length).toBeGreaterThan(20);
		expect(set.filter((name) => !known.has(name))).toEqual([]);
	});

	it('mounts folders of this project, and volumes that it declares', () => {
		const { files } = z
			.object({ files: z.array(z.string()) })
			.parse(JSON.parse(read('package.json')));
		for (const source of services.flatMap(([, { volumes }]) =>
			volumes.map((v) => v.split(':')[0]),
		)) {
			const own = path.relative(REPOSITORY, path.resolve(path.dirname(file), source ?? ''));
			const isThere =
				source?.startsWith('.') === true
					? files.includes(own) || existsSync(path.join(REPOSITORY, own))
					: Object.keys(compose.volumes).includes(source ?? '');
			expect([source, isThere]).toEqual([source, true]);
		}
	});

	it("puts the node where n8n looks for it, under the package's name", () => {
		const { name } = z.object({ name: z.string() }).parse(JSON.parse(read('package.json')));
		for (const [, { volumes }] of ofN8n) expect(volumes).toContain('n8n:/home/node/.n8n');
		expect(String(compose.services['node-installed']?.command)).toContain(
			`node=/home/node/.n8n/nodes/node_modules/${name}\n`,
		);
	});

	it('waits for services, and takes addresses of services, that are there', () => {
		const hosts = ofN8n.flatMap(([, { environment }]) => [
			environment.DB_POSTGRESDB_HOST ?? 'postgres',
			environment.QUEUE_BULL_REDIS_HOST ?? 'redis',
		]);
		const named = services.flatMap(([, { depends_on, network_mode }]) => [
			...Object.keys(depends_on),
			...(network_mode === undefined ? [] : [network_mode.replace('service:', '')]),
		]);
		for (const name of [...hosts, ...named]) expect(Object.keys(compose.services)).toContain(name);
	});

	it("shows n8n's port, and gives what shares its network ports of their own", () => {
		expect(read('node_modules/@n8n/config/dist/index.js')).toContain('this.port = 5678;');
		expect(read('node_modules/@n8n/config/dist/configs/runners.config.js')).toContain(
			'this.port = 5679;',
		);
		expect(compose.services.n8n?.ports).toEqual(['127.0.0.1:5678:5678']);
		const { worker, emulator } = compose.services;
		const command = [emulator?.command ?? []].flat();
		const ports = [
			...['5678', '5679'],
			...[worker?.environment.N8N_RUNNERS_BROKER_PORT, worker?.environment.QUEUE_HEALTH_CHECK_PORT],
			...command.filter((word) => /^\d+$/.test(word)),
		];
		expect(ports).toHaveLength(6);
		expect(new Set(ports).size).toBe(6);
	});

	it('starts the emulator by options that it has, and shows a sample of its first API', () => {
		const [node, script = '', ...options] = [compose.services.emulator?.command ?? []].flat();
		expect(node).toBe('node');
		const source = read(script);
		for (const option of options.filter((word) => word.startsWith('--'))) {
			expect(source).toContain(`${option} <number>`);
		}
		const sample: unknown = JSON.parse(/^# +(\{"inputs".+)$/m.exec(text)?.[1] ?? '');
		const { inputs } = z.object({ inputs: z.record(z.unknown()) }).parse(sample);
		expect(Object.keys(textToImage.inputs)).toEqual(expect.arrayContaining(Object.keys(inputs)));
	});
});
