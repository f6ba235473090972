import type { IncomingMessage } from 'node:http';

/** PHP's `post_max_size`: of a larger body nothing is read, without an error (civicrm-api.md 1.2). */
const POST_MAX_BYTES = 8 * 1024 * 1024;

/** The form fields of a request. */
export interface Form {
  readonly query: URLSearchParams;
  readonly body: URLSearchParams;
}

/**
 * Reads query and body. A body that is not form-encoded, JSON for example, is read and forgotten. Undefined: the caller gave up before
 * the end of it.
 */
export async function readForm(request: IncomingMessage): Promise<Form | undefined> {
  const query = new URL(request.url ?? '/', 'http://localhost').searchParams;
  const body = await readBody(request);
  if (body === undefined) return undefined;
  const isForm = (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  const isRead = isForm && body.length <= POST_MAX_BYTES;
  return { query, body: new URLSearchParams(isRead ? body.toString('utf8') : '') };
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk);
  } catch (error) {
    if (request.readableAborted) return undefined;
    throw error;
  }
  return Buffer.concat(chunks);
}

/** A field as PHP's `$_REQUEST` has it: the body's before the query's. */
export const formField = ({ query, body }: Form, name: string): string | undefined =>
  body.get(name) ?? query.get(name) ?? undefined;
