const { execFile } = require('node:child_process');
const { readdir, rm, stat } = require('node:fs/promises');
const { join } = require('node:path');
const { promisify } = require('node:util');
const { series, watch } = require('gulp');

const run = promisify(execFile);

/** What a published package may hold. */
const shipped = [
	/^(package\.json|README\.md|LICENSE)$/,
	/^dist\/credentials\/[\w.]+\.js$/,
	/^dist\/nodes\/InstaSd\/(\w+\/)*[\w.]+\.js$/,
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

/** n8n's build copies every picture and package.json of the repository into dist. */
async function trim() {
	await Promise.all(
		['docs', 'examples', 'sandbox', 'test', 'package.json', '.sandbox', 'coverage'].map((path) =>
			rm(`dist/${path}`, { recursive: true, force: true }),
		),
	);
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
	const { n8n } = require('./package.json');
	const missing = [...n8n.nodes, ...n8n.credentials].filter((path) => !paths.includes(path));
	if (missing.length > 0) throw new Error(`Missing in the package: ${missing.join(', ')}`);
	console.log(`Packed: ${paths.length} files, ${(packed.size / 1000).toFixed(1)} kB`);
}

const build = series(compile, trim, checkPacked);

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
	const built = await stat('dist/credentials').catch(() => ({ mtimeMs: 0 }));
	if (built.mtimeMs < Math.max(...times)) await promisify(build)();
}

/** Builds again at every change, for a running `npm start`. */
function dev() {
	watch(['nodes/**', 'credentials/**'], { ignoreInitial: false }, build);
}

module.exports = { build, buildIfChanged, checkPacked, dev, default: build };
