/** A task that the service has taken. */
export interface Taken {
	/** As the service has told it; its own where it was not told. */
	readonly id: string;
	readonly prompt: string;
	readonly at: number;
	readonly outcome: 'created' | 'unsure';
}

/** One task that a user has asked for. */
interface Asked {
	readonly prompt: string;
	/** What was taken for it: its id, or nothing where that was not told. */
	sent?: { taskId?: string };
}

/** The lives of all tasks that a user has asked for. */
export class Lives {
	/** Each task that no life allows: what was paid for too much. */
	readonly tooMany: Taken[] = [];

	private asked: Asked[] = [];

	/** @param isFailed whether the service had called a task failed by then */
	constructor(private readonly isFailed: (taskId: string, at: number) => boolean) {}

	/** A new run asks for a task for each prompt and generation. What was asked before is over. */
	begin(prompts: readonly string[], generations: number): void {
		this.asked = [];
		for (const prompt of prompts) this.ask(prompt, generations);
	}

	/** A prompt that was edited, of the only item that had it, asks for other tasks. */
	edit(before: string, prompt: string, generations: number): void {
		this.asked = this.asked.filter((one) => one.prompt !== before);
		this.ask(prompt, generations);
	}

	/** As they are now, to be restored. */
	copy(): readonly Asked[] {
		return this.asked.map((one) => ({ ...one }));
	}

	restore(asked: readonly Asked[]): void {
		this.asked = asked.map((one) => ({ ...one }));
	}

	/** Nothing more may be sent. */
	end(): void {
		this.asked = [];
	}

	/** The service has taken a task. Whether it may have been sent is what the life of one of its kind says. */
	taken(task: Taken, resubmitWhenUnsure: boolean): void {
		const alike = this.asked.filter(({ prompt }) => prompt === task.prompt);
		for (const one of alike) {
			const taskId = one.sent?.taskId;
			if (taskId !== undefined && this.isFailed(taskId, task.at)) delete one.sent;
		}
		const sent =
			alike.find((one) => one.sent === undefined) ??
			(resubmitWhenUnsure
				? alike.find((one) => one.sent !== undefined && one.sent.taskId === undefined)
				: undefined);
		if (sent === undefined) this.tooMany.push(task);
		else sent.sent = task.outcome === 'created' ? { taskId: task.id } : {};
	}

	private ask(prompt: string, generations: number): void {
		for (let generation = 0; generation < generations; generation++) {
			this.asked.push({ prompt });
		}
	}
}
