import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import fastify, { type FastifyInstance } from 'fastify';
import type { Inputs } from './behaviour.mts';
import { bytesBody, textReply, type Body, type Reply } from './exchange.mts';
import { createGallery } from './pictures.mts';
import { hexOf } from './random.mts';
import { answer, type Service } from './service.mts';
import { isOver, stageAt, type Task } from './tasks.mts';
import { soundBody, videoBody } from './videos.mts';

/** By the word before `_urls` in the name of a list; any other list holds texts. */
const kinds = {
	image: { extension: 'png', contentType: 'image/png' },
	video: { extension: 'mp4', contentType: 'video/mp4' },
	audio: { extension: 'wav', contentType: 'audio/wav' },
	text: { extension: 'txt', contentType: 'text/plain; charset=utf-8' },
};
type Kind = keyof typeof kinds;
type OutputFile = { name: string; kind: Kind; index: number };

/** The files a task leaves, in the lists of its status reply. Names repeat from task to task. */
function outputLists({ behaviour }: Task): Array<[list: string, files: OutputFile[]]> {
	const { images, videos, extraLists, fileNames } = behaviour;
	const counts = { image_urls: images, video_urls: videos, ...extraLists };
	return Object.entries(counts).map(([list, count]) => {
		const word = list.replace(/_urls$/, '');
		const kind: Kind = word === 'image' || word === 'video' || word === 'audio' ? word : 'text';
		const ending = fileNames === 'plain' ? `.${kinds[kind].extension}` : '';
		const files = Array.from({ length: count }, (_, index) => ({
			name: `${word}_${index + 1}${ending}`,
			kind,
			index,
		}));
		return [list, files];
	});
}

export type Links = ReturnType<typeof createLinks>;

/** As the API's description says, in ms. */
const linkLifetimeMs = 30 * 60_000;

/** Links to files that carry their own end: a time and a signature over it, as a CDN's do. */
export function createLinks(fileOrigin: () => string) {
	const secret = randomBytes(32);
	const signature = (path: string, expires: string) =>
		createHmac('sha256', secret).update(`${path} ${expires}`).digest('hex').slice(0, 32);
	return {
		/** The lists of links for a status reply; empty while the task is not completed. */
		listsOf(task: Task, now: number): Record<string, string[]> {
			const { freshLinksOnStatus, linksLateMs } = task.behaviour;
			const stage = stageAt(task, now);
			const signedAt = isOver(stage) && freshLinksOnStatus ? now : task.endsAt;
			const expires = String(Math.ceil(signedAt + linkLifetimeMs));
			const areThere = stage === 'completed' && now >= task.endsAt + linksLateMs;
			const linkTo = ({ name }: OutputFile) => {
				const path = `/files/${task.id}/${name}`;
				return `${fileOrigin()}${path}?expires=${expires}&signature=${signature(path, expires)}`;
			};
			return Object.fromEntries(
				outputLists(task).map(([list, files]) => [list, areThere ? files.map(linkTo) : []]),
			);
		},
		/** Why a file is not given to who has this link; undefined where it is. */
		refusal(url: string, now: number): Reply | undefined {
			const { pathname, searchParams } = new URL(url, 'http://cdn');
			const expires = searchParams.get('expires') ?? '';
			if (searchParams.get('signature') !== signature(pathname, expires)) {
				return xmlError(403, 'SignatureDoesNotMatch', 'The signature does not match.');
			}
			if (now < Number(expires)) return undefined;
			return xmlError(403, 'AccessDenied', 'Request has expired');
		},
	};
}

/** The "CDN": the files of completed tasks, for whoever has a link that is signed and not too old. */
export function createFileOrigin(service: Service): FastifyInstance {
	const app = fastify();
	const contentOf = contents(service);
	app.setNotFoundHandler((_request, reply) => {
		const { status, headers, body } = noSuchKey();
		return reply
			.code(status)
			.headers(headers)
			.send(Buffer.concat([...body.chunks()]));
	});
	app.get<{ Params: { taskId: string; name: string } }>(
		'/files/:taskId/:name',
		async (request, reply) => {
			const { memory, links, now } = service;
			const { taskId, name } = request.params;
			const task = memory.tasks.find(taskId);
			const wantsContent = request.method === 'GET';
			if (wantsContent) memory.counters.downloads++;
			memory.log.note(request.raw, { taskId, api: task?.api ?? null });
			reply.hijack();
			await answer(service, {
				call: 'file',
				api: task?.api ?? '',
				taskNumber: task?.number ?? null,
				taskState: null,
				request: request.raw,
				response: reply.raw,
				fileOrigin: service.fileOrigin(),
				reply: async () => {
					const files = task === undefined ? [] : outputLists(task).flatMap(([, all]) => all);
					const file = files.find((each) => each.name === name);
					if (task === undefined || file === undefined) return noSuchKey();
					const refusal = links.refusal(request.url, now());
					if (refusal !== undefined) return refusal;
					const { fileContentType } = task.behaviour;
					const type = fileContentType === 'right' ? kinds[file.kind].contentType : fileContentType;
					return {
						status: 200,
						headers: {
							etag: `"${hexOf(`${taskId} ${name}`, 32)}"`,
							...(type === 'absent' ? {} : { 'content-type': type }),
						},
						body: await contentOf(task, file),
						sent: () => (memory.counters.downloaded += wantsContent ? 1 : 0),
					};
				},
			});
		},
	);
	return app;
}

/** What is in a task's files. The second, third, ... of a kind has a seed of its own. */
function contents(service: Service) {
	const gallery = createGallery();
	return async ({ id, scene, behaviour }: Task, { kind, index }: OutputFile): Promise<Body> => {
		const seed = index === 0 ? scene.seed : `${scene.seed} #${index + 1}`;
		if (kind === 'video') return videoBody(seed, behaviour.videoBytes);
		if (kind === 'audio') return soundBody(seed);
		if (kind === 'text') return bytesBody(Buffer.from(`${scene.prompt}\nseed ${seed}\n`));
		const received = pictureIn(service.memory.tasks.inputsOf(id) ?? {});
		return bytesBody(await gallery.picture({ ...scene, seed, received }));
	};
}

/** How base64 of a PNG or JPEG begins. */
const pictureStarts: Array<[start: string, type: string]> = [
	['iVBORw0KGgo', 'image/png'],
	['/9j/', 'image/jpeg'],
];
const mostCharacters = 4_000_000;

/** The first picture among the inputs, as a data: URL; undefined where there is none, or a link. */
function pictureIn(inputs: Inputs): string | undefined {
	for (const { value } of Object.values(inputs)) {
		if (typeof value !== 'string' || value.length > mostCharacters) continue;
		const base64 = value.replace(/^data:[^,]*,/, '');
		const [, type] = pictureStarts.find(([start]) => base64.startsWith(start)) ?? [];
		if (type !== undefined && /^[\w+/]+=*$/.test(base64)) return `data:${type};base64,${base64}`;
	}
	return undefined;
}

function noSuchKey(): Reply {
	return xmlError(404, 'NoSuchKey', 'The specified key does not exist.');
}

/** The error of a storage service. */
function xmlError(status: number, code: string, message: string): Reply {
	const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
	return textReply(status, 'application/xml', xml);
}

/** Whether a request to the file origin brings along what is meant for the API alone. */
export function leaksToken(
	url: string,
	headers: IncomingHttpHeaders,
	tokens: readonly string[],
): boolean {
	if (headers.authorization !== undefined) return true;
	const sent = [url, ...Object.values(headers).flat()].join('\n');
	return tokens.some((token) => sent.includes(token) || sent.includes(encodeURIComponent(token)));
}
