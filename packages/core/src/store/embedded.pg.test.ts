import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type EmbeddedDatabase, openEmbedded } from './embedded.ts';
import { canReach, isRoot, type ServerAccount } from './embedded-account.ts';
import { findHome } from './embedded-home.ts';
import { findPostmaster } from './embedded-postmaster.ts';
import { dataDirectory } from './embedded-server.ts';

const USER_PROGRAM = fileURLToPath(new URL('../../testing/embedded-user.ts', import.meta.url));
const NOBODY = { uid: 65_534, gid: 65_534 };
const nobodyCanRunUs = isRoot() && (await canReach(NOBODY, fileURLToPath(new URL('.', import.meta.url))));

/** Taken down after the test, the last made first. */
const cleanUps: (() => Promise<void>)[] = [];
let dataDir: string;

beforeAll(async () => {
  dataDir = await makeFolder();
});

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

afterAll(() => removeFolder(dataDir));

test('the first start takes less than 10 s, a later one less than 2 s, and joining a running server less still', async ({
  annotate,
}) => {
  const first = await timed(() => open());
  await first.result.close();
  await serverStops(dataDir);
  const later = await timed(() => open());
  const joining = await timed(() => open());
  await Promise.all([later.result.close(), joining.result.close()]);
  await annotate(
    `embedded PostgreSQL: first start ${first.ms} ms, later ${later.ms} ms, joining ${joining.ms} ms`,
  );
  expect(first.ms).toBeLessThan(10_000);
  expect(later.ms).toBeLessThan(2_000);
  expect(joining.ms).toBeLessThan(2_000);
});

