const base = require('./jest.base.config.cjs');

/** Tests in n8n's queue mode, with a real Redis and PostgreSQL: one file at a time. */
/** @type {import('jest').Config} */
module.exports = {
	...base,
	testMatch: ['<rootDir>/test/queue/**/*.test.mts'],
	maxWorkers: 1,
	testTimeout: 600_000,
};
