import colors from 'picocolors';

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
