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

// Of the sandbox, and made of modules only.
const modulesOnly =
	'(?:execa|get-port|@sec-ant/readable-stream|@sindresorhus/merge-streams|figures|get-stream|human-signals|is-plain-obj|is-stream|is-unicode-supported|npm-run-path|parse-ms|path-key|pretty-ms|strip-final-newline|unicorn-magic|yoctocolors)/.*\\.js';
const transformed = `${loadedByImport}|${modulesOnly}`;

/** What all kinds of tests have in common. */
/** @type {import('jest').Config} */
module.exports = {
	rootDir: '..',
	testEnvironment: 'node',
	// A guard against a test that never ends: no result depends on it. What starts a real n8n has more.
	testTimeout: 300_000,
	moduleFileExtensions: ['mts', 'ts', 'js', 'mjs', 'cjs', 'json', 'node'],
	modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.sandbox/'],
	// Their plain names are for import() only.
	moduleNameMapper: {
		'^file-type$': 'file-type/node',
		'^unicorn-magic$': '<rootDir>/node_modules/unicorn-magic/node.js',
	},
	transform: {
		'\\.m?ts$': swc,
		[`/node_modules/(?:${transformed})$`]: swc,
	},
	transformIgnorePatterns: [`^(?!.*/node_modules/(?:${transformed})$).*/node_modules/`],
};
