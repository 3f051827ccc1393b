import { calls, faults, type Call, type Case } from './cases.mts';
import { isFailure, kindOf, type Outcome } from './outcome.mts';

/** A failure, and what a second try made of it when the fault was gone. */
export interface Retried {
	readonly call: 'submit' | 'poll' | 'file';
	readonly failure: string;
	readonly retry: string;
}

const titles: Record<Call, string> = {
	submit: 'Submit: `POST /run_task`',
	'first poll': 'First poll: `GET /task_status`, right after the submit',
	'later poll': 'Later poll: the task has been running for a while',
	'last poll': 'Last poll: the task is complete',
	file: 'File: the download of a result',
};
const again = { submit: 'sent again', poll: 'asked again', file: 'fetched again' } as const;

/** The page docs/faults.md. Depends on nothing but the outcomes. */
export function pageOf(outcomes: ReadonlyMap<Case, Outcome>, retried: readonly Retried[]): string {
	return [
		'# What each fault leads to',
		`What a user gets from **Run and Wait** when one thing goes wrong, once or for good. Where the service may have accepted the
task, it has accepted it in the test. The tests write this page (\`UPDATE_DOCS=1 npx jest test/engine/faults\`) and
fail when it is no longer true.`,
		`"Nothing" means that the user does not notice. \`CODE\` is the \`error.code\` of the error item that you get
with *On Error: Continue*, or at the error output; otherwise the run ends with that error. Once the service has given a task
id, it is in the item, in the error item and in the text of the error. In every case here, the task was charged at most once,
and the token went only to the API's own origin. [The reference](reference.md#errors) explains the codes.`,
		...calls.map((call) => `## ${titles[call]}\n\n${tableOf(call, outcomes)}`),
		`## Retry On Fail

What the next try does after a failure, once the fault is gone.

${rows(
	['Call', 'Failure', 'Next try'],
	retried.map(({ call, failure, retry }) => [call, `\`${failure}\``, retry]),
)}

A task that the service itself calls failed (\`TASK_FAILED\`) is sent again and charged again, in each try until *Task Limit*
is reached; a call of a tool never sends it again. ([When something is paid for twice](production.md#what-is-sent-again))`,
	]
		.join('\n\n')
		.concat('\n');
}

function tableOf(call: Call, outcomes: ReadonlyMap<Case, Outcome>): string {
	const cases = [...outcomes].filter(([one]) => one.call === call);
	const at = (name: string, lasts: boolean) =>
		cases.find(([{ fault, lasts: stays }]) => fault.name === name && stays === lasts)?.[1];
	const lines = faults.flatMap(({ name }) => {
		const once = at(name, false);
		const forGood = at(name, true);
		if (once === undefined || forGood === undefined) return [];
		return [[name, told(call, once), paid(once), told(call, forGood), paid(forGood)]];
	});
	return rows(['Fault', 'Once', 'Charged', 'For good', 'Charged'], lines);
}

function told(call: Call, { result, repeats, hits, foughtMs }: Outcome): string {
	const kind = kindOf(call);
	if (isFailure(result)) {
		const effort = kind === 'file' ? `after ${hits} tries` : after(foughtMs);
		return `\`${result}\` ${effort}`;
	}
	if (result === 'complete, without files') return 'the task, without files';
	return repeats > 0 ? `nothing: ${again[kind]}` : 'nothing: taken as it is';
}

function after(ms: number): string {
	if (ms === 0) return 'at once';
	return ms < 60_000 ? `after ${Math.round(ms / 1000)} s` : `after ${Math.round(ms / 60_000)} min`;
}

function paid({ result, charged }: Outcome): string {
	if (result === 'SUBMIT_UNSURE') return 'perhaps';
	return charged === 1 ? 'once' : 'no';
}

function rows(head: string[], lines: string[][]): string {
	const widths = head.map((title, column) =>
		Math.max(title.length, ...lines.map((line) => line[column]?.length ?? 0)),
	);
	const row = (line: string[]) =>
		`| ${line.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`;
	const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
	return [row(head), rule, ...lines.map(row)].join('\n');
}
