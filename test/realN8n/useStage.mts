import { useOpened } from '../useOpened.mts';
import type { Stage } from './stage.mts';

/**
 * Opens a stage before the tests of this file or `describe`, and closes it after them. For each test its service
 * begins anew.
 * @returns what gives it to them
 */
export function useStage<Opened extends Stage>(open: () => Promise<Opened>): () => Opened {
	const stage = useOpened(open);
	beforeEach(() => stage().emulator.reset());
	return stage;
}
