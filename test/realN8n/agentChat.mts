import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { NODE_TYPE, type SavedCredential } from '../../sandbox/n8n/examples.mts';
import { modelCredential } from './agent.mts';
import type { ScriptedModel } from './scriptedModel.mts';
import type { Stage } from './stage.mts';

/** The node as a tool of an Agent. */
export interface AgentTool {
	name: string;
	/** The model reads this, where the Agent's author has written it. */
	description?: string;
	requireApproval?: boolean;
	parameters: Record<string, unknown>;
}

/** A call that waits until a person has decided. */
export type Question = z.infer<typeof questionSchema>;

/** One of n8n's own Agents, which live beside workflows, in a chat with a person. */
export interface AgentChat {
	/** Says something to it, and waits until it has answered, or asks whether it may. What it says, n8n streams. */
	say(message: string, signal?: AbortSignal): Promise<{ questions: Question[] }>;
	/** Answers its question. Gives what n8n has to say against it. */
	decide(question: Question, approved: boolean): Promise<{ refusals: string[] }>;
}

const questionSchema = z.object({ runId: z.string(), toolCallId: z.string() });
const eventSchema = z.discriminatedUnion('type', [
	z.object({ type: z.literal('tool-call-suspended'), payload: questionSchema }),
	z.object({ type: z.literal('error'), message: z.string() }),
]);
const withId = z.object({ id: z.string() }).passthrough();
const configSchema = z.object({ configHash: z.string() }).passthrough();

/** Makes an Agent with the node as its tools, as n8n's AI assistant would, and begins a chat with it. */
export async function chatWithAgent(
	{ session }: Stage,
	model: ScriptedModel,
	credential: SavedCredential,
	tools: AgentTool[],
): Promise<AgentChat> {
	const project = withId.parse(await session.request('GET', '/rest/projects/personal'));
	const agents = `/rest/projects/${project.id}/agents/v2`;
	const { id } = withId.parse(await session.request('POST', agents, { name: 'Painter' }));
	const agent = `${agents}/${id}`;
	const { configHash } = configSchema.parse(await session.request('GET', `${agent}/config`));
	const config = {
		name: 'Painter',
		model: 'openai/scripted',
		credential: (await modelCredential(session, model)).id,
		instructions: 'You make images.',
		memory: { enabled: true, storage: 'n8n' },
		tools: tools.map(({ parameters, ...tool }) => ({
			...{ type: 'node', ...tool },
			node: {
				...{ nodeType: NODE_TYPE, nodeTypeVersion: 1, nodeParameters: parameters },
				credentials: { instaSdApi: credential },
			},
		})),
	};
	await session.request('PUT', `${agent}/config`, { config, baseConfigHash: configHash });
	const events = async (path: string, body: unknown, signal?: AbortSignal) => {
		const headers = { 'content-type': 'application/json', cookie: session.cookie };
		const request = { method: 'POST', headers, body: JSON.stringify(body), signal };
		const text = await (await fetch(`${session.url}${agent}/${path}`, request)).text();
		return text.split('\n').flatMap((line) => {
			const event = line.startsWith('data: ') ? JSON.parse(line.slice(6)) : undefined;
			return eventSchema.safeParse(event).data ?? [];
		});
	};
	const sessionId = randomUUID();
	return {
		say: async (message, signal) => {
			const heard = await events('chat', { message, sessionId }, signal);
			const questions = heard.flatMap((event) => ('payload' in event ? event.payload : []));
			return { questions };
		},
		decide: async (question, approved) => {
			const resumeData = { approved };
			const heard = await events('chat/resume', { ...question, resumeData });
			return { refusals: heard.flatMap((event) => ('message' in event ? event.message : [])) };
		},
	};
}
