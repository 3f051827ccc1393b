import type { Task } from './task.mts';

export type FileKind = 'image' | 'video' | 'audio' | 'text';
export type OutputFile = { list: string; name: string; kind: FileKind; index: number };

const extensions: Record<FileKind, string> = {
	image: 'png',
	video: 'mp4',
	audio: 'wav',
	text: 'txt',
};

/** The files a task leaves, in the lists of its status reply. Names repeat from task to task. */
export function outputLists({ behaviour }: Task): Map<string, OutputFile[]> {
	const counts = {
		image_urls: behaviour.images,
		video_urls: behaviour.videos,
		...behaviour.extraLists,
	};
	return new Map(
		Object.entries(counts).map(([list, count]): [string, OutputFile[]] => {
			const word = list.replace(/_urls$/, '');
			const kind: FileKind =
				word === 'image' || word === 'video' || word === 'audio' ? word : 'text';
			const ending = behaviour.fileNames === 'plain' ? `.${extensions[kind]}` : '';
			const files = Array.from({ length: count }, (_, index) => ({
				list,
				name: `${word}_${index + 1}${ending}`,
				kind,
				index,
			}));
			return [list, files];
		}),
	);
}

export function findOutput(task: Task, name: string): OutputFile | undefined {
	return [...outputLists(task).values()].flat().find((file) => file.name === name);
}
