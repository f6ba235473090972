import { Prisma } from './generated/client.ts';

/** What our queries run on: the database, or a transaction of it. */
export type Db = Prisma.TransactionClient;

/** Many texts as one `text[]`, where a whole page of them is handed over: as an array, Prisma and the driver look at each one by one. */
export const textArray = (texts: readonly string[]): Prisma.Sql =>
  Prisma.sql`ARRAY(SELECT jsonb_array_elements_text(${JSON.stringify(texts)}::jsonb))`;
