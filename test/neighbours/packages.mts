import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { REPOSITORY } from '../../sandbox/n8n/folders.mts';

/** A community package of somebody else: one node, which uses a library that the package brings. */
export interface Neighbour {
	name: string;
	/** Of its node, and of the class in it. */
	node: string;
	library: string;
	libraryVersion: string;
}

/** One that brings a zod 4, and one that brings the n8n-workflow of an old n8n. */
export const neighbours: Neighbour[] = [
	{
		name: 'n8n-nodes-with-zod',
		node: 'WithZod',
		library: 'zod',
		libraryVersion: '4.0.17',
	},
	{
		name: 'n8n-nodes-with-workflow',
		node: 'WithWorkflow',
		library: 'n8n-workflow',
		libraryVersion: '1.99.0',
	},
];

/** The type of a neighbour's node, as it stands in workflows. */
export function typeOf(neighbour: Neighbour): string {
	return `${neighbour.name}.${nodeNameOf(neighbour)}`;
}

function nodeNameOf({ node }: Neighbour): string {
	return node.charAt(0).toLowerCase() + node.slice(1);
}

/** Writes a neighbour's package into a folder. */
export async function writeNeighbour(folder: string, neighbour: Neighbour): Promise<void> {
	const { name, node, library, libraryVersion } = neighbour;
	await mkdir(path.join(folder, 'dist'), { recursive: true });
	const manifest = {
		name,
		version: '1.0.0',
		keywords: ['n8n-community-node-package'],
		files: ['dist'],
		dependencies: { [library]: libraryVersion },
		n8n: { n8nNodesApiVersion: 1, nodes: [`dist/${node}.node.js`] },
	};
	await writeFile(path.join(folder, 'package.json'), JSON.stringify(manifest));
	await writeFile(path.join(folder, `dist/${node}.node.js`), nodeSource(neighbour));
}

/** A node that gives the version of the library which it really gets. */
function nodeSource(neighbour: Neighbour): string {
	const { node, library } = neighbour;
	const description = {
		displayName: node,
		name: nodeNameOf(neighbour),
		group: ['transform'],
		version: 1,
		description: node,
		defaults: { name: node },
		inputs: ['main'],
		outputs: ['main'],
		properties: [],
	};
	return `
		require('${library}');
		const { readFileSync } = require('node:fs');
		const { join } = require('node:path');
		const found = require.resolve('${library}').split('node_modules').slice(0, -1).join('node_modules');
		const manifest = join(found, 'node_modules', '${library}', 'package.json');
		exports.${node} = class {
			description = ${JSON.stringify(description)};
			async execute() {
				const { version } = JSON.parse(readFileSync(manifest, 'utf8'));
				return [[{ json: { library: version } }]];
			}
		};
	`;
}

/** Writes our own package, as it is built, into a folder. */
export async function writeOwn(folder: string): Promise<void> {
	await mkdir(folder, { recursive: true });
	await cp(path.join(REPOSITORY, 'dist'), path.join(folder, 'dist'), { recursive: true });
	await cp(path.join(REPOSITORY, 'package.json'), path.join(folder, 'package.json'));
}
