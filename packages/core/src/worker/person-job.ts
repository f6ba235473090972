import { addressKey } from '../domain/email.ts';
import { LeaseLostError, TransientError } from '../errors/sync-error.ts';
import type { PersonJob } from '../queue/queues.ts';
import { listPersonRecordsOf } from '../store/person-records.ts';
import { syncPersonNow } from './sync-person-now.ts';
import type { WorkerEnvironment } from './worker-environment.ts';

/**
 * Syncs the person of a row now, by all addresses that we know of them. Somebody whose row is gone meanwhile is nobody to sync. Rejects with `TransientError` while a
 * run holds the connection, so that it is tried again after it. May run twice: the second time there is nothing to do.
 */
export async function runPersonJob(env: WorkerEnvironment, job: PersonJob): Promise<void> {
  const { connectionId, memberId, requestedBy } = job;
  const records = await listPersonRecordsOf(env.store.db, connectionId, memberId);
  const addresses = records.flatMap(({ link: { mailchimp, civicrm } }) => [
    ...(mailchimp === null ? [] : [mailchimp.address]),
    ...(civicrm?.addresses ?? []),
  ]);
  const keys = [...new Set(addresses.map(addressKey))].filter((key) => key !== '');
  if (keys.length === 0) return;
  try {
    await syncPersonNow(env, { connectionId, addresses: keys, requestedBy });
  } catch (error) {
    if (error instanceof LeaseLostError)
      throw new TransientError('CONNECTION_BUSY', error.message, { cause: error });
    throw error;
  }
}
