import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { CredentialClass } from '../engine/harness/credentials.mts';
import type { NodeClass } from '../engine/harness/nodeTypes.mts';
import { itemsOf, nodeName, openStage, promptOfItem } from '../engine/stage.mts';

// Run and Wait, by the package in the folder that is named, on n8n's engine: n8n's own headers are read for the task,
// its status and its file.

const [folder = ''] = process.argv.slice(2);
const require = createRequire(path.join(folder, 'package.json'));
const { InstaSd }: { InstaSd: NodeClass } = require('./dist/nodes/InstaSd/InstaSd.node.js');
const {
	InstaSdApi,
}: { InstaSdApi: CredentialClass } = require('./dist/credentials/InstaSdApi.credentials.js');

const stage = await openStage(
	{ behaviour: { durationMs: 20 } },
	{
		nodeTypes: { 'n8n-nodes-instasd.instaSd': InstaSd },
		credentialTypes: { instaSdApi: InstaSdApi },
	},
);
try {
	const { error, output } = await stage.run(promptOfItem, { items: itemsOf({ prompt: 'a cat' }) });
	const { charged, perTask } = stage.emulator.statistics();
	assert.equal(error?.message, undefined, `${charged} charged, and: ${error?.message}`);
	const [item] = output(nodeName);
	assert.equal(charged, 1);
	assert.equal(item?.json.task_id, perTask[0]?.id);
	const { length } = await stage.engine.readBinary(item);
	assert.ok(length > 0);
	console.log(`a picture of ${length} bytes`);
} finally {
	await stage.close();
}
