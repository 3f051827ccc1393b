const { execFile } = require('node:child_process');
const { readdir, readFile, rm, stat, writeFile } = require('node:fs/promises');
const { dirname, join, posix, resolve } = require('node:path');
const { promisify } = require('node:util');
const esbuild = require('esbuild');
const { series, watch } = require('gulp');
const { n8n } = require('./package.json');

const run = promisify(execFile);

const BUNDLE = 'dist/nodes/InstaSd/bundle.js';

/** What both a description and the bundle need is a file of its own: else the package would hold it twice. */
const SHARED = 'dist/nodes/InstaSd/tables.js';
const shared = ['api/nodeOperations', 'api/nodeOptions'].map((path) => `nodes/InstaSd/${path}.ts`);

/** The files that n8n loads, each named after the class in it. */
const entries = [...n8n.nodes, ...n8n.credentials];

/** What a published package may hold. */
const shipped = [
	/^(package\.json|README\.md|LICENSE)$/,
	/^dist\/credentials\/\w+\.credentials\.js$/,
	/^dist\/nodes\/InstaSd\/(bundle|tables|\w+\.node)\.js$/,
	/^dist\/nodes\/InstaSd\/[\w.]+\.(svg|node\.json)$/,
	/^dist\/nodes\/InstaSd\/__schema__\/.+\.json$/,
];

/** n8n's own build: tsc, then icons and schemas. */
async function compile() {
	try {
		await run('n8n-node', ['build'], { shell: process.platform === 'win32' });
	} catch (error) {
		throw new Error(`n8n-node build failed:\n${error.stdout}${error.stderr}`);
	}
}

/**
 * The files that n8n loads when it starts hold the descriptions alone. What they import at the first use goes into one
 * file, with a zod of its own: one that is only imported is whichever lies next to n8n's folder or above it; with another
 * one, paid tasks have been lost.
 */
async function bundle() {
	const later = new Set();
	const tablesFrom = (file) => ({
		name: 'tables',
		setup: ({ onResolve }) =>
			onResolve({ filter: /\/(nodeOperations|nodeOptions)$/ }, () => ({
				path: importPath(file, SHARED),
				external: true,
			})),
	});
	await esbuild.build({ ...options, stdin: exporting(shared), outfile: SHARED });
	for (const file of entries) {
		const laterInBundle = {
			name: 'later-in-bundle',
			setup: ({ onResolve }) =>
				onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
					if (kind !== 'dynamic-import') return undefined;
					later.add(join(resolveDir, path));
					return { path: importPath(file, BUNDLE), external: true };
				}),
		};
		await esbuild.build({
			...options,
			entryPoints: [file.replace(/^dist\/(.+)\.js$/, '$1.ts')],
			outfile: file,
			plugins: [laterInBundle, tablesFrom(file)],
		});
	}
	const { metafile } = await esbuild.build({
		...options,
		stdin: exporting([...later]),
		outfile: BUNDLE,
		plugins: [tablesFrom(BUNDLE), withoutMessages],
		banner: { js: await zodsLicence() },
		metafile: true,
	});
	// Renamed in another zod, they would come back unseen.
	if (!Object.keys(metafile.inputs).some((file) => MESSAGES.test(file))) {
		throw new Error("zod's messages, which the bundle leaves out, are not where they were");
	}
}

const MESSAGES = /[\\/]zod[\\/]v3[\\/]locales[\\/]en\.js$/;

/** Nobody sees zod's own error messages, and they are the largest part of it that can go. */
const withoutMessages = {
	name: 'without-messages',
	setup: ({ onLoad }) =>
		onLoad({ filter: MESSAGES }, () => ({
			contents: "export default () => ({ message: 'Invalid' });",
		})),
};

/** How one file of dist imports another. */
function importPath(from, to) {
	const relative = posix.relative(posix.dirname(from), to);
	return relative.startsWith('.') ? relative : `./${relative}`;
}

/** A module that exports what these do. */
function exporting(paths) {
	const lines = paths.map((path) => `export * from ${JSON.stringify(resolve(path))};`);
	return { contents: lines.join('\n'), resolveDir: __dirname };
}

/** @type {import('esbuild').BuildOptions} */
const options = {
	bundle: true,
	external: ['n8n-workflow'],
	platform: 'node',
	format: 'cjs',
	target: 'es2022',
	// import() becomes a require().
	supported: { 'dynamic-import': false },
	charset: 'utf8',
	minify: true,
};

/** Zod's licence wants to be in every copy; esbuild leaves it out. */
async function zodsLicence() {
	const manifest = require.resolve('zod/package.json');
	const text = await readFile(join(dirname(manifest), 'LICENSE'), 'utf8');
	return `/*!\nThis file contains zod ${require(manifest).version}:\n\n${text.trim()}\n*/`;
}

/**
 * n8n's build copies every picture and package.json of the repository into dist, and tsc makes a file of every module,
 * all of which the bundle holds. JSON needs no line breaks.
 */
async function trim() {
	const node = dirname(BUNDLE);
	const modules = (await readdir(node, { withFileTypes: true }))
		.filter((entry) => entry.isDirectory() && entry.name !== '__schema__')
		.map(({ name }) => `${node}/${name}`);
	const copied = ['docs', 'examples', 'sandbox', 'test', 'package.json', '.sandbox', 'coverage'];
	await Promise.all(
		[...modules, ...copied.map((name) => `dist/${name}`)].map((path) =>
			rm(path, { recursive: true, force: true }),
		),
	);
	for (const name of await readdir(node, { recursive: true })) {
		if (!name.endsWith('.json')) continue;
		const file = join(node, name);
		await writeFile(file, JSON.stringify(JSON.parse(await readFile(file, 'utf8'))));
	}
}

/** Fails when the package would hold anything but what ships, or lack it. */
async function checkPacked() {
	const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
		shell: process.platform === 'win32',
	});
	const packed = Object.values(JSON.parse(stdout))[0];
	const paths = packed.files.map(({ path }) => path);
	const strange = paths.filter((path) => !shipped.some((rule) => rule.test(path)));
	if (strange.length > 0) throw new Error(`Does not belong in the package: ${strange.join(', ')}`);
	const missing = [...entries, BUNDLE, SHARED].filter((path) => !paths.includes(path));
	if (missing.length > 0) throw new Error(`Missing in the package: ${missing.join(', ')}`);
	console.log(`Packed: ${paths.length} files, ${(packed.size / 1000).toFixed(1)} kB`);
}

const build = series(compile, bundle, trim, checkPacked);

/** Builds unless dist is newer than everything it is made of. */
async function buildIfChanged() {
	const sources = ['package.json', 'tsconfig.json', 'gulpfile.js', 'README.md'];
	for (const folder of ['nodes', 'credentials']) {
		const entries = await readdir(folder, { recursive: true, withFileTypes: true });
		sources.push(
			...entries.map(({ parentPath, path, name }) => join(parentPath ?? path, name)),
			folder,
		);
	}
	const times = await Promise.all(sources.map(async (file) => (await stat(file)).mtimeMs));
	const built = await stat(BUNDLE).catch(() => ({ mtimeMs: 0 }));
	if (built.mtimeMs < Math.max(...times)) await promisify(build)();
}

/** Builds again at every change, for a running `npm start`. */
function watchSources() {
	watch(['nodes/**', 'credentials/**'], { ignoreInitial: false }, build);
}

module.exports = { build, buildIfChanged, checkPacked, watchSources, default: build };
