import type { Mapping } from '@mcsync/core/domain/pairings';
import type { Limit } from '@mcsync/core/domain/plan';
import type { Policies } from '@mcsync/core/domain/policies';
import type { Connection } from '@mcsync/core/store/connections';
import type { PairedInterest } from '@mcsync/core/store/pairings';
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

/** `Hiking (9143cf3bd1) ⇄ Hikers (group 12)`, and what is wrong with it. */
export function interestWords(interest: PairedInterest): string {
  const { interestId, interestName, groupId, groupTitle, syncedAt, fault } = interest;
  const pair = `${interestName} (${interestId}) ⇄ ${groupTitle} (group ${groupId})`;
  if (fault !== null) return `${pair}  ${pc.red('stopped by a fault')}: ${fault.message}`;
  return syncedAt === null ? `${pair}  ${pc.dim('not synced yet')}` : pair;
}

/** `first_name ⇄ FNAME`, with what is not as usual. */
export function mappingWords({ fieldPath, mergeTag, direction, conflict, empty }: Mapping): string {
  const arrow = { both: '⇄', 'civicrm-to-mailchimp': '→', 'mailchimp-to-civicrm': '←' }[direction];
  const more = [
    ...(conflict === 'mailchimp' ? ['Mailchimp wins'] : []),
    ...(empty === 'clears' ? ['empty clears'] : []),
  ];
  return `${fieldPath} ${arrow} ${mergeTag}${more.length > 0 ? ` (${more.join(', ')})` : ''}`;
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
