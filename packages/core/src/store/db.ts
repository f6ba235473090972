import type { Prisma } from './generated/client.ts';

/** What our queries run on: the database, or a transaction of it. */
export type Db = Prisma.TransactionClient;
