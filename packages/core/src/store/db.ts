import { Prisma } from './generated/client.ts';

/** What our queries run on: the database, or a transaction of it. */
export type Db = Prisma.TransactionClient;

/**
 * As JSON that PostgreSQL takes: it stores neither NUL nor half a surrogate pair, and one such character in one name would stop everybody's sync. Well-formed
 * characters are never escaped so.
 */
function toJson(value: unknown): string {
  const json = JSON.stringify(value);
  return json.includes('\\u') ? json.replace(UNSTORABLE, '$1\ufffd') : json;
}
const UNSTORABLE = /((?<!\\)(?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g;

/** Many texts as one `text[]`, where a whole page of them is handed over: as an array, Prisma and the driver look at each one by one. */
export const textArray = (texts: readonly string[]): Prisma.Sql =>
  Prisma.sql`ARRAY(SELECT jsonb_array_elements_text(${toJson(texts)}::jsonb))`;

/** Many ids as one `int[]`, for the same reason. */
export const idArray = (ids: Iterable<number>): Prisma.Sql => Prisma.sql`${`{${[...ids].join(',')}}`}::int[]`;

/** How the cell at a place is read as a type. */
const CELLS = {
  text: (at: number) => `cell ->> ${at}`,
  int: (at: number) => `(cell ->> ${at})::int`,
  boolean: (at: number) => `(cell ->> ${at})::boolean`,
  /** Milliseconds since 1970. */
  instant: (at: number) => `to_timestamp((cell ->> ${at})::float8 / 1000)`,
  'text[]': (at: number) => `ARRAY(SELECT jsonb_array_elements_text(cell -> ${at}))`,
  jsonb: (at: number) => `nullif(cell -> ${at}, 'null')`,
};

/** The columns of rows that are handed over: their types, and what stands in them. */
export type Columns<Row> = Readonly<
  Record<string, readonly [type: keyof typeof CELLS, value: (row: Row) => unknown]>
>;

/**
 * Many rows as one parameter, to select from. Each goes as an array of its columns: half as long as records that repeat the names, and read in half the time
 * (`jsonb_to_recordset` took 26 ms for a thousand members, this 13). `OFFSET 0`: each cell is
 * taken out of its row once, however often it is used.
 */
export function rowSource<Row>(columns: Columns<Row>): (rows: readonly Row[]) => Prisma.Sql {
  const cells = Object.entries(columns);
  const list = cells.map(([name, [type]], at) => `${CELLS[type](at)} AS ${name}`);
  const selected = Prisma.raw(list.join(', '));
  return (rows) => {
    const values = toJson(rows.map((row) => cells.map(([, [, value]]) => value(row))));
    return Prisma.sql`(SELECT ${selected} FROM jsonb_array_elements(${values}::jsonb) AS cell OFFSET 0)`;
  };
}
