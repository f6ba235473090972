import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  bindMigrationAwareSqlAdapterFactory,
  type ColumnType,
  ColumnTypeEnum,
  isDriverAdapterError,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
  type SqlQuery,
  type SqlResultSet,
} from '@prisma/driver-adapter-utils';
import * as wasm from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';
import type { SchemaFiles } from './migrate-files.ts';

/** Node.js has it; TypeScript's libraries know it only together with a browser. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: Readonly<Record<string, object>>,
  ) => {
    readonly exports: { readonly __wbindgen_start: () => void };
  };
};

// What wasm-bindgen's own loader does, which Node.js cannot run as it is: it imports the `.wasm` file as a module.
// Once per process, so at import: whoever needs the engine imports this file when it does.
const script = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
const program = new WebAssembly.Module(await readFile(script.replace(/\.js$/, '.wasm')));
const { exports } = new WebAssembly.Instance(program, { './schema_engine_bg.js': { ...wasm, ...timers() } });
wasm.__wbg_set_wasm(exports);
exports.__wbindgen_start();

/**
 * The engine limits its wait for a lock by a timer of ten seconds that it never clears: it must not keep the
 * process alive for that long.
 */
function timers(): Record<string, (callback: () => void, delayMs: number) => NodeJS.Timeout> {
  const names = Object.keys(wasm).filter((name) => name.startsWith('__wbg_setTimeout_'));
  return Object.fromEntries(
    names.map((name) => [name, (callback, delayMs) => setTimeout(callback, delayMs).unref()]),
  );
}

/**
 * Runs `work` with Prisma's own engine for migrations on the database at `url`. The engine is the one that `prisma
 * migrate` uses, as WebAssembly from an npm package: nothing is downloaded.
 */
export async function withSchemaEngine<Result>(
  url: string,
  files: SchemaFiles,
  work: (engine: wasm.SchemaEngine) => Promise<Result>,
): Promise<Result> {
  const pool = new pg.Pool({ connectionString: url, options: '-c TimeZone=UTC' });
  try {
    const adapter = bindMigrationAwareSqlAdapterFactory(adapt(pool));
    const datamodels: [string, string][] = [['schema.prisma', files.schema]];
    return await work(await wasm.SchemaEngine.new({ datamodels }, () => undefined, adapter));
  } finally {
    await pool.end();
  }
}

/** The pg adapter is made for queries; describing and migrating a database need two things done differently. */
function adapt(pool: pg.Pool): SqlMigrationAwareDriverAdapterFactory {
  const factory = new PrismaPg(pool);
  const connect = async () => {
    const adapter = await factory.connect();
    return Object.assign(adapter, {
      executeScript: (script: string) => executeWhole(adapter, script),
      queryRaw: withCatalogueTypes(adapter.queryRaw.bind(adapter), pool),
    });
  };
  const connectToShadowDb = () =>
    Promise.reject(new Error('Nothing is asked for that needs a shadow database.'));
  return { provider: factory.provider, adapterName: factory.adapterName, connect, connectToShadowDb };
}

/**
 * A whole file as one simple query, so that PostgreSQL makes one transaction of it. The adapter's own
 * `executeScript` cuts at every semicolon, also within strings and function bodies, and leaves half a migration
 * behind where one statement fails.
 */
async function executeWhole(adapter: SqlDriverAdapter, script: string): Promise<void> {
  await adapter.executeRaw({ sql: script, args: [], argTypes: [] });
}

/** PostgreSQL's object ids of the types in the catalogue tables that the engine reads. */
const CATALOGUE_TYPES: Readonly<Record<number, ColumnType>> = {
  16: ColumnTypeEnum.Boolean,
  18: ColumnTypeEnum.Character,
  19: ColumnTypeEnum.Text,
  20: ColumnTypeEnum.Int64,
  21: ColumnTypeEnum.Int32,
  23: ColumnTypeEnum.Int32,
  25: ColumnTypeEnum.Text,
  26: ColumnTypeEnum.Int64,
};

/** The adapter knows no `"char"`, the one-letter type of the catalogue tables: such a query is read here. */
function withCatalogueTypes(queryRaw: SqlDriverAdapter['queryRaw'], pool: pg.Pool) {
  return async (query: SqlQuery): Promise<SqlResultSet> => {
    try {
      return await queryRaw(query);
    } catch (error) {
      if (!isDriverAdapterError(error) || error.cause.kind !== 'UnsupportedNativeDataType') throw error;
      return await readCatalogue(pool, query);
    }
  };
}

async function readCatalogue(pool: pg.Pool, { sql, args }: SqlQuery): Promise<SqlResultSet> {
  const { fields, rows } = await pool.query<unknown[]>({ text: sql, values: args, rowMode: 'array' });
  return { columnNames: fields.map(({ name }) => name), columnTypes: fields.map(columnTypeOf), rows };
}

function columnTypeOf({ name, dataTypeID }: pg.FieldDef): ColumnType {
  const type = CATALOGUE_TYPES[dataTypeID];
  if (type === undefined)
    throw new Error(`The schema engine reads a column "${name}" of a type unknown here: ${dataTypeID}.`);
  return type;
}
