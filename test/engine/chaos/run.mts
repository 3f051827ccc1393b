import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { REPOSITORY } from '../../../sandbox/n8n/folders.mts';

// `npm run chaos`: thousands of stories that nobody has tried.
const { CHAOS_SEED = String(Math.floor(Date.now() / 1000)), CHAOS_RUNS = '5000' } = process.env;
const jest = path.join(REPOSITORY, 'node_modules/jest/bin/jest.js');
try {
	execFileSync(process.execPath, [jest, 'engine/chaos/', ...process.argv.slice(2)], {
		cwd: REPOSITORY,
		env: { ...process.env, CHAOS_SEED, CHAOS_RUNS },
		stdio: 'inherit',
	});
} catch {
	process.exitCode = 1;
}
