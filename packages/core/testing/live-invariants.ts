import type { Member } from '@mcsync/sandbox/mailchimp/member';
import type { Sandbox } from '@mcsync/sandbox/sandbox';
import { expect } from 'vitest';
import type { ConnectionId } from '../src/domain/ids.ts';
import { trackingPrefix } from '../src/stages/apply/write-mark.ts';
import type { Db } from '../src/store/db.ts';
import type { Household } from './household.ts';

/** What we did to a member, as Mailchimp itself knows it. */
const ownActs = ({ history }: Readonly<Member>, to: readonly string[]): number =>
  history.filter((change) => change.by === 'api' && to.includes(change.to)).length;

/** By Mailchimp's `contact_id`, which stays when an address changes, how often we have made somebody `subscribed`. */
export function countSubscribing({ mailchimp }: Sandbox, listId: string): ReadonlyMap<string, number> {
  const members = [...mailchimp.world.audience(listId).members()];
  return new Map(members.map((member) => [member.contactId, ownActs(member, ['subscribed'])]));
}

/**
 * I2: nobody who left by their own will in CiviCRM is made `subscribed` by us since `before`: somebody who holds the address has not. (Who left at Mailchimp itself, the sandbox's
 * Mailchimp lets nobody subscribe.)
 */
export function expectOwnWillKept(household: Household, before: ReadonlyMap<string, number>): void {
  const { sandbox, listId, addresses, past } = household;
  for (const address of addresses) {
    const member = sandbox.mailchimp.world.findMember(listId, address);
    if (member === undefined) continue;
    if (ownActs(member, ['subscribed']) === (before.get(member.contactId) ?? 0)) continue;
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
  { sandbox, listId, groupId, interests }: Pick<Household, 'sandbox' | 'listId' | 'groupId' | 'interests'>,
): Promise<void> {
  const [recorded] = await db.$queryRaw<readonly Recorded[]>`
    SELECT
      (SELECT count(*)::int FROM updates WHERE connection_id = ${connection}
        AND kind IN ('unsubscribe', 'archive', 'withdraw', 'erase')) AS "atMailchimp",
      (SELECT count(*)::int FROM decisions WHERE connection_id = ${connection}
        AND writes @> '[{"kind": "remove-from-group"}]') AS "inCivicrm",
      (SELECT count(*)::int FROM decisions WHERE connection_id = ${connection}
        AND writes @> '[{"kind": "remove-from-interest-group"}]') AS "fromInterests",
      (SELECT count(*)::int FROM decisions WHERE connection_id = ${connection} AND kind = 'change'
        AND (rule = '' OR facts IS NULL OR facts = '{}')) AS mute`;
  const members = [...sandbox.mailchimp.world.audience(listId).members()];
  const removed = members.reduce((sum, member) => sum + ownActs(member, ['unsubscribed', 'archived']), 0);
  const ownRemovals = (group: number) =>
    sandbox.civicrm.world.tables.history
      .inGroupFrom(group, 0)
      .filter(
        ({ status, tracking }) =>
          status === 'Removed' && tracking?.startsWith(trackingPrefix(installationId)),
      ).length;
  const fromInterests = interests.reduce((sum, interest) => sum + ownRemovals(interest.groupId), 0);
  expect(recorded?.mute, 'I3: decisions without rule or facts').toBe(0);
  expect(removed, 'I3: removals at Mailchimp').toBeLessThanOrEqual(recorded?.atMailchimp ?? 0);
  expect(ownRemovals(groupId), 'I3: removals in CiviCRM').toBeLessThanOrEqual(recorded?.inCivicrm ?? 0);
  expect(fromInterests, 'I3: interests').toBeLessThanOrEqual(
    (recorded?.fromInterests ?? 0) * interests.length,
  );
}

/** How often something was decided; `mute`: without a rule, or without its facts. */
interface Recorded {
  readonly atMailchimp: number;
  readonly inCivicrm: number;
  readonly fromInterests: number;
  readonly mute: number;
}

/** I1: nobody is left who is neither agreed nor on record. */
export async function expectSettled(db: Db, connection: ConnectionId): Promise<void> {
  const open = await db.member.findMany({
    where: { connectionId: connection, syncStatus: { in: ['live', 'todo'] } },
  });
  const told = open.map((row) => JSON.stringify(row)).join('\n'); // whole: a matcher would cut it
  if (open.length > 0) throw new Error(`I1: neither agreed nor on record:\n${told}`);
}

/** I5: no person is mailed a confirmation twice for one act. */
export function expectNoMailTwice({ sandbox, listId, addresses, past }: Household): void {
  const mails = sandbox.mailchimp.world.mails().filter((mail) => mail.listId === listId);
  for (const address of addresses) {
    const received = mails.filter(({ to }) => to.toLowerCase() === address.trim().toLowerCase()).length;
    expect(received, `I5: mails to ${address}`).toBeLessThanOrEqual(past.actsThatMayAsk);
  }
}
