/** A situation in which a model reads an answer of its tool. */
export interface Situation {
	title: string;
	/** What it means, for the reader of the page. */
	about: string;
	/** What the model reads. */
	read: string;
}

/** The page docs/agents.md. Depends on nothing but the situations. */
export function pageOf(situations: readonly Situation[]): string {
	return `${before}

${situations.map(section).join('\n\n')}

${after}
`;
}

function section({ title, about, read }: Situation): string {
	return `### ${title}\n\n${about}\n\n\`\`\`${read.startsWith('[') ? 'json' : 'text'}\n${read}\n\`\`\``;
}

const before = `# Agents and MCP

The node is a tool for models: for n8n's *AI Agent* and, through the *MCP Server Trigger*, for any MCP client. Start from
[the agent](examples.md#ai-agent) or [the MCP server](examples.md#mcp-server) among the examples.

## Which tools to give

| The model should | Give it |
|---|---|
| make pictures that take less than a minute | *Run and Wait* |
| the same, but now and then one takes longer | *Run and Wait* and *Get Status* |
| make videos | *Run Task* and *Get Status* |

Every call of *Run and Wait* and *Run Task* creates a task and costs credits. *Get Status* and *Wait for Task* cost
nothing. Set *Task Limit* to 1, or to what one call may cost at most. A call pays once, whatever *Retry On Fail* is set to,
also where its task fails: then the model reads why.

Each operation is a tool of its own, with a description that you can change. The model gets links instead of files,
because agents drop files.

**Agents before version 3** show their model nothing of an error that a tool throws: set *On Error: Continue* on the tool
there. Leave their *Batch Size* at 1: where they work on several items at once, n8n gives the calls each other's arguments
(seen in n8n 2.41). Several calls and several tools for one item are fine in all versions.

**A sub-workflow as a tool** (*Call n8n Workflow Tool*) runs the node as an ordinary one: it waits until *Timeout*, its
answers are long, and its errors speak to people. Use the node itself as the tool where you can.

## What the model decides

*Inputs: JSON* with roles is the same for every API, and says what each value means:

\`\`\`
{{ { "prompt": $fromAI('prompt', 'What the picture shows, in English', 'string') } }}
\`\`\`

\`prompt\`, \`image\`, \`video\` and \`seed\` are the inputs of that kind, where the API has one; other inputs go by their
title. The name, the description and the type in \`$fromAI\` are what the model sees. Inputs you leave out are sent as in
the sample of the credential.

With *Inputs: Fields*, click the sparkle beside a field. n8n then names the parameter after the field, with \`_\`
for spaces, and gives it no description.

## A photo from a chat

A file does not go through the model. The tool takes it itself, from the item of an earlier node:

\`\`\`
{{ { "prompt": $fromAI('prompt', 'What the image shows', 'string'), "image": $('Chat').first().binary?.data0 } }}
\`\`\`

\`data0\` is the first file of n8n's chat. Without a file, nothing is sent or paid, and the model reads that there is none; the
question mark lets it read of which input. [Chat photo](examples.md#chat-photo) is a workflow with it.

- **Write it word for word**, with the name of the node and of the file: \`.first()\`, \`.last()\`, \`.item\` or \`.all()[0]\`, then
  \`.binary\`. A file that a model, a message or an item names, or whose name is computed, is never sent: it could be somebody
  else's.
- **The node must have one item.** n8n gives all calls of an agent the first item's file, even for \`.item\`, so several items
  are refused. Where there are several, put the agent into *Loop Over Items* with a batch size of 1, a *No Operation* node
  before it, and write \`$('No Operation').first()\`.
- Over MCP no node has run, so there is no file. In workflows with *Execution Logic* v2 it is refused, too.

## When the answer comes

MCP clients hang up after about a minute, and a model that got no answer starts, and pays for, another task. So over MCP
the tool answers after 50 seconds at the latest, with or without a result. An agent within a workflow waits as long as the
task takes, up to *Timeout*. The option *Answer Within (Seconds)* sets another time for both.

What is not finished by then goes on at the service. What has not been sent by then, because the service is busy, is
withdrawn and never sent.

## What a model reads

Word for word, over MCP; an agent reads the same, inside n8n's own frame. Answers leave out what is empty. With *Output*, a
tool gives all fields or those you select instead; an answer without a result always says how to go on.`;

const after = `## n8n's own Agents

n8n 2.41 also has Agents that live beside workflows. The node is a tool of them, too, and a call answers after 50 seconds at
the latest, as over MCP. What differs:

- **The model does not read *Tool Description*.** It reads the tool's own \`description\`, which n8n's AI assistant can
  write and the form cannot: ask the assistant for the text of *Tool Description*. Without it, the model reads "Execute
  the n8n-nodes-instasd.instaSdTool node". Then say it where \`$fromAI\` describes the prompt: "What the image shows, in
  English. A call takes up to a minute and costs credits. If the answer says finished: false, wait for it by its task_id."
- **Give it *Run and Wait* and *Wait for Task*.** Asking with *Get Status* takes more turns of the model.
- ***Task Limit* holds for one call.** A model that calls twice pays twice. Where a person should decide, set *Require
  approval* of the tool: a no costs nothing, and two clicks on yes pay once.
- **Stopping the chat does not stop the task.** It goes on and is paid for, and the model reads only "Tool call
  cancelled". n8n's log has the task_id.
- **There is no execution in n8n's list**, no *Retry On Fail* and no *On Error*. The model reads the reason of a failure.
- **Files attached to the chat** reach the model, but no tool. The image has to be a public link.
- **A workflow as the tool** is cancelled after 120 seconds, without a task_id. Set *Timeout* to 100 in it.

## A person decides before it pays

n8n can ask a person before the tool of an agent in a workflow runs. In n8n 2.41: remove the connection between the tool and the agent,
click the **+** of the agent's *Tool*, choose **Human review** and a channel, such as Slack or Chat, and connect the tool
to it. As *Message*, write what is to be decided, such as \`For credits, make: {{ $tool.parameters.prompt }}?\`, and
choose *Approve and Disapprove* as the type of approval. If the person refuses, nothing is sent and nothing is charged,
and the model is told.

With *Chat*, set *Response Mode* of the chat trigger to *Using Response Nodes*, and put *Chat: Send a message* with
\`{{ $json.output }}\` after the agent.`;
