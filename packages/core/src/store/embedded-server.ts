import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ServerAccount } from './embedded-account.ts';
import { type Binaries, prepareBinaries } from './embedded-binaries.ts';
import type { EmbeddedHome } from './embedded-home.ts';
import { disarmStalePidFile, findPostmaster } from './embedded-postmaster.ts';

const run = promisify(execFile);

/** The database user that owns everything in an embedded server. */
export const SUPERUSER = 'mcsync';

/** Given on every start, so that they also hold for data directories made by an older version of ours. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // One server alone, never replicated: less to write, the same safety.
  wal_level: 'minimal',
  max_wal_senders: '0',
  shared_buffers: '128MB',
  max_wal_size: '1GB',
  checkpoint_timeout: '15min',
  random_page_cost: '1.1',
  jit: 'off',
};

/** The server must not depend on the environment of whoever happened to start it. */
const ENVIRONMENT = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/local/bin:/usr/bin:/bin' };

/** The server needs a free port, and between choosing and taking it somebody else may take it. */
const ATTEMPTS = 5;
const LOOK_EVERY_MS = 10;

export interface StartOptions {
  /** Taken if it is free: those who knew the server there find it again. */
  readonly preferredPort: number | null;
  /** Over ours. */
  readonly settings: Readonly<Record<string, string>>;
}

export const dataDirectory = (home: EmbeddedHome) => join(home.dir, 'data');

/** The password of an embedded server. Readable by its owner only. */
export async function readPassword(home: EmbeddedHome): Promise<string> {
  return (await readFile(join(home.dir, 'password'), 'utf8')).trim();
}

/**
 * Starts the server of `home`, creating its data directory first where there is none, and returns when it takes
 * connections. It outlives this process. Only to be run while nobody else can start it, and while it is not
 * running.
 */
export async function startServer(home: EmbeddedHome, options: StartOptions): Promise<void> {
  const binaries = await prepareBinaries(home.account, home.spareDir);
  if (!existsSync(home.dir)) await createCluster(home, binaries);
  await disarmStalePidFile(dataDirectory(home));
  let port = options.preferredPort ?? (await findFreePort());
  for (let attempt = 1; ; attempt += 1) {
    if (await launch(home, binaries, { ...SETTINGS, ...options.settings, port: String(port) })) return;
    if (attempt === ATTEMPTS)
      throw new Error(`The embedded PostgreSQL does not start. ${await readLog(home)}`);
    port = await findFreePort();
  }
}

/** Made aside and put in place whole: a killed `initdb` leaves nothing that looks like a database. */
async function createCluster(home: EmbeddedHome, binaries: Binaries): Promise<void> {
  const unfinished = `${home.dir}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  const passwordFile = join(unfinished, 'password');
  await writeFile(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
  if (home.account !== null) await giveAway(home.account, unfinished, passwordFile);
  await run(binaries.initdb, initdbArguments(unfinished, passwordFile), {
    ...home.account,
    cwd: unfinished,
    env: ENVIRONMENT,
  });
  await rename(unfinished, home.dir);
}

async function giveAway(
  { uid, gid }: NonNullable<ServerAccount>,
  ...paths: readonly string[]
): Promise<void> {
  await Promise.all(paths.map((path) => chown(path, uid, gid)));
}

/**
 * Text sorts by code point wherever it runs: PostgreSQL's built-in locale needs neither the system's locales nor
 * ICU.
 */
const initdbArguments = (dir: string, passwordFile: string) => [
  `--pgdata=${join(dir, 'data')}`,
  `--username=${SUPERUSER}`,
  `--pwfile=${passwordFile}`,
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--no-instructions',
];

/** False when the server ended instead of becoming ready; its log says why. */
async function launch(
  home: EmbeddedHome,
  binaries: Binaries,
  settings: Readonly<Record<string, string>>,
): Promise<boolean> {
  const log = await open(join(home.dir, 'server.log'), 'w', 0o600);
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  try {
    const server = spawn(binaries.postgres, ['-D', dataDirectory(home), ...flags], {
      ...home.account,
      detached: true,
      cwd: home.dir,
      env: ENVIRONMENT,
      stdio: ['ignore', log.fd, log.fd],
    });
    await once(server, 'spawn');
    server.unref();
    return await becomesReady(server, dataDirectory(home));
  } finally {
    await log.close();
  }
}

/** However long it takes: after a crash of a large database, it first replays what it had written ahead. */
async function becomesReady(server: ChildProcess, dir: string): Promise<boolean> {
  while (server.exitCode === null && server.signalCode === null) {
    const postmaster = await findPostmaster(dir);
    if (postmaster?.pid === server.pid && postmaster?.isReady === true) return true;
    await delay(LOOK_EVERY_MS);
  }
  return false;
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** The end of the server's log, where it says why it stopped. */
async function readLog(home: EmbeddedHome): Promise<string> {
  return (await readFile(join(home.dir, 'server.log'), 'utf8')).split('\n').slice(-6).join('\n').trim();
}
