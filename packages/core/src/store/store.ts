import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import type { Db } from './db.ts';
import { PrismaClient } from './generated/client.ts';
import { heldBy, type LeaseHold, leaseLost } from './leases.ts';
import { databaseUnavailable } from './unavailable.ts';

/** The data of the service. One per process; close it to end the process. */
export interface Store {
  /** For reads, and for writes of one statement that need no lease. */
  readonly db: Db;
  /** All of it or nothing; repeated from the start where PostgreSQL found a deadlock. */
  transaction<Result>(work: (tx: Db) => Promise<Result>): Promise<Result>;
  /**
   * As `transaction`, for a run: rejects with `LeaseLostError`, having written nothing, where the lease was taken over (durability rule 5) or the stage is done.
   * Nobody can take it over, or end the stage, before the work is committed.
   */
  fenced<Result>(lease: LeaseHold, work: (tx: Db) => Promise<Result>): Promise<Result>;
  /** Calls `listener` with the payload of every notification on a channel, until the function returned is called. */
  listen(channel: string, listener: (payload: string) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

const TRANSACTION_LIMITS = { maxWait: 60_000, timeout: 120_000 };
const MOST_TRIES = 6;
/** PostgreSQL: deadlock_detected, serialization_failure. */
const TRY_AGAIN = ['40P01', '40001'];

/**
 * Opens the store on a migrated PostgreSQL. `connections` bounds this process's simultaneous queries. Dates are read and written as UTC whatever the server's zone:
 * the adapter drops offsets instead of converting them.
 */
export async function openStore({
  url,
  connections = 10,
}: {
  url: string;
  connections?: number;
}): Promise<Store> {
  const pool = new pg.Pool({ connectionString: url, options: '-c TimeZone=UTC', max: connections });
  // An idle connection that breaks is replaced at the next query; who queries meets the error.
  pool.on('error', () => undefined);
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool), transactionOptions: TRANSACTION_LIMITS });
  await checkReachable(prisma);
  const transaction: Store['transaction'] = (work) => withRetries(() => prisma.$transaction(work));
  return {
    db: prisma,
    transaction,
    fenced: (lease, work) =>
      transaction(async (tx) => {
        await holdLease(tx, lease);
        return await work(tx);
      }),
    listen: (channel, listener) => listen(url, channel, listener),
    close: async () => {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

async function checkReachable(prisma: PrismaClient): Promise<void> {
  try {
    await prisma.$queryRaw`SELECT 1`;
  } catch (cause) {
    throw databaseUnavailable(cause);
  }
}

/** Until the transaction ends. */
async function holdLease(tx: Db, lease: LeaseHold): Promise<void> {
  const held = await tx.$queryRaw<readonly unknown[]>`${heldBy(lease)}`;
  if (held.length === 0) throw leaseLost();
}

async function withRetries<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries >= MOST_TRIES || !isWorthAnotherTry(error)) throw error;
    }
  }
}

function isWorthAnotherTry(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const codes = [Reflect.get(cause, 'code'), Reflect.get(cause, 'originalCode'), sqlState(cause)];
    if (codes.includes('P2034') || codes.some((code) => TRY_AGAIN.some((state) => state === code)))
      return true;
  }
  return false;
}

/** Prisma wraps the driver's error: its state stands in `meta`. */
function sqlState(error: Error): unknown {
  const meta: unknown = Reflect.get(error, 'meta');
  if (typeof meta !== 'object' || meta === null) return undefined;
  const driverError: unknown = Reflect.get(meta, 'driverAdapterError');
  const cause: unknown =
    typeof driverError === 'object' && driverError !== null ? Reflect.get(driverError, 'cause') : undefined;
  return typeof cause === 'object' && cause !== null
    ? Reflect.get(cause, 'originalCode')
    : Reflect.get(meta, 'code');
}

async function listen(
  url: string,
  channel: string,
  listener: (payload: string) => void,
): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: url });
  client.on('notification', ({ payload }) => listener(payload ?? ''));
  client.on('error', () => undefined);
  await client.connect();
  await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
  return () => client.end();
}
