import { faults, type Call, type Case } from './cases.mts';
import { isFailure, kindOf, type Outcome } from './outcome.mts';

/** A failure, and what a second try made of it when the fault was gone. */
export interface Retried {
	readonly call: 'submit' | 'poll' | 'file';
	readonly failure: string;
	readonly retry: string;
}

interface Section {
	readonly title: string;
	readonly about: string;
	readonly calls: readonly Call[];
}

const sections: readonly Section[] = [
	{
		title: 'A submit: `POST /run_task`',
		about: 'It is sent again only where it cannot have created a task.',
		calls: ['submit'],
	},
	{
		title: 'A question: `GET /task_status`',
		about:
			'Right after the submit, while the task runs, and when it is complete. The task has been charged once.',
		calls: ['first poll', 'later poll', 'last poll'],
	},
	{
		title: 'A file: the download of a result',
		about: 'The task has been charged once, and the error has its links.',
		calls: ['file'],
	},
];

const words = { submit: 'submit', poll: 'question', file: 'file' } as const;

/** The page docs/faults.md. Depends on nothing but the outcomes. */
export function pageOf(outcomes: ReadonlyMap<Case, Outcome>, retried: readonly Retried[]): string {
	return `# What each fault leads to

Plain retries can be expensive. In September 2026, ComfyUI's own client for paid APIs
[sent 732 requests again in a week, and 426 of them were billed](https://github.com/Comfy-Org/ComfyUI/pull/16204). This page
shows what this node does instead: what you get from **Run and Wait** when one thing goes wrong, once or for good.

"Nothing" means that you do not notice. \`CODE\` is the \`error.code\` of the error item that you get with *On Error: Continue*;
otherwise the run ends with that error. [The reference](reference.md#errors) says what to do about each code. In every case,
the task is charged once at most, the error has its id if the service gave one, and the token goes only to the API's own
origin. The tests write this page (\`UPDATE_DOCS=1 npx jest test/engine/faults\`) and fail when it is no longer true.

${sections.map((section) => sectionOf(section, outcomes)).join('\n\n')}

## Retry On Fail

What the next try does, once the fault is gone.

${rows(
	['After', 'The next try'],
	grouped(retried.map(({ call, failure, retry }) => [`\`${failure}\` (${words[call]})`, retry])),
)}

A task that the service itself calls failed (\`TASK_FAILED\`) is sent and charged again, in each try until *Task Limit* is
reached; a call of a tool never sends it again. [What is sent again](production.md#what-is-sent-again) has the rules.
`;
}

function sectionOf({ title, about, calls }: Section, outcomes: ReadonlyMap<Case, Outcome>): string {
	const cell = (name: string, lasts: boolean): string | undefined => {
		const seen = [...outcomes]
			.filter(([one]) => calls.includes(one.call) && one.lasts === lasts && one.fault.name === name)
			.map(([{ call }, outcome]) => told(call, outcome));
		return seen.length === 0 ? undefined : [...new Set(seen)].join(', or ');
	};
	const lines = faults.flatMap(({ name }) => {
		const [once, forGood] = [cell(name, false), cell(name, true)];
		return once === undefined || forGood === undefined ? [] : [[name, once, forGood]];
	});
	return `## ${title}\n\n${about}\n\n${rows(['Fault', 'Once', 'For good'], grouped(lines))}`;
}

/** The lines with the same cells behind the first one as one line. */
function grouped(lines: readonly string[][]): string[][] {
	const groups = new Map<string, string[][]>();
	for (const line of lines) {
		const key = JSON.stringify(line.slice(1));
		groups.set(key, [...(groups.get(key) ?? []), line]);
	}
	return [...groups.values()].map((group) => [
		group.map(([name]) => name).join('<br>'),
		...(group[0]?.slice(1) ?? []),
	]);
}

function told(call: Call, outcome: Outcome): string {
	const { result, repeats, hits, foughtMs } = outcome;
	const kind = kindOf(call);
	if (isFailure(result)) {
		const effort = kind === 'file' ? `after ${hits} tries` : after(foughtMs);
		return `\`${result}\` ${effort}${kind === 'submit' ? paid(outcome) : ''}`;
	}
	if (result === 'complete, without files') return 'the task, without files';
	return kind === 'submit' && repeats > 0 ? `nothing: sent again${paid(outcome)}` : 'nothing';
}

function after(ms: number): string {
	if (ms === 0) return 'at once';
	if (ms < 60_000) return `after ${Math.round(ms / 1000)} s`;
	const minutes = Math.round(ms / 60_000);
	return `after ${minutes > 10 ? 10 * Math.round(minutes / 10) : minutes} min`;
}

function paid({ result, charged }: Outcome): string {
	if (result === 'SUBMIT_UNSURE') return ', perhaps charged';
	return charged === 1 ? ', charged once' : ', not charged';
}

function rows(head: string[], lines: string[][]): string {
	const row = (line: string[]) => `| ${line.join(' | ')} |`;
	return [row(head), `|${'---|'.repeat(head.length)}`, ...lines.map(row)].join('\n');
}
