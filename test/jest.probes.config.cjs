const base = require('./jest.config.cjs');

/** Run by test/unit/jest/ownModules.test.mts. */
/** @type {import('jest').Config} */
module.exports = {
	...base,
	testMatch: ['<rootDir>/test/jest/probes/*.probe.mts'],
};
