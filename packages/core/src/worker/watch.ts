import { findMatters } from '../decide/find-matters.ts';
import type { Notifier } from '../notify/notifier.ts';
import { claimNotices, type Notice, recordMatters, recordNoticeSent } from '../store/alerts.ts';
import { listStandings } from '../store/standings.ts';
import type { WorkerEnvironment } from './worker-environment.ts';

/** What watching needs: no queue, so that it goes on where the queue's store is down. */
export type Watching = Pick<WorkerEnvironment, 'store' | 'installationId' | 'now' | 'log'>;

/**
 * Looks at every connection, opens and closes alerts, and tells operators what was not told yet. May run at any time, in any number of workers: what lasts is told once.
 * An alert that cannot be delivered is tried again, ever less often; it stands on the dashboard meanwhile.
 */
export async function watch(env: Watching, notifiers: readonly Notifier[]): Promise<void> {
  const { store, now } = env;
  const channels = notifiers.map(({ channel }) => channel);
  const standings = await listStandings(store.db, new Date(now()));
  const matters = standings.flatMap((standing) => findMatters(standing, now()));
  await store.transaction((tx) => recordMatters(tx, matters, channels));
  for (const notice of await claimNotices(store.db, channels)) await deliver(env, notifiers, notice);
}

async function deliver(env: Watching, notifiers: readonly Notifier[], notice: Notice): Promise<void> {
  const { alert, event, channel } = notice;
  const notifier = notifiers.find((one) => one.channel === channel);
  try {
    await notifier?.send(announce(env, notice));
    await recordNoticeSent(env.store.db, notice);
  } catch (error) {
    env.log.warn({ alert: alert.id, event, channel, err: error }, 'alert not delivered; tried again later');
  }
}

function announce({ installationId }: Watching, { alert, event }: Notice) {
  const { id, kind, code, connectionId, audienceName, message, openedAt, closedAt } = alert;
  return {
    event,
    id,
    kind,
    code,
    connectionId,
    audience: audienceName,
    message,
    openedAt: openedAt.toISOString(),
    closedAt: closedAt?.toISOString() ?? null,
    installationId,
  };
}
