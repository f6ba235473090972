import type { ConnectionId, RunId } from '../domain/ids.ts';
import { UsageError } from '../errors/sync-error.ts';
import { refuseWhereImpossible } from '../queue/run-control.ts';
import { type PersonSynced, syncPerson } from '../stages/sync-person.ts';
import { getConnection } from '../store/connections.ts';
import { inOnePiece, type QueuelessEnvironment } from './in-one-piece.ts';

/** Who is to be synced, and for whom. */
export interface PersonAsked {
  readonly connectionId: ConnectionId;
  /** In lower case. */
  readonly addresses: readonly string[];
  readonly requestedBy: string;
}

/** What came of it: the run says the rest. */
export interface PersonOutcome {
  readonly runId: RunId;
  readonly synced: PersonSynced;
}

/**
 * Syncs one person, or a few, in this process and in one piece (stages/sync-person.ts), under a run of its own. Rejects with `UsageError` while the connection cannot run or
 * was never synced (rules section 8), and with `LeaseLostError` while another run holds it.
 */
export async function syncPersonNow(env: QueuelessEnvironment, asked: PersonAsked): Promise<PersonOutcome> {
  const { connectionId, addresses, requestedBy } = asked;
  await refuseWhereImpossible(env.store, { connectionId, purpose: 'person' });
  const { firstSyncedAt } = await getConnection(env.store.db, connectionId);
  if (firstSyncedAt === null)
    throw new UsageError('NEVER_SYNCED', [
      `Connection ${connectionId} was never synced, and its first sync wants to be seen whole: "mcsync plan ${connectionId}".`,
    ]);
  const piece = { connectionId, purpose: 'person', requestedBy, onlyAddresses: addresses } as const;
  const { run, result } = await inOnePiece(env, piece, (ctx) => syncPerson(ctx, addresses));
  return { runId: run.id, synced: result };
}
