import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One folder of prisma/migrations. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
  /** As Prisma keeps it in `_prisma_migrations`: SHA-256 of the file, in hexadecimal digits. */
  readonly checksum: string;
}

/** What the repository says the database should be. */
export interface SchemaFiles {
  /** The folder `prisma`. */
  readonly dir: string;
  /** The text of `schema.prisma`. */
  readonly schema: string;
  /** In the order in which they apply. */
  readonly migrations: readonly Migration[];
}

/**
 * Reads the repository's schema and migrations, or those of another folder. Throws where there is no
 * `schema.prisma`.
 */
export async function readSchemaFiles(dir = findPrismaDir()): Promise<SchemaFiles> {
  const schema = await readFile(join(dir, 'schema.prisma'), 'utf8');
  return { dir, schema, migrations: await readMigrations(join(dir, 'migrations')) };
}

/** Adds a migration after the last one, and returns its file. */
export async function writeMigration(files: SchemaFiles, name: string, sql: string): Promise<string> {
  const last = Number.parseInt(files.migrations.at(-1)?.name ?? '0', 10);
  const file = join(files.dir, 'migrations', `${String(last + 1).padStart(4, '0')}_${name}`, 'migration.sql');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, sql);
  return file;
}

async function readMigrations(dir: string): Promise<readonly Migration[]> {
  if (!existsSync(dir)) return [];
  const entries = await readdir(dir, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return await Promise.all(names.sort().map((name) => readMigration(dir, name)));
}

async function readMigration(dir: string, name: string): Promise<Migration> {
  const sql = await readFile(join(dir, name, 'migration.sql'), 'utf8');
  return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
}

/** The same from `src` and from `dist`: the nearest folder above us that has a `prisma` in it. */
function findPrismaDir(): string {
  let above = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(above, 'prisma', 'schema.prisma'))) {
    const next = dirname(above);
    if (next === above) throw new Error('There is no prisma/schema.prisma in any folder above this program.');
    above = next;
  }
  return join(above, 'prisma');
}
