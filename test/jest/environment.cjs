const { TestEnvironment } = require('jest-environment-node');

let shared;

/**
 * One world of globals for all test files of a process, because the packages that they share were loaded in it: an
 * `Error` of n8n-core is an `Error` to each of them.
 */
module.exports = class SharedEnvironment extends TestEnvironment {
	constructor(config, context) {
		if (shared !== undefined) return shared;
		super(config, context);
		shared = this;
		const { process } = this.global;
		this.before = { env: { ...process.env }, exit: process.exit };
	}

	/** What a file has changed is as before for the next one; the runtime restores what was mocked. */
	async teardown() {
		this.fakeTimers.useRealTimers();
		this.fakeTimersModern.useRealTimers();
		const { process } = this.global;
		for (const name of Object.keys(process.env)) delete process.env[name];
		Object.assign(process.env, this.before.env);
		// Jest wraps it anew for each file.
		process.exit = this.before.exit;
		// Jest adds its listeners to those that it finds: each test would be reported to all earlier files, too.
		delete this.global[Symbol.for('EVENT_HANDLERS')];
	}
};
