/** What each room may import beside itself; CONTRIBUTING.md says why. Nothing else may be imported from the project. */
const rooms = {
	api: [],
	inputs: ['api'],
	wait: ['api'],
	outputs: ['api'],
	money: ['inputs', 'wait', 'api'],
	credential: ['inputs', 'api'],
	run: ['money', 'credential', 'inputs', 'wait', 'outputs', 'api'],
	operations: ['run', 'wait', 'outputs', 'api'],
};

/** The same for the two files that n8n loads. */
const doors = {
	'^nodes/InstaSd/[^/]+[.]ts$': ['operations', 'run', 'credential', 'inputs', 'api'],
	'^credentials/': ['credential', 'api'],
};

const pathsOf = (names) => names.map((name) => `^nodes/InstaSd/${name}/`);

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
	forbidden: [
		...Object.entries(rooms).map(([room, below]) => ({
			name: `${room} imports only ${below.join(', ') || 'itself'}`,
			severity: 'error',
			from: { path: pathsOf([room]) },
			to: { path: '^(nodes|credentials)/', pathNot: pathsOf([room, ...below]) },
		})),
		...Object.entries(doors).map(([door, below]) => ({
			name: `${door} imports only ${below.join(', ')}`,
			severity: 'error',
			from: { path: door },
			to: { path: '^(nodes|credentials)/', pathNot: pathsOf(below) },
		})),
		{
			name: 'no room without a rule',
			severity: 'error',
			from: { path: '^nodes/InstaSd/[^/]+/', pathNot: pathsOf(Object.keys(rooms)) },
			to: {},
		},
		{ name: 'no circle', severity: 'error', from: {}, to: { circular: true } },
		{
			name: 'the shipped code imports n8n-workflow, node:crypto and the zod that the bundle holds',
			severity: 'error',
			from: { path: '^(nodes|credentials)/' },
			to: {
				pathNot: '^(nodes|credentials)/|(^|/)node_modules/(n8n-workflow|zod)/|^(node:)?crypto$',
			},
		},
	],
	options: {
		doNotFollow: { path: 'node_modules' },
		tsPreCompilationDeps: true,
		tsConfig: { fileName: 'tsconfig.json' },
	},
};
