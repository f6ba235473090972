import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { UsageError } from '../errors/sync-error.ts';

/** Where to listen; `variable` is the setting that an administrator would change. */
export interface Place {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly variable: string;
}

/** A server that is answering. */
export interface Listening {
  /** Where it is reached from this machine, without a slash at the end. */
  readonly url: string;
  /** Accepts nothing new, and waits for the answers under way. */
  close(): Promise<void>;
}

/** Answers HTTP at a place. Rejects with `UsageError` where that place cannot be had. */
export async function listen(answer: RequestListener, place: Place): Promise<Listening> {
  const server = createServer(answer);
  server.listen(place.port, place.host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new UsageError('BAD_SETTINGS', [problemWith(place, cause)], { cause });
  }
  return {
    url: urlOf(server, place.host),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function problemWith({ host, port, variable }: Place, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE')
    return `Port ${port} of ${host} is taken by another program. Stop that one, or set ${variable} to a free port.`;
  if (code === 'EACCES') return `Port ${port} is not open to this user. Set ${variable} to one above 1023.`;
  return `It is not possible to listen on port ${port} of ${host} (${String(code)}). Check HOST and ${variable}.`;
}

const EVERYWHERE = ['0.0.0.0', '::'];

function urlOf(server: Server, host: string): string {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  if (EVERYWHERE.includes(host)) return `http://localhost:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
