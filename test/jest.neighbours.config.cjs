const base = require('./jest.e2e.config.cjs');

/** Our package and others in one real n8n. */
/** @type {import('jest').Config} */
module.exports = {
	...base,
	testMatch: ['<rootDir>/test/neighbours/**/*.test.mts'],
};
