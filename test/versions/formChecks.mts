import { z } from 'zod';
import { testCredential } from '../../sandbox/n8n/session.mts';
import { formFields } from '../../sandbox/n8n/session.mts';
import { NODE_TYPE } from '../../sandbox/n8n/examples.mts';
import { everyKind } from '../realN8n/apis.mts';
import { instaSdNode } from '../realN8n/nodes.mts';
import { credentialOf } from '../realN8n/stage.mts';
import type { Check } from './checks.mts';

const described = z.array(z.object({ displayName: z.string() }).passthrough());

/** Before anything is run. */
export const formChecks: Check[] = [
	{
		promise: 'The node is there',
		holds: async ({ session }) => {
			const nodeInfos = [{ name: NODE_TYPE, version: 1 }];
			const found = await session.request('POST', '/rest/node-types', { nodeInfos });
			expect(described.parse(found)).toMatchObject([
				{ displayName: 'InstaSD', usableAsTool: true },
			]);
		},
	},
	{
		promise: "The credential's test button is green",
		holds: async ({ session, credential, api }) => {
			const right = { ...credentialOf(api(everyKind.name)), id: credential.id };
			expect(await testCredential(session, right)).toMatchObject({ status: 'OK' });
		},
	},
	{
		promise: "The credential's test button is red for a wrong token",
		holds: async ({ session, credentialFor, api }) => {
			const changes = { apiToken: 'wrong' };
			const { id } = await credentialFor(api(everyKind.name), changes);
			const wrong = { ...credentialOf(api(everyKind.name), changes), id };
			const { status } = await testCredential(session, wrong);
			return status === 'Error' ? 'yes' : 'no: it is green';
		},
	},
	{
		promise: "The form has the API's inputs",
		holds: async ({ session, credential }) => {
			const { fields } = await formFields(session, instaSdNode(credential));
			expect(fields.map(({ id }) => id)).toEqual(Object.keys(everyKind.inputs));
			const types = ['string', 'number', 'number', 'boolean', 'string', 'string'];
			expect(fields.map(({ type }) => type)).toEqual(types);
		},
	},
];
