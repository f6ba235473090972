import type { ConnectionId, RunId } from '../domain/ids.ts';
import type { StageName } from '../domain/run.ts';
import { LeaseLostError } from '../errors/sync-error.ts';
import type { Db } from './db.ts';
import { Prisma } from './generated/client.ts';

/** Proof that a run may write for its connection: the lease as it was when taken (durability rule 5). */
export interface LeaseHold {
  readonly connectionId: ConnectionId;
  readonly runId: RunId;
  /** Grows with every taking: an older one is stale. */
  readonly token: number;
  /** The stage that is being worked on: once it is done, a repetition of one of its pieces that comes late writes nothing. */
  readonly stage?: StageName;
}

/** Who holds a connection now; null: nobody. */
export interface LeaseHolder {
  readonly runId: RunId;
  readonly heartbeatAt: Date | null;
}

/**
 * Takes a connection's lease for a run, where nobody holds it or the same run does (it gets a new token then). Null: another run holds it. Waits until what is being
 * written under the old token is committed. To be called within the transaction that changes the run.
 */
export async function claimLease(
  tx: Db,
  connectionId: ConnectionId,
  runId: RunId,
): Promise<LeaseHold | null> {
  await lockLease(tx, connectionId);
  const taken = await tx.$queryRaw<readonly { token: number }[]>`
    INSERT INTO leases (connection_id, run_id, token, heartbeat_at) VALUES (${connectionId}, ${runId}, 1, now())
    ON CONFLICT (connection_id) DO UPDATE SET run_id = ${runId}, token = leases.token + 1, heartbeat_at = now()
    WHERE leases.run_id IS NULL OR leases.run_id = ${runId}
    RETURNING token`;
  const token = taken[0]?.token;
  return token === undefined ? null : { connectionId, runId, token };
}

/** Frees the lease where this run holds it, whatever its token. May run twice. */
export async function releaseLease(tx: Db, connectionId: ConnectionId, runId: RunId): Promise<void> {
  await lockLease(tx, connectionId);
  await tx.$executeRaw`
    UPDATE leases SET run_id = NULL, heartbeat_at = NULL, token = token + 1
    WHERE connection_id = ${connectionId} AND run_id = ${runId}`;
}

/** The runs that hold a connection now. */
export async function listHolders(
  db: Db,
): Promise<readonly { readonly runId: RunId; readonly connectionId: ConnectionId }[]> {
  const held = await db.lease.findMany({ where: { runId: { not: null } } });
  return held.flatMap(({ runId, connectionId }) =>
    runId === null ? [] : [{ runId: runId as RunId, connectionId: connectionId as ConnectionId }],
  );
}

/** Waits for whoever writes under the lease now: an update of the row alone, which changes no key, would not. */
async function lockLease(tx: Db, connectionId: ConnectionId): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM leases WHERE connection_id = ${connectionId} FOR UPDATE`;
}

/** The lease that a run holds now; null where it holds none. */
export async function findLease(db: Db, runId: RunId): Promise<LeaseHold | null> {
  const held = await db.lease.findFirst({ where: { runId } });
  return held === null ? null : { connectionId: held.connectionId as ConnectionId, runId, token: held.token };
}

/** The run that holds a connection. */
export async function findHolder(db: Db, connectionId: ConnectionId): Promise<LeaseHolder | null> {
  const held = await db.lease.findUnique({ where: { connectionId } });
  if (held?.runId == null) return null;
  return { runId: held.runId as RunId, heartbeatAt: held.heartbeatAt };
}

/** Shows that the holder lives; every few seconds is often enough. */
export async function recordHeartbeat(db: Db, { connectionId, runId, token }: LeaseHold): Promise<void> {
  await db.$executeRaw`
    UPDATE leases SET heartbeat_at = now()
    WHERE connection_id = ${connectionId} AND run_id = ${runId} AND token = ${token} AND ${isQuiet}`;
}

/** It is a while since the holder of a lease showed that it lives. */
export const isQuiet = Prisma.sql`heartbeat_at < now() - interval '5 seconds'`;

/**
 * A row where a run still holds its lease, and the stage that it works on, if it names one, is not done. Locks both rows until the transaction ends: whoever takes the lease
 * over, or ends the stage, locks them for update, so they wait for us or we see what they did. Heartbeats and progress, which change no key, go on meanwhile.
 */
export function heldBy({ connectionId, runId, token, stage }: LeaseHold): Prisma.Sql {
  return stage === undefined
    ? Prisma.sql`
        SELECT 1 FROM leases WHERE connection_id = ${connectionId} AND run_id = ${runId} AND token = ${token} FOR KEY SHARE`
    : Prisma.sql`
        SELECT 1 FROM leases JOIN run_stages USING (run_id)
        WHERE connection_id = ${connectionId} AND run_id = ${runId} AND token = ${token} AND stage = ${stage} AND state <> 'done'
        FOR KEY SHARE`;
}

/** Whoever is told so has written nothing, and ends: the work is another's, or done. */
export const leaseLost = () =>
  new LeaseLostError(
    'LEASE_LOST',
    'Another run holds the connection now, or this stage of the run is done already.',
  );
