import {
	behaviourChangeSchema,
	behaviourSchema,
	type Behaviour,
	type BehaviourLayer,
	type NewTask,
} from './settings.mts';

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
