/** An input as it is sent: InstaSD knows it by its id, people by its title. */
export interface SentInput {
	title?: string;
	value: unknown;
}

/** The inputs of a task as they are sent, by id. */
export type SentInputs = Record<string, SentInput>;

/** The body of `run_task` as JSON text. */
export function requestBody(inputs: SentInputs): string {
	return JSON.stringify({ inputs });
}
