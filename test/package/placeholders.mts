/** Something that has to be set before the package is published. */
export interface Placeholder {
	file: string;
	/** Counted from 1. */
	line: number;
	text: string;
}

const address = /[\w.+-]+@example\.(?:com|org|net)/g;
const link = /github\.com\/[\w.-]+\/[\w-]*instasd[\w-]*/gi;
const nobody = /n8n-nodes-instasd maintainers|\(unreleased\)/g;

/**
 * What stands for something else in a file of the project: an e-mail address that nobody has, an author who is nobody, a
 * release without a date, and any GitHub repository of this project but the one that is published from.
 * @param repository `owner/name`
 */
export function placeholdersIn(file: string, text: string, repository: string): Placeholder[] {
	const own = `github.com/${repository}`.toLowerCase();
	return text.split('\n').flatMap((content, index) => {
		const links = content.match(link) ?? [];
		const foreign = links.filter((found) => found.replace(/\.git$/, '').toLowerCase() !== own);
		const others = [address, nobody].flatMap((pattern) => content.match(pattern) ?? []);
		return [...others, ...foreign].map((found) => ({ file, line: index + 1, text: found }));
	});
}

/** The steps of a checklist in Markdown that are not ticked, by the heading above them. */
export function openSteps(page: string): Map<string, string[]> {
	const sections = page.split(/^## /m).slice(1);
	return new Map(
		sections.flatMap((section) => {
			const [heading = ''] = section.split('\n');
			const steps = [...section.matchAll(/^- \[ \] \*\*(.+?)\.\*\*/gm)].map(
				([, step = '']) => step,
			);
			return steps.length === 0 ? [] : [[heading, steps]];
		}),
	);
}
