const swc = [
	'@swc/jest',
	{
		jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
		module: { type: 'commonjs' },
	},
];

// n8n loads these with import(), which jest refuses inside CommonJS: swc makes it a require().
const loadedByImport = [
	'n8n-workflow/dist/cjs/expression\\.js',
	'@n8n/expression-runtime/dist/cjs/bridge/quickjs-bridge\\.js',
	'@jitl/quickjs-wasmfile-release-sync/dist/index\\.js',
	'n8n-core/dist/.*/binary-helper-functions\\.js',
	'(?:file-type|strtok3|token-types|uint8array-extras|@tokenizer/inflate|@borewit/text-codec)/.*\\.js',
].join('|');

/** @type {import('jest').Config} */
module.exports = {
	rootDir: '..',
	testEnvironment: 'node',
	maxWorkers: 3,
	// A guard against a test that never ends: no result depends on it.
	testTimeout: 300_000,
	testMatch: ['unit', 'engine', 'emulator'].map((kind) => `<rootDir>/test/${kind}/**/*.test.mts`),
	moduleFileExtensions: ['mts', 'ts', 'js', 'mjs', 'cjs', 'json', 'node'],
	modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.sandbox/'],
	// Its plain name is for import() only.
	moduleNameMapper: { '^file-type$': 'file-type/node' },
	transform: {
		'\\.m?ts$': swc,
		[`/node_modules/(?:${loadedByImport})$`]: swc,
	},
	transformIgnorePatterns: [`^(?!.*/node_modules/(?:${loadedByImport})$).*/node_modules/`],
};
