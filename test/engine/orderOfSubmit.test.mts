import type { IExecuteContextData } from 'n8n-workflow';
import { useStage } from '../useStage.mts';
import { openStage } from './stage.mts';
import { nodeName } from './workflows.mts';

const stage = useStage(() => openStage({ behaviour: { durationMs: 0, images: 0 } }));

/** The task ids in the ledger; empty for a task whose id is not known. */
const idsIn = (contextData: IExecuteContextData): string[] => {
	const rows: Record<string, { taskId?: string }> = contextData[`node:${nodeName}`]?.tasks ?? {};
	return Object.values(rows).map(({ taskId = '' }) => taskId);
};

/**
 * What happens to a task, in its order: what is logged, with the ledger and the number of
 * requests at that moment, and when the service takes it.
 */
const orderOf = async (operation: string) => {
	const events: Array<{ event: string; ledger?: string[]; requests?: number }> = [];
	stage().emulator.setBehaviour(() => {
		events.push({ event: 'taken' });
		return {};
	});
	const run = await stage().run(
		{ operation, downloadFiles: false },
		{
			mode: 'trigger',
			onLog: ({ from, message }, contextData) => {
				if (from !== 'node') return;
				const requests = stage().emulator.requests().length;
				events.push({ event: message, ledger: idsIn(contextData), requests });
			},
		},
	);
	expect(run.status).toBe('success');
	return { events, executionId: run.executionId };
};

test.each(['runTask', 'runAndWait'])(
	'%s writes a task down and logs it before it is sent, and its id before anything else is done with it',
	async (operation) => {
		const { events, executionId } = await orderOf(operation);
		const [task] = stage().emulator.statistics().perTask;
		const said = (words: string) =>
			`InstaSD: '${nodeName}' ${words} for item 0 (execution ${executionId})`;
		expect(events).toEqual([
			{ event: said('submits a task'), ledger: [''], requests: 0 },
			{ event: 'taken' },
			{ event: said(`has task ${task?.id}`), ledger: [task?.id], requests: 1 },
		]);
	},
);
