/** A body of known length, or of unknown length (null: sent in chunks), made while it is sent. */
export type Body = { length: number | null; chunks: () => Iterable<Uint8Array> };

export type Reply = {
	status: number;
	headers: Record<string, string>;
	body: Body;
	/** Called when the reply goes out whole and unharmed. */
	sent?: () => void;
};

export function bytesBody(bytes: Uint8Array): Body {
	return { length: bytes.length, chunks: () => [bytes] };
}

export function textReply(status: number, contentType: string, text: string): Reply {
	return { status, headers: { 'content-type': contentType }, body: bytesBody(Buffer.from(text)) };
}

export function jsonReply(status: number, value: unknown): Reply {
	return textReply(status, 'application/json', JSON.stringify(value));
}

/** The error of a storage service. */
export function xmlError(status: number, code: string, message: string): Reply {
	const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
	return textReply(status, 'application/xml', xml);
}
