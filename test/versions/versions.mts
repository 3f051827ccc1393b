import { N8N_VERSION } from '../../sandbox/n8n/install.mts';

/** An n8n that the node has to work in, and the Node it runs on. */
export interface Version {
	n8n: string;
	nodeMajor: number;
}

/** The oldest n8n 2 that runs, one in between, and the one that all other tests run in. */
export const versions: Version[] = [
	{ n8n: '2.0.3', nodeMajor: 20 },
	{ n8n: '2.14.2', nodeMajor: 24 },
	{ n8n: N8N_VERSION, nodeMajor: 24 },
];
