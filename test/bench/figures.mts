/** A figure beside the goal it has to reach. */
export interface Figure {
	what: string;
	goal: string;
	figure: string;
	/** Undefined where there is only something to know. */
	met?: boolean;
}

/** Milliseconds with as many digits as mean something. */
export function ms(value: number): string {
	return value >= 100 ? `${Math.round(value)} ms` : `${value.toPrecision(2)} ms`;
}

/** The middle one; of an even number the upper. */
export function median(values: number[]): number {
	const sorted = values.toSorted((left, right) => left - right);
	return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** The head of a Markdown table of figures. */
export const tableHead = '| part | what | goal | figure | reached |\n|---|---|---|---|---|';

/** Its row for a figure of a part. */
export function tableRow(part: string, { what, goal, figure, met }: Figure): string {
	const mark = met === undefined ? '' : met ? 'yes' : '**no**';
	return `| ${part} | ${what} | ${goal} | ${figure} | ${mark} |`;
}
