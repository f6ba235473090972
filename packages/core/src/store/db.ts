import { Prisma } from './generated/client.ts';

/** What our queries run on: the database, or a transaction of it. */
export type Db = Prisma.TransactionClient;

/** Many texts as one `text[]`, where a whole page of them is handed over: as an array, Prisma and the driver look at each one by one. */
export const textArray = (texts: readonly string[]): Prisma.Sql =>
  Prisma.sql`ARRAY(SELECT jsonb_array_elements_text(${JSON.stringify(texts)}::jsonb))`;

/** The columns of rows that are handed over: their types, and what stands in them. */
export type Columns<Row> = Readonly<
  Record<
    string,
    readonly [type: 'text' | 'int' | 'boolean' | 'timestamptz' | 'jsonb', value: (row: Row) => unknown]
  >
>;

/**
 * Many rows as one parameter, to select from. Each goes as an array of its columns: half as long as records that repeat the names, and read in half the time
 * (`jsonb_to_recordset` took 26 ms for a thousand members, this 13).
 */
export function rowSource<Row>(columns: Columns<Row>): (rows: readonly Row[]) => Prisma.Sql {
  const cells = Object.entries(columns);
  const list = cells.map(([name, [type]], at) =>
    type === 'jsonb' ? `nullif(cell -> ${at}, 'null') AS ${name}` : `(cell ->> ${at})::${type} AS ${name}`,
  );
  const selected = Prisma.raw(list.join(', '));
  return (rows) => {
    const values = JSON.stringify(rows.map((row) => cells.map(([, [, value]]) => value(row))));
    return Prisma.sql`(SELECT ${selected} FROM jsonb_array_elements(${values}::jsonb) AS cell)`;
  };
}
