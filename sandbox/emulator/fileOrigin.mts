import fastify, { type FastifyInstance } from 'fastify';
import { createGallery } from './picture.mts';
import { findOutput, type FileKind, type OutputFile } from './outputs.mts';
import { hexOf } from './random.mts';
import { bytesBody, xmlError, type Body, type Reply } from './reply.mts';
import { answer, type Service } from './service.mts';
import { sound } from './sound.mts';
import type { Task } from './task.mts';
import { videoBody } from './video.mts';

type Gallery = ReturnType<typeof createGallery>;

const contentTypes: Record<FileKind, string> = {
	image: 'image/png',
	video: 'video/mp4',
	audio: 'audio/wav',
	text: 'text/plain; charset=utf-8',
};

/** The "CDN": the files of completed tasks, for whoever has a link that is signed and not too old. */
export function createFileOrigin(service: Service): FastifyInstance {
	const app = fastify();
	const gallery = createGallery();
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
			const { memory, fileOrigin } = service;
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
				fileOrigin: fileOrigin(),
				reply: async () => {
					const file = task && findOutput(task, name);
					if (!task || !file) return noSuchKey();
					const refusal = checkLink(service, request.url);
					if (refusal) return refusal;
					const sent = () => (memory.counters.downloaded += wantsContent ? 1 : 0);
					return { ...(await fileReply(gallery, task, file)), sent };
				},
			});
		},
	);
	return app;
}

function noSuchKey(): Reply {
	return xmlError(404, 'NoSuchKey', 'The specified key does not exist.');
}

function checkLink({ links, now }: Service, url: string): Reply | undefined {
	const { pathname, searchParams } = new URL(url, 'http://cdn');
	const verdict = links.check(pathname, searchParams, now());
	if (verdict === 'expired') return xmlError(403, 'AccessDenied', 'Request has expired');
	if (verdict === 'valid') return undefined;
	return xmlError(403, 'SignatureDoesNotMatch', 'The signature does not match.');
}

async function fileReply(gallery: Gallery, task: Task, file: OutputFile): Promise<Reply> {
	const { fileContentType } = task.behaviour;
	const type = fileContentType === 'right' ? contentTypes[file.kind] : fileContentType;
	return {
		status: 200,
		headers: {
			etag: `"${hexOf(`${task.id} ${file.name}`, 32)}"`,
			...(type === 'absent' ? {} : { 'content-type': type }),
		},
		body: await contentOf(gallery, task, file),
	};
}

/** A task's second, third, ... file of a kind has a seed of its own. */
async function contentOf(gallery: Gallery, task: Task, { kind, index }: OutputFile): Promise<Body> {
	const seed = index === 0 ? task.scene.seed : `${task.scene.seed} #${index + 1}`;
	if (kind === 'image') return bytesBody(await gallery.picture({ ...task.scene, seed }));
	if (kind === 'video') return videoBody(seed, task.behaviour.videoBytes);
	if (kind === 'audio') return bytesBody(sound(seed));
	return bytesBody(Buffer.from(`${task.scene.prompt}\nseed ${seed}\n`));
}
