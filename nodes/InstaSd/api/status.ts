/**
 * What a status word means for the one who waits. InstaSD's help article lists CREATED, IN_QUEUE, IN_PROGRESS,
 * COMPLETED and FAILED; real clients also met EXECUTING, so every unknown word means "still running".
 */
export type TaskState = 'queued' | 'running' | 'completed' | 'failed';

const states: ReadonlyMap<string, TaskState> = new Map([
	['CREATED', 'queued'],
	['IN_QUEUE', 'queued'],
	['COMPLETED', 'completed'],
	['FAILED', 'failed'],
	['CANCELLED', 'failed'],
	['CANCELED', 'failed'],
	['TIMED_OUT', 'failed'],
	['ERROR', 'failed'],
]);

/** The state behind a status word, in whatever case the service writes it. */
export function taskState(status: string): TaskState {
	return states.get(status.trim().toUpperCase()) ?? 'running';
}

/** Whether a task in this state is over, for good or ill. */
export function isOver({ state }: { state: TaskState }): boolean {
	return state === 'completed' || state === 'failed';
}
