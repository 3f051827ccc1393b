import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

// The node and the credential as they ship, minified and in two parts: what n8n runs is what is measured.
export const {
	InstaSd,
}: typeof import('../../nodes/InstaSd/InstaSd.node.ts') = require('../../dist/nodes/InstaSd/InstaSd.node.js');
export const {
	InstaSdApi,
}: typeof import('../../credentials/InstaSdApi.credentials.ts') = require('../../dist/credentials/InstaSdApi.credentials.js');
