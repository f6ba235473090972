import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The user that owns and runs the server; `null` is the user who runs us. */
export type ServerAccount = { readonly uid: number; readonly gid: number } | null;

const USER = 'postgres';

/** PostgreSQL refuses to run as root. */
export const isRoot = () => process.getuid?.() === 0;

/** Who runs root's servers: the system's user `postgres`, made where missing. */
export async function findServerAccount(): Promise<ServerAccount> {
  return (await lookUp(USER)) ?? (await createUser());
}

async function createUser(): Promise<ServerAccount> {
  try {
    await run('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--shell',
      '/usr/sbin/nologin',
      USER,
    ]);
  } catch (cause) {
    const account = await lookUp(USER); // another process may have made it meanwhile
    if (account !== null) return account;
    throw new Error(
      `PostgreSQL does not run as root, and its user "${USER}" could not be made. Run this as an ordinary user, or set DATABASE_URL.`,
      { cause },
    );
  }
  return await lookUp(USER);
}

async function lookUp(user: string): Promise<ServerAccount> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', user]), run('id', ['-g', user])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return null; // `id` fails where there is no such user
  }
}

/** Whether `account` can look into the folder, and so into what lies under it, if that does not say otherwise. */
export const canReach = (account: ServerAccount, folder: string) =>
  succeedsAs(account, 'test -r "$1" && test -x "$1"', folder);

/** Whether `account` can run the program. */
export const canRun = (account: ServerAccount, program: string) =>
  succeedsAs(account, 'test -x "$1"', program);

async function succeedsAs(account: ServerAccount, script: string, path: string): Promise<boolean> {
  try {
    await run('/bin/sh', ['-c', script, 'sh', path], { ...account, cwd: '/' });
    return true;
  } catch {
    return false; // the shell's test says no by its exit code
  }
}
