import type {
	IAuthenticate,
	IAuthenticateRuleResponseCode,
	IAuthenticateRuleResponseSuccessBody,
	Icon,
	ICredentialTestRequest,
	ICredentialType,
	INodeProperties,
} from 'n8n-workflow';

/** Every status that a wrong URL or token can cause. With the right ones, the service reports an unknown task. */
const failingStatuses = Array.from({ length: 400 }, (_, index) => 200 + index).filter(
	(status) => ![200, 400, 404, 422].includes(status),
);

/**
 * A status call for a task that does not exist. For this URL, `authenticate` checks the example too. A run that polls
 * this task loses nothing by that: it has read the example already.
 */
const testUrl = '/task_status/n8n-credential-test';

/** Refuses a reply by a part of its body, whatever its status. */
const refusedBody = (
	key: string,
	value: string,
	what: string,
): IAuthenticateRuleResponseSuccessBody => ({
	type: 'responseSuccessBody',
	properties: {
		...{ key, value },
		message: `'API URL' leads to ${what}: copy it again from API Instructions`,
	},
});

/** What gateways say of an unknown API, never of a task. How InstaSD says either is not known. */
const refusedBodies = [
	// The first character of a body that is text, not JSON; Django's pages begin with a line break.
	...['<', '\n'].map((sign) => refusedBody('0', sign, 'a web page, not to the API')),
	// Kong: kong/runloop/handler.lua
	refusedBody('message', 'no Route matched with those values', 'no API'),
	// Google Cloud: GoogleCloudPlatform/esp-v2, src/go/configgenerator/routegen/deny_all.go
	refusedBody('message', 'The current request is not defined by this API.', 'no API'),
];

const refusedToken = (status: number): IAuthenticateRuleResponseCode => ({
	type: 'responseCode',
	properties: {
		value: status,
		message: `InstaSD refused the token of this credential (${status}): every API has its own, so copy 'API URL' and 'API Token' from API Instructions of the same API`,
	},
});

/**
 * What stands beside a token, and hardly ever in a prompt. Not a pattern: n8n evaluates these conditions whenever it reads
 * the credential, and gives a pattern a quarter of a second, which a busy machine may lack.
 */
const besideToken = ['Bearer ', '"bearer"'];

export class InstaSdApi implements ICredentialType {
	name = 'instaSdApi';

	displayName = 'InstaSD API';

	icon: Icon = {
		light: 'file:../nodes/InstaSd/instaSd.svg',
		dark: 'file:../nodes/InstaSd/instaSd.dark.svg',
	};

	documentationUrl =
		'https://github.com/n8n-nodes-instasd/n8n-nodes-instasd/blob/main/docs/reference.md#credential';

	properties: INodeProperties[] = [
		{
			displayName:
				'One credential for each API. In <a href="https://www.instasd.com" target="_blank">InstaSD</a>, open your API and click <b>API Instructions</b>. Three things come from there: the URL, the token and, further down, the sample request. <a href="https://help.instasd.com/en/articles/10439274-using-the-instasd-api-in-your-applications" target="_blank">InstaSD\'s help</a> shows them.',
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
					description: 'Copy URL, token and sample from API Instructions',
				},
				{
					name: 'Paste Postman Collection',
					value: 'postman',
					description: 'The collection of your API contains URL, token and sample',
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
			description: 'The address of this API; a trailing /run_task is fine',
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
				"The node's form is made from 'Sample Request Body', further down: without it, you have to write JSON",
			name: 'sampleNotice',
			type: 'notice',
			default: '',
			displayOptions: { show: { setup: ['manual'], requestExample: [''] } },
		},
		{
			displayName:
				"'Sample Request Body' may contain a token, and its text is not hidden: keep only the request body in it",
			name: 'exampleNotice',
			type: 'notice',
			default: '',
			displayOptions: {
				show: { requestExample: besideToken.map((includes) => ({ _cnd: { includes } })) },
			},
		},
		{
			displayName: 'Sample Request Body',
			name: 'requestExample',
			type: 'string',
			typeOptions: { rows: 10 },
			default: '',
			placeholder:
				'e.g. { "inputs": { "7b7fae99f81ef925": { "title": "Prompt", "value": "a cat" } } }',
			description:
				"From Run Task in API Instructions. The node makes its form from it, with a field for every input. Optional with a Postman collection; if set, it replaces the collection's sample.",
		},
	];

	authenticate: IAuthenticate = async (credentials, requestOptions) => {
		// At the first use: n8n loads the credentials of all packages when it starts.
		const { connectionFor } = await import('../nodes/InstaSd/credential/credential');
		const isTest = requestOptions.url === testUrl;
		const { baseUrl, token } = connectionFor(credentials, requestOptions, isTest);
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
			ignoreHttpStatusErrors: { ignore: true, except: failingStatuses },
		},
		// n8n accepts both kinds of rules together, although its type allows only one.
		rules: Object.assign([...refusedBodies], { 4: refusedToken(401), 5: refusedToken(403) }),
	};
}
