import { debianProgram } from '../debianPackages.mts';

/**
 * The Chromium of this system; a root user's is installed with apt on first use.
 * @throws Error that names the command which installs it
 */
export async function chromiumPath(): Promise<string> {
	return await debianProgram({
		names: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'],
		packageName: 'chromium',
		wantedBy: 'The tests of the editor',
	});
}
