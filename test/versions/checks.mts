import { errorChecks } from './errorChecks.mts';
import { fileChecks } from './fileChecks.mts';
import { formChecks } from './formChecks.mts';
import { retryChecks } from './retryChecks.mts';
import { runChecks } from './runChecks.mts';
import { traceChecks } from './traceChecks.mts';
import type { Scene } from './scene.mts';

/** A promise to the user of any n8n 2. What is returned, if anything, is told instead of "yes". */
export interface Check {
	promise: string;
	holds: (scene: Scene) => Promise<string | void>;
}

export const checks: Check[] = [
	...formChecks,
	...runChecks,
	...fileChecks,
	...errorChecks,
	...retryChecks,
	...traceChecks,
];
