import type { ConnectionId } from '../domain/ids.ts';
import { UsageError } from '../errors/sync-error.ts';
import { listConnections, lockForRemoval } from '../store/connections.ts';
import { countOpenUpdatesOf, type Forgotten, forgetMembers } from '../store/forget-person.ts';
import { listPersonLinks } from '../store/person-links.ts';
import { listRunsIn } from '../store/runs.ts';
import type { Store } from '../store/store.ts';

/** What was forgotten of somebody, by connection; connections that knew nothing of them are left out. */
export interface ForgottenPerson extends Forgotten {
  readonly connectionId: ConnectionId;
}

/**
 * Erases one person from our own records, in every connection: by an address of theirs, in lower case. Changes nothing on either side; somebody who is still there is a new
 * person to the next sync. Rejects with `UsageError` while a change of theirs is under way or a run holds one of the connections, having erased nothing.
 */
export async function forgetPerson(store: Store, address: string): Promise<readonly ForgottenPerson[]> {
  return await store.transaction(async (tx) => {
    const forgotten: ForgottenPerson[] = [];
    for (const { id } of await listConnections(tx)) {
      const links = await listPersonLinks(tx, id, {
        addresses: [address],
        contactIds: [],
        mailchimpContactIds: [],
      });
      if (links.length === 0) continue;
      await lockForRemoval(tx, id);
      const [running] = await listRunsIn(tx, ['planning', 'applying'], id);
      if (running !== undefined)
        throw new UsageError('CONNECTION_BUSY', [
          `Run ${running.id} holds connection ${id}. Wait for it, then try again.`,
        ]);
      const ids = links.map(({ memberId }) => memberId);
      if ((await countOpenUpdatesOf(tx, ids)) > 0)
        throw new UsageError('OPEN_UPDATES', [
          `A change for them is under way in connection ${id}. Wait until it is settled, then try again.`,
        ]);
      const addresses = [...new Set([address, ...links.flatMap((link) => link.addresses)])];
      forgotten.push({ connectionId: id, ...(await forgetMembers(tx, id, ids, addresses)) });
    }
    return forgotten;
  });
}
