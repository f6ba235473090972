import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { SECOND_MS } from '@mcsync/core/domain/instant';
import { firstLineOf, untilEnded } from './child-process.ts';

/** The dashboard on the demo's data, and how to sign in. */
export interface DashboardProcess {
  readonly url: string;
  readonly email: string;
  readonly password: string;
  close(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('../../../dashboard/dist/main.js', import.meta.url));
const USUAL_PORT = 3000;
const PATIENCE_MS = 10 * SECOND_MS;

/** Null where the dashboard has not been compiled. It ends with the channel to us, so it cannot outlive us. */
export async function startDashboardProcess(dataDir: string): Promise<DashboardProcess | null> {
  if (!existsSync(PROGRAM)) return null;
  const [email, password] = ['demo@example.org', makePassword()];
  const child = spawn(process.execPath, [PROGRAM], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    detached: true,
    env: {
      ...process.env,
      ...{ DATA_DIR: dataDir, DATABASE_URL: '', QUEUE_URL: '', APP_SECRET: '', PUBLIC_URL: '' },
      ...{ HOST: '127.0.0.1', PORT: String(await choosePort()), LOG_LEVEL: 'error' },
      ...{ ADMIN_EMAIL: email, ADMIN_PASSWORD: password },
    },
  });
  const { stdout } = child;
  if (stdout === null) throw new Error('a child with a pipe has an output');
  const line = await firstLineOf(Object.assign(child, { stdout }), 'The dashboard');
  return {
    url: /https?:\/\/\S+/.exec(line)?.[0] ?? line,
    email,
    password,
    async close() {
      if (child.connected) child.disconnect();
      await untilEnded(child, PATIENCE_MS);
    },
  };
}

/** Easily typed; it opens a demo on this machine, for as long as that runs. */
const makePassword = (): string =>
  Array.from({ length: 4 }, () => String(randomInt(10_000)).padStart(4, '0')).join('-');

/** The usual one where it is free; else any. */
async function choosePort(): Promise<number> {
  const server = createServer();
  server.listen(USUAL_PORT, '127.0.0.1');
  try {
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return USUAL_PORT;
  } catch {
    return 0; // taken: any free one will do
  }
}
