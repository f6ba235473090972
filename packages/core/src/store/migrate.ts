import { randomBytes } from 'node:crypto';
import type { SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';
import { readSchemaFiles, type SchemaFiles, writeMigration } from './migrate-files.ts';
import { databaseUnavailable } from './unavailable.ts';

/** Held while a process migrates: others wait, and then find nothing left to do. */
const MIGRATING = 7_241_003;

const FILTERS = { externalTables: [], externalEnums: [] };

/**
 * Brings the database at `url` up to the repository's migrations, with the records that `prisma migrate deploy`
 * would keep, and returns the names of those it applied. May run twice, and at once. Throws where a migration fails
 * (which then leaves nothing behind but its record) or failed before.
 */
export async function applyMigrations(url: string, files?: SchemaFiles): Promise<readonly string[]> {
  const wanted = files ?? (await readSchemaFiles());
  return await withClient(url, async (client) => {
    if (await isUpToDate(client, wanted)) return []; // the usual start
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATING]); // until the session ends
    if (await isUpToDate(client, wanted)) return []; // another process was first
    return await withEngine(url, wanted, (engine) => apply(engine, wanted));
  });
}

/**
 * The SQL by which schema.prisma and the migrations differ, tried on a database of its own on the server at `url`;
 * `''` where they are equal.
 */
export async function findDrift(url: string, files?: SchemaFiles): Promise<string> {
  const wanted = files ?? (await readSchemaFiles());
  return await withScratchDatabase(url, (scratch) =>
    withEngine(scratch, wanted, async (engine) => {
      await apply(engine, wanted);
      return await diff(engine, wanted);
    }),
  );
}

/**
 * Writes what the migrations lack of schema.prisma as the next migration, to be read and completed by hand, and
 * returns its file; `null` where they lack nothing.
 */
export async function draftMigration(url: string, name: string, files?: SchemaFiles): Promise<string | null> {
  const wanted = files ?? (await readSchemaFiles());
  const sql = await findDrift(url, wanted);
  return sql === '' ? null : await writeMigration(wanted, name, sql);
}

/** The engine takes a moment to load, which most starts of most processes can save. */
async function withEngine<Result>(
  url: string,
  files: SchemaFiles,
  work: (engine: SchemaEngine) => Promise<Result>,
) {
  const { withSchemaEngine } = await import('./migrate-engine.ts');
  return await withSchemaEngine(url, files, work);
}

async function apply(engine: SchemaEngine, files: SchemaFiles): Promise<readonly string[]> {
  try {
    const { appliedMigrationNames } = await engine.applyMigrations({
      migrationsList: listFor(files),
      filters: FILTERS,
    });
    return appliedMigrationNames;
  } catch (cause) {
    throw new Error(`The database could not be migrated: ${messageOf(cause)}`, { cause });
  }
}

/** The engine's words without its stack. */
const messageOf = (error: unknown) =>
  String(error instanceof Error ? error.message : error).split('\n   0: ')[0];

async function diff(engine: SchemaEngine, { dir, schema }: SchemaFiles): Promise<string> {
  const written = [{ path: 'schema.prisma', content: schema }];
  const { exitCode, stdout } = await engine.diff({
    from: { tag: 'schemaDatasource', files: written, configDir: dir },
    to: { tag: 'schemaDatamodel', files: written },
    script: true,
    exitCode: true,
    filters: FILTERS,
  });
  return exitCode === 0 ? '' : (stdout ?? '');
}

function listFor({ dir, migrations }: SchemaFiles) {
  return {
    baseDir: dir,
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: migrations.map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value: sql } },
    })),
  };
}

/**
 * Whether every migration is on record as applied. Throws where one was changed afterwards: nobody knows then what
 * the database is like.
 */
async function isUpToDate(client: pg.Client, { migrations }: SchemaFiles): Promise<boolean> {
  const applied = await listApplied(client);
  const missing = migrations.filter(({ name }) => !applied.has(name));
  const edited = migrations.filter(({ name, checksum }) => (applied.get(name) ?? checksum) !== checksum);
  if (edited.length === 0) return missing.length === 0;
  const names = edited.map(({ name }) => name).join(', ');
  throw new Error(
    `Edited after they were applied to this database: ${names}. Write a further migration instead.`,
  );
}

/** Checksums of the applied migrations, by name. */
async function listApplied(client: pg.Client): Promise<ReadonlyMap<string, string>> {
  const { rowCount } = await client.query(
    "SELECT FROM pg_tables WHERE schemaname = current_schema() AND tablename = '_prisma_migrations'",
  );
  if (rowCount === 0) return new Map();
  const { rows } = await client.query<{ name: string; checksum: string }>(
    `SELECT migration_name AS name, checksum FROM _prisma_migrations
      WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`,
  );
  return new Map(rows.map(({ name, checksum }) => [name, checksum]));
}

async function withClient<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect().catch((cause: unknown) => {
    throw databaseUnavailable(cause);
  });
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function withScratchDatabase<Result>(
  url: string,
  work: (scratch: string) => Promise<Result>,
): Promise<Result> {
  const name = `mcsync_scratch_${randomBytes(6).toString('hex')}`;
  const scratch = new URL(url);
  scratch.pathname = name;
  return await withClient(url, async (client) => {
    await client.query(`CREATE DATABASE ${name} TEMPLATE template0`);
    try {
      return await work(scratch.href);
    } finally {
      await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
    }
  });
}
