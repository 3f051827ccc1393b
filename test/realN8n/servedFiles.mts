import { z } from 'zod';

const linked = z.object({ image_urls: z.array(z.string()), video_urls: z.array(z.string()) });

/** The links to the files of a task, as an item tells them. */
export function linksOf(item: { json: unknown } | undefined): string[] {
	const { image_urls: images, video_urls: videos } = linked.parse(item?.json);
	return [...images, ...videos];
}

/** What the service has at a link. */
export async function bytesAt(link = ''): Promise<Buffer> {
	return Buffer.from(await (await fetch(link)).arrayBuffer());
}

/** Whether these bytes are a PNG picture. */
export function isPng(bytes: Buffer): boolean {
	return bytes.subarray(1, 4).toString('latin1') === 'PNG';
}
