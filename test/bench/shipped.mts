import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const require = createRequire(import.meta.url);

interface Shipped {
	InstaSd: typeof import('../../nodes/InstaSd/InstaSd.node.ts').InstaSd;
	InstaSdApi: typeof import('../../credentials/InstaSdApi.credentials.ts').InstaSdApi;
}

/** The node and the credential that were built in a checkout. */
export function shippedIn(folder: string): Shipped {
	return {
		...require(resolve(folder, 'dist/nodes/InstaSd/InstaSd.node.js')),
		...require(resolve(folder, 'dist/credentials/InstaSdApi.credentials.js')),
	};
}

/** The node and the credential as they ship, minified and in two parts: what n8n runs is what is measured. */
export const { InstaSd, InstaSdApi } = shippedIn(resolve(import.meta.dirname, '../..'));
