import { useStage } from '../useStage.mts';
import { useNodeTime } from './nodeTime.mts';
import { nodeName, openStage } from './stage.mts';

const time = useNodeTime();
const stage = useStage(() => openStage({ time, behaviour: { durationMs: 0 } }));

describe('Download Files by an expression', () => {
	const files = async (given: string) => {
		const run = await stage().run({ downloadFiles: `={{ ${given} }}` });
		return { run, fields: Object.keys(run.output(nodeName)[0]?.binary ?? {}) };
	};

	test.each(['true', '"TRUE"', '" True "', '"yes"', '"On"', '1', '"1"'])(
		'%s means yes',
		async (given) => {
			expect((await files(given)).fields).toEqual(['data']);
		},
	);

	test.each(['false', '"FALSE"', '"no"', '"off"', '0', '"0"'])('%s means no', async (given) => {
		const { run, fields } = await files(given);
		expect(run.output(nodeName)[0]?.json.finished).toBe(true);
		expect(fields).toEqual([]);
	});

	test.each(['$json.nope', 'null', '""', '"maybe"', '2', '[true]', '({})'])(
		'%s is refused before anything is sent, or the links would expire unnoticed',
		async (given) => {
			const { run } = await files(given);
			expect(run.error?.message).toMatch(
				/^The parameter 'Download Files' takes true or false, not /,
			);
			expect(stage().emulator.statistics().submits).toBe(0);
		},
	);
});

test('options are read as people write them', async () => {
	const options = {
		outputItems: '={{ " one item per FILE" }}',
		sendFilesAs: '={{ "Signed link" }}',
		resubmitWhenUnsure: '={{ "Yes" }}',
		timeoutSeconds: '={{ " 60 " }}',
	};
	const run = await stage().run({ options });
	expect(run.output(nodeName)[0]?.json).toMatchObject({ file_index: 0, finished: true });
});

test.each([
	['Output Items', { outputItems: '={{ "files" }}' }],
	['Output Items', { outputItems: '={{ $json.nope }}' }],
	['Send Files As', { sendFilesAs: '={{ null }}' }],
	['Resubmit When Unsure', { resubmitWhenUnsure: '={{ "perhaps" }}' }],
	['Resubmit When Unsure', { resubmitWhenUnsure: '={{ $json.nope }}' }],
	['Timeout (Seconds)', { timeoutSeconds: '={{ "0x20" }}' }],
	['Timeout (Seconds)', { timeoutSeconds: '={{ true }}' }],
	['Output Data Field Name', { outputFieldName: '={{ $json.nope }}' }],
])('the option %s is refused by its name for %j', async (name, options) => {
	const run = await stage().run({ options });
	expect(run.error?.message).toContain(`Option '${name}' takes `);
	expect(stage().emulator.statistics().submits).toBe(0);
});
