import { createHmac, randomBytes } from 'node:crypto';
import { outputLists } from './outputs.mts';
import { isOver, stageAt, type Task } from './task.mts';

export type Links = ReturnType<typeof createLinks>;

/** As the API's description says, in ms. */
const linkLifetimeMs = 30 * 60_000;

/** Links to files that carry their own end: a time and a signature over it, as a CDN's do. */
export function createLinks(fileOrigin: () => string) {
	const secret = randomBytes(32);
	const signature = (path: string, expires: string) =>
		createHmac('sha256', secret).update(`${path} ${expires}`).digest('hex').slice(0, 32);
	return {
		/** The lists of links for a status reply; empty while the task is not completed. */
		listsOf(task: Task, now: number): Record<string, string[]> {
			const stage = stageAt(task, now);
			const isFresh = isOver(stage) && task.behaviour.freshLinksOnStatus;
			const signedAt = isFresh ? now : task.endsAt;
			const expires = String(Math.ceil(signedAt + linkLifetimeMs));
			const isThere = stage === 'completed' && now >= task.endsAt + task.behaviour.linksLateMs;
			const lists: Record<string, string[]> = {};
			for (const [list, files] of outputLists(task)) {
				lists[list] = (isThere ? files : []).map(({ name }) => {
					const path = `/files/${task.id}/${name}`;
					return `${fileOrigin()}${path}?expires=${expires}&signature=${signature(path, expires)}`;
				});
			}
			return lists;
		},
		check(path: string, query: URLSearchParams, now: number): 'valid' | 'expired' | 'forged' {
			const expires = query.get('expires') ?? '';
			if (query.get('signature') !== signature(path, expires)) return 'forged';
			return now < Number(expires) ? 'valid' : 'expired';
		},
	};
}
