import { fromAi, instaSdTool, runAgentWorkflow, saveAgent, toolName } from '../realN8n/agent.mts';
import { everyKind, ids, strangeTitles } from '../realN8n/apis.mts';
import { eventually } from '../realN8n/eventually.mts';
import { openEditorStage } from '../realN8n/editor/editorStage.mts';
import { openNode } from '../realN8n/editor/nodePanel.mts';
import { startScriptedModel } from '../realN8n/scriptedModel.mts';
import { useStage } from '../useStage.mts';
import { useOpened } from '../useOpened.mts';

const stage = useStage(() => openEditorStage([everyKind, strangeTitles]));
const model = useOpened(startScriptedModel);

describe('the description of a tool', () => {
	const opened = async (description?: string) => {
		const credential = await stage().credentialFor(stage().api(everyKind.name));
		const parameters = description === undefined ? {} : { toolDescription: description };
		const tool = await instaSdTool(stage(), credential, { parameters });
		const workflow = await saveAgent(stage(), model(), tool);
		return { workflow, panel: await openNode(stage().editor, workflow, toolName) };
	};
	const describedAs = async (workflow: string): Promise<string> => {
		model().play({ say: 'no picture today' });
		await runAgentWorkflow(stage(), workflow);
		return model().tool().description;
	};

	it('is that of the operation that is chosen', async () => {
		const { workflow, panel } = await opened();
		await panel.choose('operation', 'Get Status');
		await panel.stored((_, { parameters }) => expect(parameters.operation).toBe('getStatus'));
		await stage().editor.picture('a tool for Get Status');
		expect(await describedAs(workflow)).toMatch(/^Reports the progress/);
	});

	it('stays when its user has written one', async () => {
		const { workflow, panel } = await opened('Looks after my landscapes');
		await panel.choose('operation', 'Get Status');
		await panel.stored((_, { parameters }) => expect(parameters.operation).toBe('getStatus'));
		expect(await describedAs(workflow)).toBe('Looks after my landscapes');
	});
});

describe('the button that leaves an input to the model', () => {
	it('keeps the key that it has made when labels were longer', async () => {
		const credential = await stage().credentialFor(stage().api(everyKind.name));
		const values = { [ids.prompt]: fromAi('Prompt (required)', 'string'), [ids.width]: 512 };
		const tool = await instaSdTool(stage(), credential, { values });
		const parameters = JSON.parse(
			JSON.stringify(tool.parameters).replace('"Prompt"', '"Prompt (required)"'),
		);
		const workflow = await saveAgent(stage(), model(), { ...tool, parameters });
		const panel = await openNode(stage().editor, workflow, toolName);
		await eventually(async () => expect(await panel.labels()).toContain('Prompt'));
		await panel.leaveToModel(ids.width);
		const { value } = await panel.stored((form) =>
			expect(form.value?.[ids.width]).toEqual(expect.stringContaining('$fromAI')),
		);
		expect(value?.[ids.prompt]).toBe(values[ids.prompt]);
		model().play({ say: 'no picture today' });
		await runAgentWorkflow(stage(), workflow);
		expect(Object.keys(model().tool().parameters.properties)).toEqual(
			expect.arrayContaining(['Prompt__required_', 'Width']),
		);
	});

	it.each([everyKind, strangeTitles])(
		'makes keys that n8n takes and that stay apart: $name',
		async ({ name, inputs }) => {
			const credential = await stage().credentialFor(stage().api(name));
			const tool = await instaSdTool(stage(), credential, { parameters: { inputs: undefined } });
			const workflow = await saveAgent(stage(), model(), tool);
			const panel = await openNode(stage().editor, workflow, toolName);
			await panel.labels();
			for (const input of Object.keys(inputs)) await panel.leaveToModel(input);
			await stage().editor.picture(`left to the model, ${name}`);
			const { value, schema } = await panel.stored((form) =>
				expect(Object.values(form.value ?? {})).toEqual(
					Object.keys(inputs).map(() => expect.stringContaining('$fromAI')),
				),
			);
			const expected = schema.map(({ id, displayName, type }) => [
				id,
				fromAi(displayName, String(type)),
			]);
			expect(value).toEqual(Object.fromEntries(expected));

			model().play({ say: 'no picture today' });
			const execution = await runAgentWorkflow(stage(), workflow);
			expect(execution.result.error).toBeUndefined();
			expect(Object.keys(model().tool().parameters.properties)).toHaveLength(
				Object.keys(inputs).length,
			);
		},
	);
});
