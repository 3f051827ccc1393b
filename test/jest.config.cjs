const base = require('./jest.base.config.cjs');

/** Unit tests, workflows on n8n's engine, and the emulator: test files of a process share the packages they load. */
/** @type {import('jest').Config} */
module.exports = {
	...base,
	testTimeout: 60_000,
	testMatch: ['unit', 'engine', 'emulator'].map((kind) => `<rootDir>/test/${kind}/**/*.test.mts`),
	testEnvironment: '<rootDir>/test/jest/environment.cjs',
	runtime: '<rootDir>/test/jest/runtime.cjs',
	testSequencer: '<rootDir>/test/jest/order.cjs',
	maxWorkers: 2,
};
