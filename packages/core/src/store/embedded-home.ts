import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { canReach, findServerAccount, isRoot, type ServerAccount } from './embedded-account.ts';
import { isErrno } from './embedded-files.ts';

/** Where an embedded server keeps its files, and who owns and runs it. */
export interface EmbeddedHome {
  /** Holds `data/`, `password` and `server.log`; made together, by `createCluster`. */
  readonly dir: string;
  /** Where a copy of the programs may be put. */
  readonly spareDir: string;
  readonly account: ServerAccount;
}

/**
 * Where root's servers live when the user `postgres` cannot reach the data folder (a checkout under `/root`, say).
 */
const ELSEWHERE = '/var/lib/mcsync';
/** In the data folder: names the place elsewhere. */
const POINTER = 'postgres-is-in';
/** In the place elsewhere: names the data folder. */
const OWNER = 'belongs-to';

/**
 * Finds, or chooses, the server's home for a data folder, which is made where missing. The same answer every time;
 * not to be run twice at once.
 */
export async function findHome(dataDir: string): Promise<EmbeddedHome> {
  await mkdir(dataDir, { recursive: true });
  const real = await realpath(dataDir);
  if (!isRoot()) return { dir: join(real, 'postgres'), spareDir: real, account: null };
  const elsewhere = await readPointer(real);
  const dir = join(elsewhere ?? real, 'postgres');
  // What an ordinary user began, root goes on with as that user.
  const account = (await findOwner(dir)) ?? (await findServerAccount());
  if (elsewhere !== null || existsSync(dir) || (await canReach(account, real))) {
    return { dir, spareDir: ELSEWHERE, account };
  }
  return { dir: join(await moveElsewhere(real), 'postgres'), spareDir: ELSEWHERE, account };
}

async function findOwner(dir: string): Promise<ServerAccount> {
  if (!existsSync(dir)) return null;
  const { uid, gid } = await stat(dir);
  return uid === 0 ? null : { uid, gid };
}

async function readPointer(real: string): Promise<string | null> {
  try {
    return (await readFile(join(real, POINTER), 'utf8')).trim();
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null;
    throw error;
  }
}

async function moveElsewhere(real: string): Promise<string> {
  await removeForsaken();
  const place = join(ELSEWHERE, randomBytes(8).toString('hex'));
  await mkdir(place, { recursive: true });
  for (const folder of [ELSEWHERE, place]) await chmod(folder, 0o755); // whatever the umask
  await writeFile(join(place, OWNER), `${real}\n`);
  await writeFile(join(real, POINTER), `${place}\n`);
  return place;
}

/**
 * Clears away what belonged to temporary folders that are gone: continuous integration makes a fresh checkout each
 * time. Anything else is kept.
 */
async function removeForsaken(): Promise<void> {
  if (!existsSync(ELSEWHERE)) return;
  const temporary = `${await realpath(tmpdir())}${sep}`;
  for (const name of await readdir(ELSEWHERE)) {
    const place = join(ELSEWHERE, name);
    if (!existsSync(join(place, OWNER))) continue;
    const owner = (await readFile(join(place, OWNER), 'utf8')).trim();
    if (owner.startsWith(temporary) && !existsSync(owner)) await rm(place, { recursive: true, force: true });
  }
}
