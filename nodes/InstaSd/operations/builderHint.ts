import type { IBuilderHint } from 'n8n-workflow';

const node = (name: string, parameters: string, more = '') => `node({
  type: 'n8n-nodes-instasd.instaSd',
  version: 1,
  config: {
    name: '${name}',
    parameters: {
      resource: 'task',
      ${parameters}
    },
    credentials: { instaSdApi: newCredential('InstaSD') }${more}
  }
});`;

const pattern = (title: string, code: string) => `<patterns>
<pattern title="${title}">
${code}
</pattern>
</patterns>`;

/** A node that pays for tasks. */
const payingNode = (name: string, operation: string, options = '', more = '') =>
	node(
		name,
		`operation: '${operation}',
      inputMode: 'json',
      inputsJson: expr('{{ { prompt: $json.prompt } }}'),
      options: { taskLimit: 50${options} }`,
		more,
	);

const runAndWait = pattern(
	'An image for each item, with its file',
	`const makeImage = ${payingNode('Make Image', 'runAndWait')}

export default workflow('id', 'name').add(startTrigger).to(makeImage).to(useFile);`,
);

const longJob = pattern(
	'A long video: parked between two questions, it survives a restart of n8n',
	`const startVideo = ${payingNode('Start Video', 'runTask', ', includeInputFields: true')}
const park = node({
  type: 'n8n-nodes-base.wait',
  version: 1.1,
  config: { name: 'Park', parameters: { resume: 'timeInterval', amount: 66, unit: 'seconds' } }
});
const checkVideo = ${node(
		'Check Video',
		`operation: 'getStatus',
      downloadFiles: true,
      options: { giveUpAfterMinutes: 240, includeInputFields: true }`,
		",\n    onError: 'continueRegularOutput'",
	)}

export default workflow('id', 'name')
  .add(startTrigger.to(startVideo).to(park).to(checkVideo))
  // Its outputs: 0 Completed, 1 Running, 2 Failed. No If is needed
  .add(checkVideo.output(0).to(useFile))
  .add(checkVideo.output(1).to(park))
  .add(checkVideo.output(2).to(report));`,
);

const waitForTask = pattern(
	'What failed after it was paid for is waited for, for free',
	`const makeImage = ${payingNode('Make Image', 'runAndWait', '', ",\n    onError: 'continueErrorOutput'")}
const isPaid = node({
  type: 'n8n-nodes-base.if',
  version: 2.2,
  config: { name: 'Is Paid', parameters: { conditions: { conditions: [{
    leftValue: expr("{{ !!$json.error.task_id && $json.error.code !== 'TASK_FAILED' }}"),
    operator: { type: 'boolean', operation: 'true', singleValue: true }
  }] } } }
});
const getLate = ${node('Get Late', "operation: 'waitForTask'")}

export default workflow('id', 'name')
  .add(startTrigger.to(makeImage).to(useFile))
  .add(makeImage.onError(isPaid))
  .add(isPaid.output(0).to(getLate).to(useFile))
  .add(isPaid.output(1).to(report));`,
);

/**
 * What n8n's AI builder learns of the node, beside its parameters: n8n 2.41 makes a type of it, which leaves out outputs that
 * are an expression, and knows no fields of a form. Older versions ignore it. The patterns are run by a test.
 */
export const builderHint: IBuilderHint = {
	searchHint:
		"Generates images and videos with the user's own API at InstaSD. One node does it: 'runAndWait' waits for each item's task and downloads its files, so build no polling loop. Lead error items with error.task_id and a code other than TASK_FAILED to 'waitForTask', which is free: a second 'runAndWait' pays again. Every task costs credits: set options.taskLimit. Many items go through one node in one run, options.tasksAtOnce at a time. Only tasks of many minutes need 'runTask', Wait and 'getStatus'. Output: task_id, status, image_urls, video_urls and files; with outputItems 'file' an item for each, with file_url. Error items: message, error.code, error.task_id.",
	relatedNodes: [
		{
			nodeType: 'n8n-nodes-base.wait',
			relationHint: "Between 'runTask' and 'getStatus', 66 seconds or more: then the run is parked",
		},
		{
			nodeType: 'n8n-nodes-base.dataTable',
			relationHint:
				'For batches: write down task_id and result of each row, and create tasks only for rows without',
		},
		{
			nodeType: '@n8n/n8n-nodes-langchain.mcpTrigger',
			relationHint:
				"As tools, give it 'runAndWait' and 'getStatus': clients hang up after a minute",
		},
		{
			// Itself as a tool, because what n8n's assistant finds for an Agent are tools.
			nodeType: 'n8n-nodes-instasd.instaSdTool',
			relationHint:
				"As the tool of an Agent: write the tool's own description, $fromAI in inputsJson, options.taskLimit 1. Give 'runAndWait' and 'waitForTask': a call answers after 50 s at the latest. requireApproval where a person should decide about credits",
		},
	],
	extraTypeDefContent: [
		{ displayOptions: { show: { operation: ['runAndWait'] } }, content: runAndWait },
		{ displayOptions: { show: { operation: ['runTask'] } }, content: longJob },
		{ displayOptions: { show: { operation: ['waitForTask'] } }, content: waitForTask },
	],
};
