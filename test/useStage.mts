import type { Emulator } from '../sandbox/emulator/server.mts';
import { useOpened } from './useOpened.mts';

/** Something that has an emulated service. */
interface Stage {
	emulator: Pick<Emulator, 'reset'>;
	close(): Promise<void>;
}

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
