import {
	startEmulator,
	type Emulator,
	type EmulatorOptions,
} from '../../sandbox/emulator/server.mts';
import { useOpened } from '../useOpened.mts';

/** Starts an emulator for the tests of this file, which begins anew for each of them. Returns what gives it to them. */
export function useEmulator(options: EmulatorOptions): () => Emulator {
	const emulator = useOpened(() => startEmulator(options));
	beforeEach(() => emulator().reset());
	return emulator;
}
