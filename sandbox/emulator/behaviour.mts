import { z } from 'zod';

const milliseconds = z.number().nonnegative();
const amount = z.number().int().nonnegative();

/** A number of things, or Infinity. */
export const amountOrInfinity = z.union([z.number().int().positive(), z.literal(Infinity)]);

/** How the service treats a task. What a task got when it was taken stays with it. */
export const behaviourSchema = z
	.object({
		/** Time in the queue before the work may begin. */
		queueMs: milliseconds.default(0),
		/** How long the work takes. */
		durationMs: milliseconds.default(50),
		/** How many requests to the API are answered within a second; the others get 429. */
		requestsPerSecond: amountOrInfinity.default(Infinity),

		steps: amount.default(10),

		/** Any word but COMPLETED (in any case) is a bad end: the task then has no files. */
		endWord: z.string().default('COMPLETED'),
		/** The reason of a failure; makes the task FAILED unless `endWord` names another bad end. */
		failWith: z
			.union([z.string(), z.record(z.unknown())])
			.nullable()
			.default(null),
		failField: z.string().default('error'),
		/** A number, unless a service is played that says it in another way. */
		cost: z.unknown().default(0.05),

		images: amount.default(1),
		/** Instead of the size that the inputs ask for. */
		imageSize: z
			.object({ width: z.number().int().positive(), height: z.number().int().positive() })
			.nullable()
			.default(null),
		videos: amount.default(0),
		videoBytes: z.number().int().min(64).default(200_000),
		/** Further lists and how many files each holds, such as `{ audio_urls: 1 }`. */
		extraLists: z.record(z.string().regex(/^\w+_urls$/), amount).default({}),

		/** How long after the task's end its links are missing. */
		linksLateMs: milliseconds.default(0),
		/** True: each status signs new links. False: the links live from the task's end on. */
		freshLinksOnStatus: z.boolean().default(true),
		fileNames: z.enum(['plain', 'noExtension']).default('plain'),
		/** `right`, `absent`, or any type to send instead. */
		fileContentType: z.string().default('right'),
	})
	.strict();

export const behaviourChangeSchema = behaviourSchema.partial();

export type Behaviour = z.output<typeof behaviourSchema>;
export type BehaviourChange = z.input<typeof behaviourChangeSchema>;

/** What a behaviour may depend on. Numbers count the tasks of all APIs, from 1. */
export type NewTask = { number: number; api: string; inputs: Inputs };
export type Inputs = Record<string, { title?: string | undefined; value?: unknown }>;
export type BehaviourLayer = BehaviourChange | ((task: NewTask) => BehaviourChange);

type Scoped = { api: string | null; layer: BehaviourLayer };
export type Behaviours = ReturnType<typeof createBehaviours>;

/** The behaviour in force: the defaults, overlaid by each layer that is meant for the task's API. */
export function createBehaviours(atStart: Scoped[]) {
	const defaults = behaviourSchema.parse({});
	atStart.forEach(({ layer }) => check(layer));
	let layers = [...atStart];
	return {
		of(task: NewTask): Behaviour {
			const behaviour = { ...defaults };
			for (const { api, layer } of layers) {
				if (api !== null && api !== task.api) continue;
				const change = typeof layer === 'function' ? layer(task) : layer;
				Object.assign(behaviour, withoutUndefined(behaviourChangeSchema.parse(change)));
			}
			return behaviour;
		},
		/** An API's limit belongs to no task, so what depends on tasks is not asked for it. */
		requestsPerSecond(api: string): number {
			const limits = layers
				.filter((scoped) => scoped.api === null || scoped.api === api)
				.map(({ layer }) => (typeof layer === 'function' ? {} : behaviourChangeSchema.parse(layer)))
				.map(({ requestsPerSecond }) => requestsPerSecond)
				.filter((limit) => limit !== undefined);
			return limits.at(-1) ?? defaults.requestsPerSecond;
		},
		/** Overlays some settings for tasks to come, of all APIs or of one. */
		change(layer: BehaviourLayer, api: string | null = null): void {
			check(layer);
			layers.push({ api, layer });
		},
		reset(): void {
			layers = [...atStart];
		},
	};
}

function check(layer: BehaviourLayer): void {
	if (typeof layer !== 'function') behaviourChangeSchema.parse(layer);
}

function withoutUndefined(change: object): object {
	return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}
