import { styleText } from 'node:util';

/** Colours for what is printed. Without a terminal, and with NO_COLOR, none. */
export const colors = {
	bold: painter('bold'),
	cyan: painter('cyan'),
	dim: painter('dim'),
	green: painter('green'),
	red: painter('red'),
};

function painter(style: 'bold' | 'cyan' | 'dim' | 'green' | 'red') {
	const isOn = !process.env.NO_COLOR && (process.stdout.isTTY || Boolean(process.env.FORCE_COLOR));
	return (text: string) => (isOn ? styleText(style, text) : text);
}

/**
 * An error for the person at the terminal: `message` says what happened, `advice` how to get
 * unstuck, `log` the last lines of whatever failed. Shown without a stack.
 */
export class PlainError extends Error {
	readonly advice: string | undefined;
	readonly log: string | undefined;

	constructor(message: string, more: { advice?: string; log?: string; cause?: unknown } = {}) {
		super(message, { cause: more.cause });
		this.advice = more.advice;
		this.log = more.log;
	}
}

/** The last `count` lines of a log that say anything. */
export function lastLines(log: string, count = 25): string {
	return log
		.split('\n')
		.filter((line) => line.trim() !== '')
		.slice(-count)
		.join('\n');
}

/** Changes the running step's line: what is being done right now. */
export type Note = (text: string) => void;

/**
 * Runs one step of the start and shows it on a line of its own with the seconds it took. On a
 * terminal the line is rewritten as the step goes on; in a log a line is added every ten seconds.
 * Steps run one after the other; what a step throws passes through.
 */
export async function step<T>(title: string, action: (note: Note) => Promise<T>): Promise<T> {
	const started = Date.now();
	const line = new StepLine(title, started);
	try {
		const result = await action((text) => line.note(text));
		line.end(colors.green('✓'));
		return result;
	} catch (error) {
		line.end(colors.red('✗'));
		throw error;
	}
}

const LOG_INTERVAL_MS = 10_000;
const CLEAR_LINE = '\r\u001b[K';

class StepLine {
	private detail = '';
	private lastLogged: number;
	private readonly timer: NodeJS.Timeout;

	constructor(
		private readonly title: string,
		private readonly started: number,
	) {
		this.lastLogged = started;
		this.timer = setInterval(() => this.show(), process.stdout.isTTY ? 250 : 1000);
		this.show();
	}

	note(text: string): void {
		this.detail = text;
	}

	end(mark: string): void {
		clearInterval(this.timer);
		process.stdout.write(
			`${process.stdout.isTTY ? CLEAR_LINE : ''}${mark} ${this.title}${this.seconds()}\n`,
		);
	}

	private show(): void {
		const text = `${this.title}${this.seconds()}${this.detail ? `: ${this.detail}` : ''}`;
		if (process.stdout.isTTY) {
			process.stdout.write(`${CLEAR_LINE}  ${text.slice(0, process.stdout.columns - 3)}`);
		} else if (Date.now() - this.lastLogged >= LOG_INTERVAL_MS) {
			this.lastLogged = Date.now();
			process.stdout.write(`  ${text}\n`);
		}
	}

	private seconds(): string {
		const seconds = (Date.now() - this.started) / 1000;
		return seconds < 1 ? '' : colors.dim(` ${seconds.toFixed(0)} s`);
	}
}
