import { isOver, taskState } from '../../../nodes/InstaSd/api/task';

test.each<string[]>([
	['CREATED', 'queued'],
	['IN_QUEUE', 'queued'],
	['IN_PROGRESS', 'running'],
	['EXECUTING', 'running'],
	['COMPLETED', 'completed'],
	['FAILED', 'failed'],
	['CANCELLED', 'failed'],
	['CANCELED', 'failed'],
	['TIMED_OUT', 'failed'],
	['ERROR', 'failed'],
	['completed', 'completed'],
	[' Completed ', 'completed'],
	['failed', 'failed'],
	['In_Queue', 'queued'],
	['UPLOADING', 'running'],
	...['COMPLETE', 'SUCCESS', 'Succeeded', 'done', 'FINISHED'].map((word) => [word, 'completed']),
	...['FAILURE', 'Timed Out', 'timed-out', 'TIMEOUT', 'ABORTED', 'rejected', 'TIMEDOUT'].map(
		(word) => [word, 'failed'],
	),
	...['EXPIRED', 'expired'].map((word) => [word, 'expired']),
	['in queue', 'queued'],
	['SUCCESSFULLY_STARTED', 'running'],
	['NOT_DONE', 'running'],
	['', 'running'],
	['constructor', 'running'],
])('a task that is %p is %s', (word = '', state = '') => {
	expect(taskState(word)).toBe(state);
	expect(isOver({ state: taskState(word) })).toBe(!/queued|running/.test(state));
});
