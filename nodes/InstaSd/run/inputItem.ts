import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';

import type { Options } from './parameters';
import type { Session } from './session';

const passedOn = z.object({
	task_id: z.string(),
	input_item: z.custom<IDataObject>((value) => z.record(z.unknown()).safeParse(value).success),
});

/**
 * The incoming item's fields, where the user wants them in the output. An item of the same task, as a loop brings it round
 * after round, hands on what it has: or each round would wrap the one before.
 */
export function inputItemOf(
	{ context }: Session,
	{ item, options }: { item: number; options: Options },
	taskId: string,
): IDataObject | undefined {
	if (!options.includeInputFields) return undefined;
	const json = context.getInputData()[item]?.json;
	const before = passedOn.safeParse(json);
	return before.success && before.data.task_id === taskId ? before.data.input_item : json;
}
