import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { openEmbedded } from '../src/store/embedded.ts';
import { applyMigrations } from '../src/store/migrate.ts';
import { readSchemaFiles, type SchemaFiles } from '../src/store/migrate-files.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The server, with a database from which nothing is lost. */
    readonly testServerUrl: string;
    /** The name of a database of that server with all migrations applied, to be cloned. */
    readonly testTemplate: string;
  }
}

const DATA_DIR = fileURLToPath(new URL('../../../.data/test', import.meta.url));
/** Held while a run makes the template, or clears up: several may run at once. */
const PREPARING = 7_241_004;
/** Whatever a test loses in a power cut can be made again. */
const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  // Test files run side by side, with several workers each.
  max_connections: '500',
};

/**
 * Vitest's global set-up for tests on PostgreSQL: one server for all test files, with a migrated template. The
 * server is embedded, and kept between runs; `TEST_DATABASE_URL` names another. (Not `DATABASE_URL`: tests make and
 * drop databases, and that one may be somebody's real server.)
 * @public called by Vitest
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const configured = process.env['TEST_DATABASE_URL'];
  const server =
    configured === undefined
      ? await openEmbedded({ dataDir: DATA_DIR, database: 'postgres', settings: SETTINGS })
      : { url: configured, close: async () => undefined };
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  const template = await prepare(client, server.url);
  await client.end();
  project.provide('testServerUrl', server.url);
  project.provide('testTemplate', template);
  return () => server.close();
}

async function prepare(client: pg.Client, url: string): Promise<string> {
  const files = await readSchemaFiles();
  await client.query('SELECT pg_advisory_lock($1)', [PREPARING]); // until the session ends
  await dropForsaken(client);
  return await ensureTemplate(client, url, files);
}

/** Named after the migrations, so that a changed one gets a template of its own. */
async function ensureTemplate(client: pg.Client, url: string, files: SchemaFiles): Promise<string> {
  const digest = createHash('sha256').update(files.migrations.map(({ checksum }) => checksum).join());
  const template = `mcsync_template_${digest.digest('hex').slice(0, 16)}`;
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [template]);
  if (rowCount !== 0) return template;
  // Under another name until it is complete: a killed run leaves no half template.
  const unfinished = `${template}_unfinished`;
  await client.query(`DROP DATABASE IF EXISTS ${unfinished} WITH (FORCE)`);
  await client.query(`CREATE DATABASE ${unfinished} TEMPLATE template0`);
  const target = new URL(url);
  target.pathname = unfinished;
  await applyMigrations(target.href, files);
  await client.query(`ALTER DATABASE ${unfinished} RENAME TO ${template}`);
  return template;
}

/**
 * Drops what killed runs left behind. A test's database carries the process id of its run, and a run is there while
 * its process is.
 */
async function dropForsaken(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ datname: string }>(
    "SELECT datname FROM pg_database WHERE datname LIKE 'mcsync\\_test\\_%'",
  );
  for (const { datname } of rows) {
    if (!isRunning(Number(datname.split('_')[2])))
      await client.query(`DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`);
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false; // no such process
  }
}
