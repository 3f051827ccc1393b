import type { Emulator } from '../../../sandbox/emulator/server.mts';
import { ids } from '../workflows.mts';
import { arrange, submitFaults, toldId, type StoryFaults, type SubmitFault } from './faults.mts';
import type { Taken } from './paymentModel.mts';
import type { Story } from './story.mts';

/** How long a task takes, and how long the node waits for one, in ms. */
const taskMs = 4_000;
export const patienceMs = 60_000;
export const longestTaskMs = patienceMs + 40_000;

/** The service of a story, and what it knows of its tasks. */
export interface StoryService {
	/** The tasks that were taken, in their order. */
	taken(): Array<Taken & { readonly fault: SubmitFault }>;
	/** Whether the service had by then called a task failed in a reply that names it. */
	isFailed(taskId: string, at: number): boolean;
	/** Whether it has called it completed: in its own reply, or twice in a row in one without an id. */
	isCompleted(taskId: string): boolean;
	/** How many submits so far have come to this. */
	timesHappened(outcome: 'notCreated' | 'unsure'): number;
	/** Whether an id was told as a number: the emulator does not know it. */
	hasForeignId(): boolean;
	/** Whether no request is under way. */
	isIdle(): boolean;
	/** From now on everything works. */
	mend(): void;
}

/** Makes the emulator that of a story. */
export function startService(emulator: Emulator, story: Story): StoryService {
	emulator.reset();
	emulator.setBehaviour(({ number }) => {
		const end = story.ends[number - 1] ?? 'well';
		return {
			durationMs: end === 'late' ? longestTaskMs : taskMs,
			...(end === 'badly' ? { failWith: 'out of memory' } : {}),
		};
	});
	const faults: StoryFaults = arrange(emulator.addFault, emulator.token, story);
	const faultOf = (faultNumber: number | null) => faults.submits.get(faultNumber ?? 0) ?? 'good';
	const submits = () => emulator.requests().filter(({ path }) => path.endsWith('/run_task'));

	const pollsOf = (taskId: string) =>
		emulator
			.requests()
			.filter(({ method, taskId: about }) => method === 'GET' && about === taskId)
			.map((request) => ({ ...request, fault: faults.polls.get(request.faultNumber ?? 0) }));

	/** Between the two, nothing may have told the truth to the same run; of two at once, nobody can tell which one asks. */
	const isCompletedTwice = (taskId: string) => {
		let times = 0;
		for (const { fault } of pollsOf(taskId)) {
			if (fault === 'a success without an id') times += 1;
			else if (!isDoubled && (fault === undefined || fault === 'the truth without an id'))
				times = 0;
			if (times === 2) return true;
		}
		return false;
	};
	const isDoubled = story.acts.some(({ isTwice }) => isTwice);

	return {
		taken: () =>
			submits().flatMap(({ taskId, faultNumber, at }) => {
				const task = emulator.task(taskId ?? '');
				if (task === undefined) return [];
				const fault = faultOf(faultNumber);
				return [
					{
						fault,
						at,
						id: toldId(fault, faultNumber, task.id) ?? task.id,
						prompt: String(task.inputs?.[ids.prompt]?.value),
						outcome: submitFaults[fault].outcome === 'created' ? 'created' : 'unsure',
					},
				];
			}),
		isFailed: (taskId, at) => {
			const task = emulator.task(taskId);
			if (task?.status !== 'FAILED') return false;
			const endedAt = task.completedAt ?? Infinity;
			return pollsOf(taskId).some(
				(poll) =>
					(poll.fault === undefined || poll.fault === '20 s late') &&
					poll.status === 200 &&
					poll.at <= at &&
					poll.at + (poll.durationMs ?? 0) >= endedAt,
			);
		},
		isCompleted: (taskId) => {
			const task = emulator.task(taskId);
			if (task?.status === 'COMPLETED' && task.knownAt !== null) return true;
			return isCompletedTwice(taskId);
		},
		timesHappened: (outcome) =>
			submits().filter((one) => submitFaults[faultOf(one.faultNumber)].outcome === outcome).length,
		hasForeignId: () => submits().some((one) => faultOf(one.faultNumber) === 'id as a number'),
		mend: () => {
			emulator.clearFaults();
			emulator.setBehaviour({ durationMs: taskMs, failWith: null });
		},
		isIdle: () => emulator.requests().every(({ durationMs }) => durationMs !== null),
	};
}