test('the server listens on the loopback address only, speaks UTF-8 and UTC, and takes nobody without its password', async () => {
  const { url, close } = await openToFinish();
  const { rows } = await query(
    url,
    `SELECT current_setting('listen_addresses') AS address, current_setting('unix_socket_directories') AS sockets,
       current_setting('server_encoding') AS encoding, current_setting('TimeZone') AS zone, 'ä' < 'b' AS sorts_by_locale`,
  );
  expect(rows).toEqual([
    { address: '127.0.0.1', sockets: '', encoding: 'UTF8', zone: 'UTC', sorts_by_locale: false },
  ]);
  const stranger = new URL(url);
  stranger.password = 'guess';
  await expect(query(stranger.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  await close();
});

test('the password is random and readable by its owner only', async () => {
  const [one, other] = [await openToFinish(), await openToFinish(await makeOwnFolder())];
  const home = await findHome(dataDir);
  expect(new URL(one.url).password).not.toBe(new URL(other.url).password);
  expect((await stat(join(home.dir, 'password'))).mode & 0o777).toBe(0o600);
});

test('processes that open one folder at the same moment share one server', async () => {
  const users = await Promise.all([startUser('hold'), startUser('hold'), startUser('hold')]);
  const own = await openToFinish();
  expect(users.map(({ url }) => url)).toEqual([own.url, own.url, own.url]);
});

test('servers of two folders run side by side', async () => {
  const [one, other] = await Promise.all([openToFinish(), openToFinish(await makeOwnFolder())]);
  await query(one.url, 'CREATE TABLE here (id integer)');
  const { rows } = await query(other.url, "SELECT to_regclass('here') AS here");
  expect(rows).toEqual([{ here: null }]);
});

test('the server goes on for others when the process that started it is killed', async () => {
  const starter = await startUser('hold');
  const other = await openToFinish();
  starter.process.kill('SIGKILL');
  await once(starter.process, 'exit');
  const { rows } = await query(other.url, 'SELECT 1 AS alive');
  expect(rows).toEqual([{ alive: 1 }]);
});

test('the server stops by itself when the last process that used it has left', async () => {
  const { close } = await open();
  await close();
  await serverStops(dataDir);
});

test('the server stops by itself when the last process that used it was killed', async () => {
  const user = await startUser('hold');
  user.process.kill('SIGKILL');
  await serverStops(dataDir);
});

test('what was committed before the writing process was killed is there afterwards', async () => {
  const writer = await startUser('write');
  const committed = await writer.killAfter(200);
  const { url } = await openToFinish();
  expect(await countNumbers(url)).toBeGreaterThanOrEqual(committed);
});

test('what was committed before writer and server were killed together is there afterwards', async () => {
  const writer = await startUser('write');
  const committed = await writer.killAfter(200);
  await killServer();
  const { url } = await openToFinish();
  expect(await countNumbers(url)).toBeGreaterThanOrEqual(committed);
});

test('a killed server is started again, on the same port, for those who use it', async () => {
  const { url } = await openToFinish();
  await killServer();
  await vi.waitFor(() => query(url, 'SELECT 1'), { timeout: 20_000 });
});

test('a postmaster.pid left behind is harmless, even if its process id now belongs to somebody else', async () => {
  const first = await open();
  const home = await findHome(dataDir);
  const file = join(dataDirectory(home), 'postmaster.pid');
  const leftBehind = await readFile(file, 'utf8');
  await first.close();
  await serverStops(dataDir);
  const stranger = startStranger(home.account);
  await writeFile(file, leftBehind.replace(/^\d+/, String(stranger.pid)));
  if (home.account !== null) await chown(file, home.account.uid, home.account.gid);
  const { url } = await openToFinish();
  expect((await query(url, 'SELECT 1 AS alive')).rows).toEqual([{ alive: 1 }]);
});

test.runIf(isRoot())('as root, a folder that the server can reach holds its files', async () => {
  const reachable = await makeOwnFolder();
  await chmod(reachable, 0o755);
  await openToFinish(reachable);
  expect((await findHome(reachable)).dir).toBe(join(reachable, 'postgres'));
});

test.runIf(isRoot())(
  'as root, a folder that the server cannot reach has its files elsewhere, and keeps them',
  async () => {
    const first = await open();
    await query(first.url, 'CREATE TABLE kept (id integer)');
    await first.close();
    await serverStops(dataDir);
    const { url } = await openToFinish();
    expect((await findHome(dataDir)).dir).not.toContain(dataDir);
    expect((await query(url, "SELECT to_regclass('kept') IS NOT NULL AS kept")).rows).toEqual([
      { kept: true },
    ]);
  },
);

test.runIf(nobodyCanRunUs)(
  'an ordinary user has a server of their own in a folder of their own, which root may share',
  async () => {
    const theirs = await makeOwnFolder();
    await chown(theirs, NOBODY.uid, NOBODY.gid);
    const { url } = await startUser('hold', theirs, NOBODY);
    expect((await query(url, 'SELECT 1 AS alive')).rows).toEqual([{ alive: 1 }]);
    expect((await stat(join(theirs, 'postgres', 'data'))).uid).toBe(NOBODY.uid);
    expect((await openToFinish(theirs)).url).toBe(url);
  },
);

function open(dir = dataDir): Promise<EmbeddedDatabase> {
  return openEmbedded({ dataDir: dir, database: 'mcsync', lingerSeconds: 0.2 });
}

async function openToFinish(dir = dataDir): Promise<EmbeddedDatabase> {
  const database = await open(dir);
  cleanUps.push(() => database.close());
  return database;
}

/** As temporary folders are: nobody else can look into it, not even the server when root runs it. */
const makeFolder = () => mkdtemp(join(tmpdir(), 'mcsync-embedded-'));

async function removeFolder(dir: string): Promise<void> {
  await serverStops(dir);
  const { dir: home } = await findHome(dir);
  await rm(home.startsWith(dir) ? home : dirname(home), { recursive: true, force: true });
  await rm(dir, { recursive: true });
}

/** A folder for one test alone. */
async function makeOwnFolder(): Promise<string> {
  const dir = await makeFolder();
  cleanUps.push(() => removeFolder(dir));
  return dir;
}

async function killServer(): Promise<void> {
  const server = await findPostmaster(dataDirectory(await findHome(dataDir)));
  expect(server).not.toBeNull();
  if (server !== null) process.kill(server.pid, 'SIGKILL');
}

function serverStops(dir: string): Promise<void> {
  return vi.waitFor(async () => expect(await findPostmaster(dataDirectory(await findHome(dir)))).toBeNull(), {
    timeout: 10_000,
  });
}

async function query(url: string, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined); // a killed server also breaks the session; the query says so
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

async function countNumbers(url: string): Promise<number> {
  const { rows } = await query(url, 'SELECT count(*)::integer AS count FROM numbers');
  return rows[0]?.count;
}

async function timed<Result>(
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly ms: number }> {
  const startedAt = performance.now();
  return { result: await work(), ms: Math.round(performance.now() - startedAt) };
}

interface User {
  readonly process: ChildProcess;
  readonly url: string;
  /** Kills it once it has said `count` times that it committed a number; returns the last number. */
  killAfter(count: number): Promise<number>;
}

/** Another process that uses the server of a folder. */
async function startUser(
  task: 'hold' | 'write',
  dir = dataDir,
  account: ServerAccount = null,
): Promise<User> {
  const child = spawn(process.execPath, ['--import', 'tsx', USER_PROGRAM, dir, task], {
    ...account,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  cleanUps.push(() => endProcess(child));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async () => JSON.parse((await lines.next()).value);
  const { url } = await next();
  const killAfter = async (count: number) => {
    for (let seen = 0; seen < count; seen += 1) await next();
    child.kill('SIGKILL');
    let last = count; // what it still said before it died
    for await (const line of lines) last = JSON.parse(line).committed;
    return last;
  };
  return { process: child, url, killAfter };
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** A process that has nothing to do with PostgreSQL, but runs as its user. */
function startStranger(account: ServerAccount): ChildProcess {
  const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { ...account, cwd: '/' });
  cleanUps.push(() => endProcess(stranger));
  return stranger;
}
