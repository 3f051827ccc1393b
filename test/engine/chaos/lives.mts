/** A task that the service has taken. */
export interface Taken {
	/** As the service has told it; its own where it was not told. */
	readonly id: string;
	readonly prompt: string;
	readonly at: number;
	readonly outcome: 'created' | 'unsure';
}

/** What a user has asked for with a prompt, and the tasks that count as made for it. */
interface Order {
	readonly asked: number;
	readonly made: readonly Taken[];
}

/**
 * What may be paid for. Of each prompt, no more tasks may count at any time than a user has asked for. A task counts until
 * the service has called it failed, or, where nobody knows whether it exists and the user allows to send once more, until
 * one more is taken. Tasks of the same prompt are alike: which item each is for, nobody can see from outside.
 */
export class Lives {
	/** What was paid for too much. */
	readonly tooMany: Taken[] = [];

	private orders = new Map<string, Order>();

	/** @param isFailed whether the service had called a task failed by then */
	constructor(private readonly isFailed: (taskId: string, at: number) => boolean) {}

	/** A new run asks for a task for each prompt and generation. What was asked before is over. */
	begin(prompts: readonly string[], generations: number): void {
		this.orders = new Map();
		for (const prompt of prompts) this.ask(prompt, generations);
	}

	/** A prompt that was edited, of the only item that had it, asks for other tasks. */
	edit(before: string, prompt: string, generations: number): void {
		this.orders.delete(before);
		this.ask(prompt, generations);
	}

	/** As they are now, to be restored. */
	copy(): ReadonlyMap<string, Order> {
		return new Map(this.orders);
	}

	restore(orders: ReadonlyMap<string, Order>): void {
		this.orders = new Map(orders);
	}

	/** Nothing more may be sent. */
	end(): void {
		this.orders = new Map();
	}

	/** The service has taken a task. */
	taken(task: Taken, resubmitWhenUnsure: boolean): void {
		const { asked, made } = this.orderOf(task.prompt);
		const counted = made.filter(({ id }) => !this.isFailed(id, task.at));
		const unsure = resubmitWhenUnsure
			? counted.findIndex(({ outcome }) => outcome === 'unsure')
			: -1;
		if (unsure >= 0) counted.splice(unsure, 1);
		if (counted.length < asked) counted.push(task);
		else this.tooMany.push(task);
		this.orders.set(task.prompt, { asked, made: counted });
	}

	private orderOf(prompt: string): Order {
		return this.orders.get(prompt) ?? { asked: 0, made: [] };
	}

	private ask(prompt: string, times: number): void {
		const { asked, made } = this.orderOf(prompt);
		this.orders.set(prompt, { asked: asked + times, made });
	}
}
