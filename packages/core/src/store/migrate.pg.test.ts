import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEmptyDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { applyMigrations, draftMigration, findDrift } from './migrate.ts';
import { readSchemaFiles, type SchemaFiles, writeMigration } from './migrate-files.ts';

const SCHEMA = `
datasource db {
  provider = "postgresql"
}

generator client {
  provider        = "prisma-client"
  output          = "./generated"
  previewFeatures = ["partialIndexes"]
}

model Person {
  id     Int     @id @default(autoincrement())
  email  String
  leftAt DateTime? @db.Timestamptz(3)

  @@unique([email], where: { leftAt: null }, map: "person_here_key")
  @@map("people")
}
`;

/** What cutting a file at its semicolons would break. */
const WITH_FUNCTION = `-- Two; in one line; of comment
CREATE FUNCTION lower_email() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.email := lower(NEW.email);
  RETURN NEW;
END
$$;
CREATE TRIGGER people_lower_email BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION lower_email();
COMMENT ON TABLE people IS 'people; and more';
`;

let dir: string;
let database: TestDatabase;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mcsync-migrate-'));
  await writeFile(join(dir, 'schema.prisma'), SCHEMA);
  database = await createEmptyDatabase();
});

afterEach(async () => {
  await database.drop();
  await rm(dir, { recursive: true });
});

test('the migrations of this repository make exactly the tables that its schema describes', async () => {
  expect(await findDrift(database.url)).toBe('');
});

test('migrations are applied in order, once, and recorded as the Prisma command line would', async () => {
  const files = await draftFirst();
  expect(await applyMigrations(database.url, files)).toEqual(['0001_people', '0002_lower']);
  expect(await applyMigrations(database.url, files)).toEqual([]);
  const { rows } = await query(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished, applied_steps_count AS steps
       FROM _prisma_migrations ORDER BY started_at`,
  );
  expect(rows).toEqual(
    files.migrations.map(({ name, checksum }) => ({ name, checksum, finished: true, steps: 1 })),
  );
});

test('a migration may hold functions, strings and comments with semicolons in them', async () => {
  await applyMigrations(database.url, await draftFirst());
  const { rows } = await query(`INSERT INTO people (email) VALUES ('WILMA@EXAMPLE.ORG') RETURNING email`);
  expect(rows).toEqual([{ email: 'wilma@example.org' }]);
});

test('processes that start at the same moment migrate once', async () => {
  const files = await draftFirst();
  const applied = await Promise.all([1, 2, 3].map(() => applyMigrations(database.url, files)));
  expect(applied.flat()).toEqual(['0001_people', '0002_lower']);
});

test('a migration that fails leaves nothing behind, and is named by every later start', async () => {
  await writeMigration(await readSchemaFiles(dir), 'broken', 'CREATE TABLE half (id integer); SELECT 1 / 0;');
  const files = await readSchemaFiles(dir);
  await expect(applyMigrations(database.url, files)).rejects.toThrow('division by zero');
  await expect(applyMigrations(database.url, files)).rejects.toThrow('0001_broken');
  expect((await query(`SELECT to_regclass('half') AS half`)).rows).toEqual([{ half: null }]);
});

test('an applied migration that was edited afterwards is noticed, and not applied again', async () => {
  const files = await draftFirst();
  await applyMigrations(database.url, files);
  await writeFile(join(dir, 'migrations', '0002_lower', 'migration.sql'), 'SELECT 1;');
  await expect(applyMigrations(database.url, await readSchemaFiles(dir))).rejects.toThrow('0002_lower');
});

test('drift is told as the SQL that is missing, down to the predicate of a partial index', async () => {
  await draftFirst();
  expect(await driftWith('email  String', 'email  String\n  name String?')).toContain(
    'ADD COLUMN     "name" TEXT',
  );
  expect(await driftWith('{ leftAt: null }', 'raw("id > 7")')).toContain('WHERE (id > 7)');
  expect(await driftWith('', '')).toBe('');
});

test('a draft is the next migration, and with it there is no drift', async () => {
  await draftFirst();
  await writeFile(
    join(dir, 'schema.prisma'),
    SCHEMA.replace('email  String', 'email  String\n  name String?'),
  );
  const file = await draftMigration(database.url, 'name', await readSchemaFiles(dir));
  expect(file).toBe(join(dir, 'migrations', '0003_name', 'migration.sql'));
  expect(await readFile(file ?? '', 'utf8')).toContain('"name" TEXT');
  expect(await draftMigration(database.url, 'nothing', await readSchemaFiles(dir))).toBeNull();
});

/** The tables of `SCHEMA`, and a second migration written by hand. */
async function draftFirst(): Promise<SchemaFiles> {
  await draftMigration(database.url, 'people', await readSchemaFiles(dir));
  await writeMigration(await readSchemaFiles(dir), 'lower', WITH_FUNCTION);
  return await readSchemaFiles(dir);
}

async function driftWith(replaced: string, by: string): Promise<string> {
  return await findDrift(database.url, {
    ...(await readSchemaFiles(dir)),
    schema: SCHEMA.replace(replaced, by),
  });
}

async function query(sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}
