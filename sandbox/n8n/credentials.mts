import { z } from 'zod';
import { RestError, type Session } from './session.mts';

/** A credential's content, before n8n encrypts it. */
export interface Credential {
	name: string;
	type: string;
	data: Record<string, unknown>;
}

const savedSchema = z.object({ id: z.string() });

/**
 * Creates a credential, or changes the one with this id while it exists.
 * @returns its id
 */
export async function saveCredential(
	session: Session,
	credential: Credential,
	id?: string,
): Promise<string> {
	if (id !== undefined) {
		try {
			await session.request('PATCH', `/rest/credentials/${id}`, credential);
			return id;
		} catch (error) {
			if (!(error instanceof RestError && error.status === 404)) throw error;
		}
	}
	return savedSchema.parse(await session.request('POST', '/rest/credentials', credential)).id;
}

const listSchema = z.array(z.object({ id: z.string(), type: z.string() }));

/** Removes all credentials of a type. */
export async function removeCredentials(session: Session, type: string): Promise<void> {
	const all = listSchema.parse(await session.request('GET', '/rest/credentials'));
	for (const { id } of all.filter((credential) => credential.type === type)) {
		await session.request('DELETE', `/rest/credentials/${id}`);
	}
}

const testSchema = z.object({ status: z.string(), message: z.string() });

/** What the credential's test button shows. */
export async function testCredential(
	session: Session,
	credential: Credential & { id: string },
): Promise<z.infer<typeof testSchema>> {
	return testSchema.parse(
		await session.request('POST', '/rest/credentials/test', { credentials: credential }),
	);
}
