const base = require('./jest.e2e.config.cjs');

/** The same checks in several versions of n8n, each installed on first use. */
/** @type {import('jest').Config} */
module.exports = {
	...base,
	testMatch: ['<rootDir>/test/versions/**/*.test.mts'],
};
