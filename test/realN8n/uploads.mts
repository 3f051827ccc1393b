import type { WorkflowNode } from '../../sandbox/n8n/workflows.mts';
import type { Stage } from './stage.mts';

/** A picture that people upload; as the service gets it, nobody looks into it. */
export const photo = Buffer.alloc(2_000, 'a');

/** A form with one field for a file, `photo`. */
export function photoForm(path: string): WorkflowNode {
	return {
		name: 'Form',
		type: 'n8n-nodes-base.formTrigger',
		typeVersion: 2.2,
		webhookId: path,
		parameters: {
			formTitle: 'Upload',
			formFields: { values: [{ fieldLabel: 'photo', fieldType: 'file', multipleFiles: false }] },
			options: { path },
		},
	};
}

/** Uploads the photo to a webhook, which has it in the binary field `photo`, or to such a form. */
export async function uploadPhoto({ n8n }: Stage, path: string, to: 'webhook' | 'form') {
	const body = new FormData();
	const file = new Blob([photo], { type: 'image/png' });
	body.append(to === 'form' ? 'field-0' : 'photo', file, 'photo.png');
	const response = await fetch(`${n8n.url}/${to}/${path}`, { method: 'POST', body });
	if (!response.ok) throw new Error(`n8n answered ${response.status}: ${await response.text()}`);
}
