import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import type { Response } from 'express';

/** A row of a file: a value for each column. */
export type CsvRow = Readonly<Record<string, string | number | null>>;

/** A file of rows, before it is sent. */
export interface CsvFile {
  readonly name: string;
  readonly columns: readonly string[];
  readonly pages: AsyncIterable<readonly CsvRow[]>;
}

/**
 * Streams rows as a CSV file, a page at a time: memory stays flat however many there are. What a spreadsheet would take for a formula is made text (`=`, `+`, `-`, `@` at the beginning get an
 * apostrophe before them). Ends early where the reader has gone.
 */
export async function sendCsv(response: Response, { name, columns, pages }: CsvFile): Promise<void> {
  response.status(200).set('cache-control', 'no-store').type('text/csv; charset=utf-8').attachment(name);
  // A byte order mark tells Excel that it is UTF-8.
  const file = stringify({ header: true, columns: [...columns], escape_formulas: true, bom: true });
  await pipeline(Readable.from(rowsOf(pages)), file, response);
}

async function* rowsOf(pages: AsyncIterable<readonly CsvRow[]>): AsyncGenerator<CsvRow> {
  for await (const page of pages) yield* page;
}
