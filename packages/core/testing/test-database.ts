import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

export interface TestDatabase {
  readonly url: string;
  /** Ends every connection to it, and removes it. */
  drop(): Promise<void>;
}

/** A fresh database with all migrations applied, for one test file. It exists until `drop`. */
export const createTestDatabase = () => create(`${inject('testTemplate')} STRATEGY FILE_COPY`);

/** A fresh database without a table, for tests of migrating. It exists until `drop`. */
export const createEmptyDatabase = () => create('template0');

/** A copy of a database that nobody is connected to. It exists until `drop`. */
export const copyTestDatabase = (url: string) =>
  create(`${new URL(url).pathname.slice(1)} STRATEGY FILE_COPY`);

async function create(template: string): Promise<TestDatabase> {
  const name = `mcsync_test_${process.pid}_${randomBytes(4).toString('hex')}`;
  await onServer(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = new URL(inject('testServerUrl'));
  url.pathname = name;
  return { url: url.href, drop: () => onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function onServer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('testServerUrl') });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
