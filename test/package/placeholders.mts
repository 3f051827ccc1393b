/** Something that has to be set before the package is published. */
export interface Placeholder {
	file: string;
	/** Counted from 1. */
	line: number;
	text: string;
}

const address = /[\w.+-]+@example\.(?:com|org|net)/g;
const link = /github\.com\/[\w.-]+\/[\w-]*instasd[\w-]*/gi;

/**
 * What stands for something else in a file of the project: an e-mail address that nobody has, and any GitHub repository
 * of this project but the one that is published from.
 * @param repository `owner/name`
 */
export function placeholdersIn(file: string, text: string, repository: string): Placeholder[] {
	const own = `github.com/${repository}`.toLowerCase();
	return text.split('\n').flatMap((content, index) => {
		const links = content.match(link) ?? [];
		const foreign = links.filter((found) => found.replace(/\.git$/, '').toLowerCase() !== own);
		return [...(content.match(address) ?? []), ...foreign].map((found) => ({
			file,
			line: index + 1,
			text: found,
		}));
	});
}
