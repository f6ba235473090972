import type { SiteId } from '../domain/ids.ts';
import type { QueueStore } from '../queue/connect.ts';
import type { Queues } from '../queue/queues.ts';
import type { Settings } from '../settings.ts';
import { listConnections } from '../store/connections.ts';
import { getInstallation } from '../store/installation.ts';
import { listAccounts, listSites } from '../store/sites.ts';
import { lookAtAccount } from './check-account.ts';
import { isCronLine } from './check-schedule.ts';
import { lookAtSite } from './check-site.ts';
import { examineConnection } from './examine-connection.ts';
import { type Finding, findingsOf, fine, problem, warning } from './finding.ts';
import type { SetupContext } from './setup-context.ts';

export interface ExaminedService extends SetupContext {
  readonly settings: Settings;
  readonly queueStore: QueueStore;
  readonly queues: Queues;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Everything that can be checked, checked: the installation, each account and site with its rights, each connection with its audience and its group. Both systems are only read. What is wrong is a
 * finding, never a rejection.
 */
export async function examine(service: ExaminedService): Promise<readonly Finding[]> {
  const { db } = service.store;
  const [accounts, sites, connections] = await Promise.all([
    listAccounts(db),
    listSites(db),
    listConnections(db),
  ]);
  const findings = await Promise.all([
    examineInstallation(service),
    ...accounts.map(async ({ id, name }) =>
      findingsOf(
        `account ${id}`,
        await lookAtAccount(service, id),
        () => `Mailchimp accepts the key of "${name}".`,
      ),
    ),
    ...sites.map(({ id }) => examineSite(service, id)),
    ...connections.map((connection) => examineConnection(service, connection)),
  ]);
  return findings.flat();
}

async function examineInstallation(service: ExaminedService): Promise<readonly Finding[]> {
  const { writingStoppedAt } = await getInstallation(service.store.db);
  const { publicUrl, fullSyncCron } = service.settings;
  return [
    fine('database', 'PostgreSQL answers, and all migrations are applied.'),
    await examineQueue(service),
    isCronLine(fullSyncCron)
      ? fine('schedule', `Full syncs start by "${fullSyncCron}".`)
      : problem('schedule', `FULL_SYNC_CRON is no cron line of five fields: "${fullSyncCron}".`),
    writingStoppedAt === null
      ? fine('writing', 'Writing to both systems is allowed.')
      : warning('writing', 'All writing is stopped. "mcsync start" allows it again.'),
    publicUrl === null
      ? fine('webhooks', 'PUBLIC_URL is not set: changes are found by polling.')
      : fine('webhooks', `Mailchimp and CiviCRM are to reach us at ${publicUrl}.`),
  ];
}

async function examineQueue({ queueStore, queues }: ExaminedService): Promise<Finding> {
  const workers = await queues.stages.getWorkersCount();
  const place = queueStore.kind === 'redis' ? 'Redis' : 'PostgreSQL';
  return workers > 0
    ? fine('queue', `${place} carries the queue. Workers connected: ${workers}.`)
    : warning(
        'queue',
        `${place} carries the queue, and no worker is connected to it. "npm start" starts one; "mcsync sync --inline" brings its own.`,
      );
}

async function examineSite(service: ExaminedService, id: SiteId): Promise<readonly Finding[]> {
  const looked = await lookAtSite(service, id);
  const subject = `site ${id}`;
  const warnings = looked.kind === 'found' ? looked.found.warnings : [];
  return [
    ...findingsOf(
      subject,
      looked,
      ({ name, version }) => `"${name}" gives us every right. ${versionWords(version)}`,
    ),
    ...warnings.map((message) => warning(subject, message)),
  ];
}

const versionWords = (version: string | null): string =>
  version === null ? 'The API user may not ask for its version.' : `It is CiviCRM ${version}.`;
