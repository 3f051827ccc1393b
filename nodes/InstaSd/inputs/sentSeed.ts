import type { SentInputs } from '../api/requestBody';
import { isSeedTitle, type ApiInput } from './inputTypes';

/**
 * The seed that a task was sent with; undefined where it has none, or more than one.
 * @param inputs of the credential's example; without one, titles tell what a seed is
 */
export function seedOf(
	sent: SentInputs,
	inputs: readonly ApiInput[] | undefined,
): string | number | undefined {
	const isSeed = (id: string, title = '') =>
		inputs === undefined
			? isSeedTitle(title)
			: inputs.some((input) => input.id === id && input.type === 'seed');
	const seeds = Object.entries(sent).flatMap(([id, { title, value }]) =>
		isSeed(id, title) && (typeof value === 'number' || typeof value === 'string') ? [value] : [],
	);
	return seeds.length === 1 ? seeds[0] : undefined;
}
