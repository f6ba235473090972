import { once, setMaxListeners } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { SECOND_MS } from '@mcsync/core/domain/instant';
import { createLog } from '@mcsync/core/log';
import { readSettings, type Settings } from '@mcsync/core/settings';
import type { SetupContext } from '@mcsync/core/setup/setup-context';
import { openService, type Service } from '@mcsync/core/worker/open-service';
import type { Outcome } from './outcome.ts';
import type { Output } from './output.ts';

/** What a command works with. Nothing is opened before a command asks for it. */
export interface Session {
  readonly output: Output;
  /** Fires when the user presses Ctrl-C. */
  readonly interruption: AbortSignal;
  /** Throws `UsageError` with all that is wrong with the environment. */
  settings(): Settings;
  /** Store, queue and gateways; the same each time, closed with the session. */
  service(): Promise<Service>;
  /** What setting up works with. */
  setup(): Promise<SetupContext>;
  /** A key from the command line, or from standard input where it is `-`: the command line stands in the list of processes. */
  readKey(given: string): Promise<string>;
  close(): Promise<void>;
}

/** Does a command's work and tells what came of it. */
export type Run = (work: (session: Session) => Promise<Outcome>) => Promise<void>;

export interface SessionOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable;
  readonly output: Output;
  readonly interruption: AbortSignal;
}

/** Below this nobody wonders. */
const SILENCE_MS = 1.5 * SECOND_MS;

export function createSession({ environment, stdin, output, interruption }: SessionOptions): Session {
  let settings: Settings | null = null;
  let opening: Promise<Service> | null = null;
  // One signal for all that a command waits for, many of them at once.
  setMaxListeners(0, interruption);
  const session: Session = {
    output,
    interruption,
    settings() {
      // What a worker would log is told by the command itself; only errors of ours are worth a line more.
      settings ??= readSettings({ LOG_LEVEL: 'error', ...environment });
      return settings;
    },
    service() {
      opening ??= open(session.settings(), output);
      return opening;
    },
    async setup() {
      const { store, secrets } = await session.service();
      return { store, secrets, signal: interruption };
    },
    readKey: async (given) => (given === '-' ? await readLine(stdin) : given),
    async close() {
      // Whoever could not open has told why.
      const service = await opening?.catch(() => null);
      await service?.close();
    },
  };
  return session;
}

async function open(settings: Settings, output: Output): Promise<Service> {
  const words =
    settings.databaseUrl === null ? 'Starting the embedded database…' : 'Connecting to the database…';
  const patience = setTimeout(() => output.note(words), SILENCE_MS);
  try {
    return await openService(settings, createLog(settings.logLevel));
  } finally {
    clearTimeout(patience);
  }
}

async function readLine(input: Readable): Promise<string> {
  const lines = createInterface({ input });
  const ended = once(lines, 'close').then(() => ['']);
  const [line]: unknown[] = await Promise.race([once(lines, 'line'), ended]);
  lines.close();
  return String(line).trim();
}
