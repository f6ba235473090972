import { type ConnectionId, connectionId } from '@mcsync/core/domain/ids';
import type { Queues } from '@mcsync/core/queue/queues';

import { askQueue } from './ask-queue.ts';

/** When a connection is synced next by itself; null: nothing is scheduled. */
export interface NextRuns {
  readonly incremental: Date | null;
  readonly full: Date | null;
}

const NONE: NextRuns = { incremental: null, full: null };

/** Asks the queue that goes by it. One request for all connections; nothing is known where it does not answer. */
export async function listNextRuns({
  schedule,
}: Pick<Queues, 'schedule'>): Promise<(connection: ConnectionId) => NextRuns> {
  const next = new Map<ConnectionId, NextRuns>();
  const schedulers = await askQueue(() => schedule.getJobSchedulers());
  for (const { key, next: at } of schedulers ?? []) {
    const [, kind, id] = /^(incremental|full)-(\d+)$/.exec(key) ?? [];
    if (kind === undefined || at === undefined) continue;
    const connection = connectionId(Number(id));
    next.set(connection, { ...(next.get(connection) ?? NONE), [kind]: new Date(at) });
  }
  return (connection) => next.get(connection) ?? NONE;
}
