import { AsyncLocalStorage } from 'node:async_hooks';
import type { Logger } from 'n8n-workflow';

export interface LogEntry {
	/** Who wrote it: a node through its `logger`, or n8n itself. */
	readonly from: 'node' | 'engine';
	readonly level: 'error' | 'warn' | 'info' | 'debug';
	readonly message: string;
	readonly meta?: unknown;
}

const currentLog = new AsyncLocalStorage<(entry: LogEntry) => void>();

/** Runs `work`; what it and all it starts logs goes to `write`, however many runs overlap. */
export function withLog<T>(write: (entry: LogEntry) => void, work: () => T): T {
	return currentLog.run(write, work);
}

/** Ends what {@link withLog} has begun: each store that is in use makes every promise of the process slower. */
export function endLogs(): void {
	currentLog.disable();
}

/** A logger that prints nothing and remembers everything, per run. */
export function recordingLogger(from: LogEntry['from']): Logger & { scoped(): Logger } {
	const record = (level: LogEntry['level']) => (message: string, meta?: unknown) => {
		currentLog.getStore()?.({ from, level, message, meta });
	};
	const logger = {
		error: record('error'),
		warn: record('warn'),
		info: record('info'),
		debug: record('debug'),
		scoped: () => logger,
	};
	return logger;
}
