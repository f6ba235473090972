import type { MemberId } from '@mcsync/core/domain/ids';
import { UsageError } from '@mcsync/core/errors/sync-error';
import { RETRIED, versioned } from '@mcsync/core/queue/queues';
import { refuseWhereImpossible } from '@mcsync/core/queue/run-control';
import { recordAct } from '@mcsync/core/store/acts';
import type { Connection } from '@mcsync/core/store/connections';
import type { Dependencies } from '../dependencies.ts';
import { saying } from '../html/said.tsx';
import { type Handle, redirect } from '../page.ts';
import { getPersonOf } from '../pages/person.tsx';
import { whoOf } from '../signed-in.ts';

/** Has a worker sync one person, in somebody's name. Rejects with `UsageError` where the connection cannot run, or was never synced (rules section 8). */
export async function syncPersonFor(
  { store, queues }: Pick<Dependencies, 'store' | 'queues'>,
  who: string,
  { id: connectionId, firstSyncedAt }: Connection,
  memberId: MemberId,
): Promise<void> {
  await refuseWhereImpossible(store, { connectionId, purpose: 'person' });
  if (firstSyncedAt === null)
    throw new UsageError('NEVER_SYNCED', [
      'This connection was never synced. Its first sync wants to be seen whole, and approved.',
    ]);
  await queues.persons.add('sync', versioned({ connectionId, memberId, requestedBy: who }), RETRIED);
  await recordAct(store.db, { who, kind: 'person-synced', connectionId, note: `row ${memberId}` });
}

export const syncPersonNow: Handle = async (visit, deps) => {
  const { connection, memberId } = await getPersonOf(visit, deps);
  await syncPersonFor(deps, whoOf(visit).email, connection, memberId);
  return redirect(saying(`/connections/${connection.id}/people/${memberId}`, 'person-asked'));
};
