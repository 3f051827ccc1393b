import fastify from 'fastify';
import { z } from 'zod';
import { listen } from '../../sandbox/emulator/listening.mts';

const property = z
	.object({ type: z.string().optional(), description: z.string().optional() })
	.passthrough();

const tool = z.object({
	function: z.object({
		name: z.string(),
		description: z.string(),
		parameters: z
			.object({
				properties: z.record(property).default({}),
				required: z.array(z.string()).default([]),
			})
			.passthrough(),
	}),
});

const message = z
	.object({ role: z.string(), content: z.unknown(), tool_call_id: z.string().optional() })
	.passthrough();

const chatRequest = z.object({
	messages: z.array(message),
	tools: z.array(tool).default([]),
	/** n8n's Agents want the reply as a stream of events. */
	stream: z.boolean().default(false),
});

/** What n8n asks the model: the conversation so far, and the tools it may call. */
export type ModelRequest = z.infer<typeof chatRequest>;
export type OfferedTool = z.infer<typeof tool>['function'];

/** A call of a tool, by its name. */
export interface ToolCall {
	tool: string;
	args: Readonly<Record<string, unknown>>;
}

/** The model's turn: it says something, calls its only tool, or calls tools side by side. */
export type Turn =
	| { say: string }
	| { call: (tool: OfferedTool) => Readonly<Record<string, unknown>> }
	| { calls: ToolCall[] };

export interface ScriptedModel {
	/** For the base URL of an OpenAI credential. */
	baseUrl: string;
	/** Starts a new conversation that goes like this. Whatever is asked beyond its end, the model answers "done". */
	play(...turns: Turn[]): void;
	/** What it was asked since `play`. */
	requests(): ModelRequest[];
	/** The tools it was offered in its last request. */
	tools(): OfferedTool[];
	/** The only tool it was offered in its last request. */
	tool(): OfferedTool;
	/** The results of tools as they came back to it, as text. */
	results(): string[];
	close(): Promise<void>;
}

/** A server that speaks OpenAI's chat API and says what a test tells it to. */
export async function startScriptedModel(): Promise<ScriptedModel> {
	let turns: Turn[] = [];
	let asked: ModelRequest[] = [];
	const app = fastify({ bodyLimit: 50_000_000 });
	app.post('/v1/chat/completions', (request, response) => {
		const parsed = chatRequest.parse(request.body);
		// Without tools, n8n's Agents ask for a title of the conversation, at any time.
		const isTurn = parsed.tools.length > 0;
		if (isTurn) asked.push(parsed);
		const reply = completion(asked.length, replyTo(parsed, isTurn ? turns.shift() : undefined));
		return parsed.stream ? response.type('text/event-stream').send(streamOf(reply)) : reply;
	});
	await app.ready();
	const listening = await listen(app.routing, 0);
	return {
		baseUrl: `${listening.origin}/v1`,
		play: (...script) => {
			turns = script;
			asked = [];
		},
		requests: () => asked,
		tools: () => (asked.at(-1)?.tools ?? []).map((offered) => offered.function),
		tool: () => onlyTool(asked.at(-1)),
		results: () =>
			(asked.at(-1)?.messages ?? [])
				.filter(({ role }) => role === 'tool')
				.map(({ content }) => (typeof content === 'string' ? content : JSON.stringify(content))),
		close: () => listening.stop(),
	};
}

function onlyTool(request: ModelRequest | undefined): OfferedTool {
	const offered = request?.tools ?? [];
	const [first] = offered;
	if (first === undefined || offered.length > 1) {
		throw new Error(`The model was offered ${offered.length} tools, not one`);
	}
	return first.function;
}

function replyTo(request: ModelRequest, turn: Turn = { say: 'done' }) {
	if ('say' in turn) return { content: turn.say };
	const calls = 'calls' in turn ? turn.calls : [onlyCall(onlyTool(request), turn.call)];
	const tool_calls = calls.map(({ tool: name, args }, index) => ({
		id: `call_${request.messages.length}${index === 0 ? '' : `_${index}`}`,
		index,
		type: 'function',
		function: { name, arguments: JSON.stringify(args) },
	}));
	return { content: null, tool_calls };
}

function onlyCall(tool: OfferedTool, argsFor: (tool: OfferedTool) => ToolCall['args']): ToolCall {
	return { tool: tool.name, args: argsFor(tool) };
}

/** A whole reply as a stream of one event. */
function streamOf({ choices, ...reply }: ReturnType<typeof completion>): string {
	const deltas = choices.map(({ message: delta, ...choice }) => ({ ...choice, delta }));
	const event = { ...reply, object: 'chat.completion.chunk', choices: deltas };
	return `data: ${JSON.stringify(event)}\n\ndata: [DONE]\n\n`;
}

function completion(number: number, reply: { content: string | null; tool_calls?: unknown[] }) {
	return {
		id: `chatcmpl-${number}`,
		object: 'chat.completion',
		created: 0,
		model: 'scripted',
		choices: [
			{
				index: 0,
				message: { role: 'assistant', ...reply },
				finish_reason: reply.tool_calls === undefined ? 'stop' : 'tool_calls',
			},
		],
		usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
	};
}
