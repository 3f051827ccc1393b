import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Container, hasIsolatedVm, LoggerService } from './n8nModules.mts';
import { BinaryDataService, ErrorReporter } from 'n8n-core';
import {
	Expression,
	LoggerProxy,
	resetSafeRegexEngine,
	setSafeRegexEngine,
	type RegexEngine,
} from 'n8n-workflow';
import { recogniseErrorsOfNode } from './errors.mts';
import { endLogs, recordingLogger } from './logs.mts';

export interface Services {
	readonly binaryData: BinaryDataService;
	stop(): Promise<void>;
}

let running = false;

/**
 * n8n gives a regular expression 250 ms on the wall clock, in a context of its own. On a busy machine the simplest of them
 * was not done by then, and a call of the node failed for it.
 */
const patientRegex: RegexEngine = {
	exec: (pattern, input, flags) => new RegExp(pattern, flags).exec(input),
	test: (pattern, input, flags) => new RegExp(pattern, flags).test(input),
	replace: (pattern, input, flags, by) => input.replace(new RegExp(pattern, flags), by),
	matchAll: (pattern, input, flags = '') =>
		Array.from(input.matchAll(new RegExp(pattern, flags.replace('g', '') + 'g'))),
	split: (pattern, input, flags) => input.split(new RegExp(pattern, flags)),
};

/**
 * Starts what n8n's own start command starts for the execution engine: settings in a folder of its
 * own, binary data store, logger, expression engine. They are global to the process, so only one
 * set can run at a time.
 * @param settings further environment variables, by which n8n is configured
 * @param expressions n8n's default; its older evaluator takes a hundredth of the time
 */
export async function startServices(
	binaryMode: 'filesystem' | 'default',
	settings: Readonly<Record<string, string>> = {},
	expressions?: 'sandboxed',
): Promise<Services> {
	if (running) throw new Error('An engine is already open here: close() it first');
	running = true;
	recogniseErrorsOfNode();
	const userFolder = await mkdtemp(join(tmpdir(), 'n8n-engine-test-'));
	const restoreEnvironment = replaceEnvironment({
		N8N_USER_FOLDER: userFolder,
		N8N_ENCRYPTION_KEY: 'engine-tests',
		N8N_DEFAULT_BINARY_DATA_MODE: binaryMode,
		no_proxy: '*',
		...settings,
	});
	setSafeRegexEngine(patientRegex);
	const listeners = process.listeners('exit');
	const stop = async () => {
		await Expression.disposeExpressionEngine();
		// What n8n-core has when it is loaded: the next engine may not want a sandbox.
		Expression.setExpressionEngine('legacy');
		// Some of its services wait for the end of the process.
		for (const listener of process.listeners('exit')) {
			if (!listeners.includes(listener)) process.off('exit', listener);
		}
		resetSafeRegexEngine();
		endLogs();
		Container.reset();
		restoreEnvironment();
		await rm(userFolder, { recursive: true });
		running = false;
	};

	try {
		const engineLogger = recordingLogger('engine');
		LoggerProxy.init(engineLogger);
		Container.set(LoggerService, engineLogger);
		Container.get(ErrorReporter);
		const binaryData = Container.get(BinaryDataService);
		// As in n8n: in memory means that the service was never given a store.
		if (binaryMode === 'filesystem') await binaryData.init();
		Container.set(LoggerService, recordingLogger('node'));

		if (expressions === 'sandboxed') await startExpressionEngine();
		return { binaryData, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

/**
 * n8n's defaults, but: below Node 24, where n8n's isolated-vm does not run, its QuickJS engine; and
 * an execution that has no expressions does not wait for a sandbox of its own (100 ms in QuickJS).
 */
async function startExpressionEngine(): Promise<void> {
	await Expression.initExpressionEngine({
		engine: hasIsolatedVm() ? 'vm' : 'quickjs',
		poolSize: 1,
		lazyAcquire: true,
		maxCodeCacheSize: 1024,
		bridgeTimeout: 5000,
		bridgeMemoryLimit: 128,
	});
}

/** Hides every n8n setting of the machine and sets `variables`; returns the way back. */
function replaceEnvironment(variables: Record<string, string>): () => void {
	const before = { ...process.env };
	for (const name of Object.keys(before)) {
		if (name.startsWith('N8N_')) delete process.env[name];
	}
	Object.assign(process.env, variables);
	return () => {
		for (const name of Object.keys(variables)) delete process.env[name];
		Object.assign(process.env, before);
	};
}
