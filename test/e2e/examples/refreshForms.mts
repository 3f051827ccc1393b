/**
 * Writes into each example the form as the node makes it now, so that the editor does not call it stale. The values
 * stay.
 *
 *     npx tsx test/e2e/examples/refreshForms.mts
 */
import { readFile, writeFile } from 'node:fs/promises';
import prettier from 'prettier';
import { z } from 'zod';
import { createApi, ownApis } from '../../../sandbox/emulator/apis.mts';
import { isInstaSd } from '../../../sandbox/n8n/examples.mts';
import { workflowSchema } from '../../../sandbox/n8n/workflows.mts';
import { inputsOf } from '../../../nodes/InstaSd/credential/credential.ts';
import { inputFields } from '../../../nodes/InstaSd/inputs/form.ts';
import { exampleFiles } from '../../realN8n/importedExamples.mts';

const apis = ownApis.map(createApi);
const record = z.record(z.unknown());

for (const file of exampleFiles()) {
	// As plain records: these keep their keys in the order of the file.
	const workflow = record.parse(JSON.parse(await readFile(file, 'utf8')));
	const nodes = workflowSchema.parse(workflow).nodes.map((node, index) => {
		const written = z.array(record).parse(workflow.nodes)[index];
		const parameters = record.parse(written?.parameters);
		const inputs = record.safeParse(parameters.inputs).data;
		if (!isInstaSd(node) || inputs?.mappingMode !== 'defineBelow') return written;
		const credential = node.credentials?.instaSdApi?.name;
		const api = apis.find(({ name }) => credential?.endsWith(`: ${name}`));
		const known = inputsOf({ requestExample: api?.requestExample });
		if (known === undefined) throw new Error(`${file}: the API of '${node.name}' is not known`);
		const form = { ...inputs, schema: inputFields(known) };
		return { ...written, parameters: { ...parameters, inputs: form } };
	});
	const text = JSON.stringify({ ...workflow, nodes }, undefined, '\t');
	const style = await prettier.resolveConfig(file);
	await writeFile(file, await prettier.format(text, { ...style, filepath: file }));
}
