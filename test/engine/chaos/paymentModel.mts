/** A task that the service has taken. */
export interface Taken {
	/** As the service has told it; its own where it was not told. */
	readonly id: string;
	readonly prompt: string;
	readonly at: number;
	readonly outcome: 'created' | 'unsure';
}

/** A task, and whether the user then allowed to send once more what is unsure. */
interface Made extends Taken {
	readonly mayBeOneMore: boolean;
}

/** What a user has asked for with a prompt, and the tasks that were made for it. */
interface Order {
	readonly asked: number;
	readonly made: readonly Made[];
}

/** An execution with all its retries, and the prompts that they have asked for. */
export type Lineage = Set<string>;

/**
 * What may be paid for. Of each prompt, in an execution and all retries of it, newer or older, one after the other or at
 * once, no more tasks may count at any time than a user has asked for. A task stops counting when the service has called it
 * failed in a reply that names it. Where nobody knows whether it exists, and the user allows to send once more, it stops
 * counting when one more is taken, for which no other one is taken then. Nothing else makes room: no error without a name,
 * however often it comes, no task whose result the service has lost, and no edit of its prompt, which asks for a task
 * beside it. Tasks of the same prompt are alike: which item each is for, nobody can see from outside. So each
 * run from the start has prompts of its own.
 */
export class PaymentModel {
	/** What was paid for too much. */
	readonly tooMany: Taken[] = [];
	/** How many tasks were ever asked for, by prompt. */
	readonly askedFor = new Map<string, number>();

	private readonly orders = new Map<string, Order>();
	private isOver = false;

	/** @param isFailed whether the service had by then called a task failed, and named it */
	constructor(private readonly isFailed: (taskId: string, at: number) => boolean) {}

	/** A run or a retry plans a task for each prompt and generation. What its lineage has asked for, it does not ask for again. */
	plan(lineage: Lineage, prompts: readonly string[], generations: number): void {
		for (const prompt of new Set(prompts)) {
			if (lineage.has(prompt)) continue;
			lineage.add(prompt);
			const times = generations * prompts.filter((one) => one === prompt).length;
			const { asked, made } = this.orderOf(prompt);
			this.orders.set(prompt, { asked: asked + times, made });
			this.askedFor.set(prompt, (this.askedFor.get(prompt) ?? 0) + times);
		}
	}

	/** Of a run that was stopped, nobody knows anything any more: what it has asked for is over. */
	forget(prompts: readonly string[]): void {
		for (const prompt of prompts) this.orders.delete(prompt);
	}

	/** Nothing more may be sent. */
	end(): void {
		this.isOver = true;
	}

	/** The service has taken a task. */
	taken(task: Taken, resubmitWhenUnsure: boolean): void {
		const { asked, made } = this.orderOf(task.prompt);
		const all = [...made, { ...task, mayBeOneMore: resubmitWhenUnsure }];
		const living = all.filter(({ id }) => !this.isFailed(id, task.at));
		if (!this.isOver && living.length - mostReplaced(all) <= asked) {
			this.orders.set(task.prompt, { asked, made: all });
		} else this.tooMany.push(task);
	}

	private orderOf(prompt: string): Order {
		return this.orders.get(prompt) ?? { asked: 0, made: [] };
	}
}

/**
 * How many unsure tasks can each have one of the later tasks as their one more. None is both: a one more has no other. Of
 * tasks that are alike, it is assumed what allows the most.
 */
function mostReplaced(tasks: readonly Made[]): number {
	/** The most so far, by how many unsure ones still wait for theirs. */
	let most = [0];
	for (const { outcome, mayBeOneMore } of tasks) {
		const next = [...most];
		const consider = (waiting: number, replaced: number) => {
			next[waiting] = Math.max(next[waiting] ?? 0, replaced);
		};
		most.forEach((replaced, waiting) => {
			if (outcome === 'unsure') consider(waiting + 1, replaced);
			if (mayBeOneMore && waiting > 0) consider(waiting - 1, replaced + 1);
		});
		most = next;
	}
	return Math.max(...most);
}
