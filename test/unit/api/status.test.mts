import { isOver, taskState } from '../../../nodes/InstaSd/api/task';

test.each([
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
	['SUCCESS', 'running'],
	['', 'running'],
	['constructor', 'running'],
])('a task that is %p is %s', (word, state) => {
	expect(taskState(word)).toBe(state);
	expect(isOver({ state: taskState(word) })).toBe(state === 'completed' || state === 'failed');
});
