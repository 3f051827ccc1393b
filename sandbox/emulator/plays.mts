import type { FaultRequest } from './faults.mts';
import type { Service } from './service.mts';
import type { BehaviourChange } from './settings.mts';

/** What the emulator's page offers to play, and what then becomes of a task in n8n. */
type Play = { title: string; expect: string; behaviour?: BehaviourChange; fault?: FaultRequest };

export const playNames = ['well', 'fails', 'slow', 'noCredits', 'busy', 'expired', 'lost'] as const;
export type PlayName = (typeof playNames)[number];

export const plays: Record<PlayName, Play> = {
	well: { title: 'All is well', expect: 'A task takes a few seconds and gives its files.' },
	fails: {
		title: 'The task fails',
		expect: 'TASK_FAILED, with the reason of the service. Clicking again makes a new task.',
		behaviour: { failWith: 'CUDA out of memory' },
	},
	slow: {
		title: 'The task is slow',
		expect: 'It takes two minutes. Stop ends n8n’s waiting, not the task.',
		behaviour: { durationMs: 120_000 },
	},
	noCredits: {
		title: 'No credits left (402)',
		expect: 'REJECTED, with the words of the service. Nothing is charged.',
		fault: {
			call: 'submit',
			kind: 'status',
			status: 402,
			body: { error: 'Insufficient credits' },
			times: Infinity,
		},
	},
	busy: {
		title: 'Too many requests (429)',
		expect: 'One request a second is answered. The image comes, only later.',
		behaviour: { requestsPerSecond: 1 },
	},
	expired: {
		title: 'Links have expired',
		expect:
			'LINK_EXPIRED, with the task’s id. Choose All is well, and Wait for Task fetches the file.',
		fault: {
			call: 'file',
			kind: 'status',
			status: 403,
			body: 'Request has expired',
			times: Infinity,
		},
	},
	lost: {
		title: 'The reply is lost',
		expect: 'SUBMIT_UNSURE: the task was created and charged, and is not sent a second time.',
		fault: { call: 'submit', kind: 'resetAfter', times: Infinity },
	},
};

/** Plays this from now on, instead of any other fault or change of behaviour. */
export function startPlay({ memory, behaviours }: Service, name: PlayName): void {
	const { behaviour = {}, fault } = plays[name];
	memory.faults.clear();
	behaviours.reset();
	behaviours.change(behaviour);
	if (fault !== undefined) memory.faults.add(fault);
	memory.playing = name;
}
