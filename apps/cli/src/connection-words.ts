import type { Limit } from '@mcsync/core/domain/plan';
import type { Policies } from '@mcsync/core/domain/policies';
import type { Connection } from '@mcsync/core/store/connections';
import pc from 'picocolors';

/** `Newsletter ⇄ Members` */
export const pairOf = ({
  audienceName,
  groupTitle,
}: Pick<Connection, 'audienceName' | 'groupTitle'>): string => `${audienceName} ⇄ ${groupTitle}`;

/** A connection's state in a few words. */
export function stateWords({ state, fault }: Pick<Connection, 'state' | 'fault'>): string {
  if (state === 'active') return pc.green('active');
  if (state === 'paused') return `${pc.yellow('paused')}${fault === null ? '' : `: ${fault.message}`}`;
  return `${pc.red('stopped by a fault')}: ${fault?.message ?? ''}`;
}

/** A connection for programs; cursors are our own affair. */
export function connectionJson(connection: Connection) {
  const { id, accountId, siteId, audienceId, audienceName, groupId, groupTitle, state, fault } = connection;
  const { firstSyncedAt, syncedAt, fullSyncedAt } = connection;
  return {
    ...{ id, accountId, siteId, audienceId, audienceName, groupId, groupTitle, state, fault },
    ...{ firstSyncedAt, syncedAt, fullSyncedAt },
  };
}

/** All policies as they would be typed, those that have no value left out. */
export function policyTexts({ limits, ...policies }: Policies): readonly string[] {
  return [
    ...Object.entries(policies).flatMap(([name, value]) => (value === null ? [] : `${name}=${value}`)),
    ...Object.entries(limits).map(([category, limit]) => `limits.${category}=${limitText(limit)}`),
  ];
}

function limitText(limit: Limit): string {
  switch (limit.kind) {
    case 'none':
      return 'none';
    case 'number':
      return String(limit.people);
    case 'share':
      return `${Number((limit.share * 100).toFixed(3))}%`;
  }
}
