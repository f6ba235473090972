import type { Sandbox } from '@mcsync/sandbox/sandbox';
import { expect } from 'vitest';
import type { ConnectionId } from '../src/domain/ids.ts';
import { trackingPrefix } from '../src/stages/apply/write-mark.ts';
import type { Db } from '../src/store/db.ts';
import type { Household } from './world-acts.ts';

/** What we did at Mailchimp, as Mailchimp itself knows it. */
function listOwnActs({ mailchimp }: Sandbox, listId: string, to: readonly string[]) {
  return [...mailchimp.world.audience(listId).members()].flatMap(({ email, history }) =>
    history.filter((change) => change.by === 'api' && to.includes(change.to)).map(() => email.toLowerCase()),
  );
}

/** By address, how often we have made somebody `subscribed`. */
export function countSubscribing(sandbox: Sandbox, listId: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const address of listOwnActs(sandbox, listId, ['subscribed']))
    counts.set(address, (counts.get(address) ?? 0) + 1);
  return counts;
}

/**
 * I2: nobody who left by their own will in CiviCRM is made `subscribed` by us since `before`: somebody who holds the address has not. (Who left at Mailchimp itself, the sandbox's
 * Mailchimp lets nobody subscribe.)
 */
export function expectOwnWillKept(household: Household, before: ReadonlyMap<string, number>): void {
  const { sandbox, listId, addresses, past } = household;
  const now = countSubscribing(sandbox, listId);
  for (const address of addresses) {
    const key = address.trim().toLowerCase();
    if ((now.get(key) ?? 0) === (before.get(key) ?? 0)) continue;
    const holders = sandbox.civicrm.world.findHolders(address);
    const isKept = holders.length === 0 || holders.some((id) => !past.leftByOwnWill.has(id));
    expect(isKept, `I2: ${address} was subscribed, and everybody who holds it had left`).toBe(true);
  }
}

/** I3: nobody is removed from either side without a recorded decision naming the rule and the facts. */
export async function expectRemovalsOnRecord(
  db: Db,
  connection: ConnectionId,
  installationId: string,
  { sandbox, listId, groupId }: Pick<Household, 'sandbox' | 'listId' | 'groupId'>,
): Promise<void> {
  const [recorded] = await db.$queryRaw<readonly { atMailchimp: number; inCivicrm: number; mute: number }[]>`
    SELECT
      (SELECT count(*)::int FROM updates WHERE connection_id = ${connection}
        AND kind IN ('unsubscribe', 'archive', 'withdraw', 'erase')) AS "atMailchimp",
      (SELECT count(*)::int FROM decisions WHERE connection_id = ${connection}
        AND writes @> '[{"kind": "remove-from-group"}]') AS "inCivicrm",
      (SELECT count(*)::int FROM decisions WHERE connection_id = ${connection} AND kind = 'change'
        AND (rule = '' OR facts IS NULL OR facts = '{}')) AS mute`;
  const removed = listOwnActs(sandbox, listId, ['unsubscribed', 'archived']).length;
  const rows = sandbox.civicrm.world.tables.history
    .inGroupFrom(groupId, 0)
    .filter(
      ({ status, tracking }) => status === 'Removed' && tracking?.startsWith(trackingPrefix(installationId)),
    );
  expect(recorded?.mute, 'I3: decisions without rule or facts').toBe(0);
  expect(removed, 'I3: removals at Mailchimp').toBeLessThanOrEqual(recorded?.atMailchimp ?? 0);
  expect(rows.length, 'I3: removals in CiviCRM').toBeLessThanOrEqual(recorded?.inCivicrm ?? 0);
}

/** I5: no person is mailed a confirmation twice for one act. */
export function expectNoMailTwice({ sandbox, listId, addresses, past }: Household): void {
  const mails = sandbox.mailchimp.world.mails().filter((mail) => mail.listId === listId);
  for (const address of addresses) {
    const received = mails.filter(({ to }) => to.toLowerCase() === address.trim().toLowerCase()).length;
    expect(received, `I5: mails to ${address}`).toBeLessThanOrEqual(past.actsThatMayAsk);
  }
}
