import { readFileSync, writeFileSync } from 'node:fs';
import { useStage } from '../useStage.mts';
import { checks } from './checks.mts';
import { pageOf } from './page.mts';
import { openScene } from './scene.mts';
import { versions } from './versions.mts';

const page = 'docs/versions.md';
const seen = new Map<string, string>();
const keyOf = (version: string, promise: string): string => `${version}: ${promise}`;

describe.each(versions)('in n8n $n8n on Node $nodeMajor', (version) => {
	const scene = useStage(async () => await openScene(version));

	it.each(checks)('$promise', async ({ promise, holds }) => {
		const key = keyOf(version.n8n, promise);
		seen.set(key, '**no**');
		seen.set(key, (await holds(scene())) ?? 'yes');
	});
});

it('the page about versions is true', () => {
	const rows = checks.map(({ promise }) => ({
		promise,
		seen: versions.map(({ n8n }) => seen.get(keyOf(n8n, promise)) ?? 'not run'),
	}));
	const before = readFileSync(page, 'utf8');
	const text = pageOf(versions, rows, before);
	if (process.env.UPDATE_DOCS === '1') writeFileSync(page, text);
	else if (before !== text) {
		throw new Error(
			`${page} is no longer true. Write it anew with: UPDATE_DOCS=1 npm run test:versions`,
		);
	}
});
