import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const results = z.object({
	testResults: z.array(z.object({ assertionResults: z.array(z.object({ title: z.string() })) })),
});

test('test files in one process share packages, and nothing that our own code remembers', () => {
	const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
	const config = fileURLToPath(new URL('../../jest.probes.config.cjs', import.meta.url));
	const told = execFileSync(
		process.execPath,
		[jest, '--config', config, '--runInBand', '--json', '--silent'],
		{ encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
	);
	const found = results
		.parse(JSON.parse(told))
		.testResults.flatMap(({ assertionResults }) => assertionResults)
		.map(({ title }) => JSON.parse(title))
		.sort((one, other) => one.file - other.file);
	const asIfAlone = { copiesOfZod: 1, count: 1, env: 'as before', isChanceReal: true };
	expect(found).toEqual([
		{ file: 1, ...asIfAlone },
		{ file: 2, ...asIfAlone },
	]);
});
