import type {
	IAuthenticate,
	IAuthenticateRuleResponseCode,
	IAuthenticateRuleResponseSuccessBody,
	Icon,
	ICredentialTestRequest,
	ICredentialType,
	INodeProperties,
} from 'n8n-workflow';

import { refuseOtherOrigin } from '../nodes/InstaSd/credential/connection';
import { connectionOf, testedConnectionOf } from '../nodes/InstaSd/credential/credential';

/** Every status that a wrong URL or token can give. Of a right one, a service answers that it knows no such task. */
const refusals = Array.from({ length: 400 }, (_, index) => 200 + index).filter(
	(status) => ![200, 400, 404, 422].includes(status),
);

/**
 * The task that the test asks for. A run that asks for it too is not kept from anything: it reads the example itself, and
 * earlier.
 */
const testUrl = '/task_status/n8n-credential-test';

const webPage: IAuthenticateRuleResponseSuccessBody = {
	type: 'responseSuccessBody',
	properties: {
		// The first character of a body that is text and not JSON.
		key: '0',
		value: '<',
		message:
			'The API URL answers with a web page, not with the API: copy it again from API Instructions',
	},
};

const refusedToken = (status: number): IAuthenticateRuleResponseCode => ({
	type: 'responseCode',
	properties: {
		value: status,
		message: `InstaSD refused the token of this credential (${status}): every API has its own, so copy API URL and API token from API Instructions of the same API`,
	},
});

/** Text that is more than the request body, and has the words that stand before a token. */
const besideToken = '^(?!\\s*{\\s*"inputs"[^]*}\\s*$)[^]*\\b([Bb]earer|[Aa]uthorization)\\b';

export class InstaSdApi implements ICredentialType {
	name = 'instaSdApi';

	displayName = 'InstaSD API';

	icon: Icon = {
		light: 'file:../nodes/InstaSd/instaSd.svg',
		dark: 'file:../nodes/InstaSd/instaSd.dark.svg',
	};

	documentationUrl =
		'https://github.com/n8n-nodes-instasd/n8n-nodes-instasd?tab=readme-ov-file#credential';

	properties: INodeProperties[] = [
		{
			displayName:
				"One credential for each API: in InstaSD, open your API and click 'API Instructions'",
			name: 'notice',
			type: 'notice',
			default: '',
		},
		{
			displayName: 'Set Up With',
			name: 'setup',
			type: 'options',
			options: [
				{
					name: 'Enter URL and Token',
					value: 'manual',
					description: 'Copy the URL, token and sample request from API Instructions',
				},
				{
					name: 'Paste Postman Collection',
					value: 'postman',
					description: 'The collection of your API holds URL, token and sample request at once',
				},
			],
			default: 'manual',
		},
		{
			displayName: 'API URL',
			name: 'apiUrl',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. https://api.instasd.com/api_endpoints/abc123def456gh',
			description: 'The address of this API; a pasted /run_task at its end does no harm',
			displayOptions: { show: { setup: ['manual'] } },
		},
		{
			displayName: 'API Token',
			name: 'apiToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'The token of this API; every API has its own',
			displayOptions: { show: { setup: ['manual'] } },
		},
		{
			displayName: 'Postman Collection',
			name: 'postmanCollectionWithToken',
			type: 'string',
			typeOptions: { password: true, rows: 6 },
			default: '',
			required: true,
			description:
				'The whole content of the collection file, version 2.0 or 2.1, or a curl command of Run Task with URL, token and body',
			displayOptions: { show: { setup: ['postman'] } },
		},
		{
			displayName:
				"There may be a token in 'Request Example', which is not hidden: keep only the request body in it",
			name: 'exampleNotice',
			type: 'notice',
			default: '',
			displayOptions: { show: { requestExample: [{ _cnd: { regex: besideToken } }] } },
		},
		{
			displayName: 'Request Example',
			name: 'requestExample',
			type: 'string',
			typeOptions: { rows: 10 },
			default: '',
			placeholder:
				'e.g. { "inputs": { "7b7fae99f81ef925": { "title": "Prompt", "value": "a cat" } } }',
			description:
				"The sample request body of Run Task. The node makes its form from it: a field for every input. With a Postman collection it may stay empty; when given, it wins over the collection's.",
		},
	];

	authenticate: IAuthenticate = async (credentials, requestOptions) => {
		const { baseUrl, token } =
			requestOptions.url === testUrl ? testedConnectionOf(credentials) : connectionOf(credentials);
		refuseOtherOrigin(baseUrl, requestOptions);
		return {
			...requestOptions,
			baseURL: baseUrl,
			sendCredentialsOnCrossOriginRedirect: false,
			headers: { ...requestOptions.headers, Authorization: `Bearer ${token}` },
		};
	};

	test: ICredentialTestRequest = {
		request: {
			method: 'GET',
			url: testUrl,
			headers: { Accept: 'application/json' },
			disableFollowRedirect: true,
			ignoreHttpStatusErrors: { ignore: true, except: refusals },
		},
		// n8n reads rules of both kinds, although its type allows for one.
		rules: Object.assign([webPage], { 1: refusedToken(401), 2: refusedToken(403) }),
	};
}
