const base = require('./jest.base.config.cjs');

/** Tests in a real n8n and a real browser: one file at a time, with time for a busy machine. */
/** @type {import('jest').Config} */
module.exports = {
	...base,
	testMatch: ['<rootDir>/test/e2e/**/*.test.mts'],
	maxWorkers: 1,
	testTimeout: 600_000,
};
