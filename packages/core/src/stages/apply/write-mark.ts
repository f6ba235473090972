import type { WriteMark } from '../../gateways/civicrm/civicrm.ts';

/** `tracking` of our own writes begins so: it tells them from everybody else's (durability rule 9, rules E25). */
export const trackingPrefix = (installationId: string): string => `mcsync:${installationId}:`;

/** How a run's writes to CiviCRM are marked. */
export function markOf({
  installationId,
  run,
}: {
  readonly installationId: string;
  readonly run: { readonly id: number };
}): WriteMark {
  return { method: 'API', tracking: `${trackingPrefix(installationId)}R${run.id}` };
}

/** `source` of a contact made for one of our rows: found again by it after a crash (rules section 3). */
export const sourceFor = (installationId: string, memberId: number): string =>
  `mcsync:${installationId}:${memberId}`;
