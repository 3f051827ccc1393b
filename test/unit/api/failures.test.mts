import { failureOf } from '../../../nodes/InstaSd/api/failures';
import { parseTask } from '../../../nodes/InstaSd/api/task';

test.each<[unknown, string]>([
	[0.05, 'which reports a cost of 0.05. '],
	[0, 'which reports a cost of 0. '],
	[null, 'which does not say whether it was charged. '],
	['unknown', 'which does not say whether it was charged. '],
])('a failed task with the cost %p says what is known of it', (cost, words) => {
	const body = { task_id: 'a', status: 'FAILED', error: 'CUDA out of memory', cost };
	const task = parseTask({ body, taskId: 'a' }, 'a', 'https://api.example.com');
	const { description, message } = (task && failureOf(task)?.details) ?? {};
	expect(message).toBe('Task a failed: CUDA out of memory');
	expect(description).toContain(words);
	expect(description).not.toContain('link');
});
