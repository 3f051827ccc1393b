import type { Execution } from '../../sandbox/n8n/executions.mts';
import { median, ms, type Figure } from './figures.mts';
import { inARow, instaSd, leadsTo, type RealN8n } from './realN8n.mts';

const image = { '8428ca86f40f597d': 'https://example.com/reference.png' };
const inputs = { mappingMode: 'defineBelow', value: image, matchingColumns: [], schema: [] };
const durationMs = 3000;

/** A batch in lanes against its ideal, and five tasks against the workflow that people build by hand. */
export async function batchFigures(n8n: RealN8n): Promise<Figure[]> {
	return [...(await inLanes(n8n, 100, 20)), ...(await againstHandmade(n8n, 5))];
}

async function inLanes(n8n: RealN8n, tasks: number, lanes: number): Promise<Figure[]> {
	n8n.emulator.reset();
	n8n.emulator.setBehaviour({ durationMs });
	const execution = await n8n.run([
		instaSd(n8n, {
			operation: 'runAndWait',
			inputs,
			downloadFiles: false,
			options: { generationsPerItem: tasks, tasksAtOnce: lanes },
		}),
	]);
	const { perTask, charged, asked, maxInFlight } = n8n.emulator.statistics();
	const ideal = (tasks / lanes) * durationMs;
	const ratio = timeOf(execution, 'InstaSD') / ideal;
	const overshoot = median(
		perTask.map(({ knownAt, completedAt }) => (knownAt ?? NaN) - (completedAt ?? NaN)),
	);
	return [
		{
			what: `${tasks} tasks × 3 s, ${lanes} at once (${charged} charged, never more than ${maxInFlight} running): time / ideal`,
			goal: '≤ 1.05',
			figure: ratio.toFixed(3),
			met: ratio <= 1.05,
		},
		{
			what: 'the same: from "completed at the service" to "known to the node", median',
			goal: '≤ 150 ms',
			figure: `${ms(overshoot)}, ${(asked / tasks).toFixed(1)} polls a task`,
			met: overshoot <= 150,
		},
	];
}

/** What people build by hand: HTTP Request → Wait → HTTP Request → If → back to Wait, with n8n's default of 5 s. */
async function againstHandmade(n8n: RealN8n, tasks: number): Promise<Figure[]> {
	const { emulator } = n8n;
	emulator.reset();
	emulator.setBehaviour({ durationMs });
	const ours = await n8n.run([
		instaSd(n8n, {
			operation: 'runAndWait',
			inputs,
			downloadFiles: false,
			options: { generationsPerItem: tasks, tasksAtOnce: tasks },
		}),
	]);
	const nodes = handmade(emulator.apiUrl, emulator.token, emulator.requestExample, tasks);
	const names = nodes.map(({ name }) => ({ name }));
	const theirs = await n8n.run(nodes, {
		...inARow([{ name: 'Start' }, ...names]),
		If: leadsTo('', 'Wait'),
	});
	const ratio =
		wallOf(ours, ['InstaSD']) /
		wallOf(
			theirs,
			names.map(({ name }) => name),
		);
	return [
		{
			what: `${tasks} tasks × 3 s: time / time of HTTP Request + Wait (5 s) + If in the same n8n`,
			goal: '< 1',
			figure: `${ratio.toFixed(2)} (${ms(wallOf(ours, ['InstaSD']))} / ${ms(
				wallOf(
					theirs,
					names.map(({ name }) => name),
				),
			)})`,
			met: ratio < 1,
		},
	];
}

function handmade(apiUrl: string, token: string, body: string, tasks: number) {
	const http = {
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
	};
	const headers = {
		sendHeaders: true,
		headerParameters: { parameters: [{ name: 'Authorization', value: `Bearer ${token}` }] },
		options: {},
	};
	return [
		{
			name: 'Items',
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			parameters: {
				mode: 'raw',
				jsonOutput: JSON.stringify({ list: Array.from({ length: tasks }, (_, index) => index) }),
				options: {},
			},
		},
		{
			name: 'Split',
			type: 'n8n-nodes-base.splitOut',
			typeVersion: 1,
			parameters: { fieldToSplitOut: 'list', options: {} },
		},
		{
			name: 'Run',
			...http,
			parameters: {
				method: 'POST',
				url: `${apiUrl}/run_task`,
				sendBody: true,
				specifyBody: 'json',
				jsonBody: body,
				...headers,
			},
		},
		{ name: 'Wait', type: 'n8n-nodes-base.wait', typeVersion: 1.1, parameters: { amount: 5 } },
		{
			name: 'Status',
			...http,
			parameters: { url: `=${apiUrl}/task_status/{{ $json.task_id }}`, ...headers },
		},
		{
			name: 'If',
			type: 'n8n-nodes-base.if',
			typeVersion: 2.2,
			parameters: {
				conditions: {
					options: { caseSensitive: true, leftValue: '', typeValidation: 'loose', version: 2 },
					combinator: 'and',
					conditions: [
						{
							id: '1',
							leftValue: '={{ $json.status }}',
							rightValue: 'COMPLETED',
							operator: { type: 'string', operation: 'equals' },
						},
					],
				},
			},
		},
	];
}

/** How long a node worked, in ms. */
function timeOf({ result }: Execution, node: string): number {
	return (result.runData[node] ?? []).reduce((sum, { executionTime }) => sum + executionTime, 0);
}

function wallOf(execution: Execution, nodes: string[]): number {
	if (execution.status !== 'success')
		throw new Error(`The run ended as ${execution.status}: ${execution.result.error?.message}`);
	return nodes.reduce((sum, node) => sum + timeOf(execution, node), 0);
}
