import type { PersonNow } from '@mcsync/core/setup/look-at-person';
import type { Connection } from '@mcsync/core/store/connections';

/** Why nobody is known by a name: what both sides say, and what that means. */
export function absenceWords({ id, syncedAt }: Connection, now: PersonNow): string {
  const seen =
    syncedAt === null
      ? 'It was never synced.'
      : 'Somebody who came after the last sync is seen by the next one.';
  return [
    `Connection ${id} knows nobody by this.`,
    ...sideWords(now),
    ...(isSomewhere(now) ? [seen] : []),
  ].join(' ');
}

function sideWords({ mailchimp, civicrm }: PersonNow): readonly string[] {
  if (mailchimp.kind === 'obstructed') return ['Mailchimp could not be asked for them.'];
  if (civicrm.kind === 'obstructed') return ['CiviCRM could not be asked for them.'];
  const [members, contacts] = [mailchimp.found, civicrm.found];
  const live = contacts.filter(({ state }) => state === 'live');
  const added = live.filter(({ group }) => group === 'Added');
  if (members.length === 0 && contacts.length === 0)
    return ['There is no such person on either side: no contact in CiviCRM, no member at Mailchimp.'];
  return [
    ...members.map(({ address, status }) => `${address} is ${status} at Mailchimp.`),
    ...(members.length === 0 ? ['Nobody at Mailchimp has such an address.'] : []),
    ...added.map(({ contactId }) => `Contact ${contactId} is in the group.`),
    ...live
      .filter(({ group }) => group !== 'Added')
      .map(
        ({ contactId }) =>
          `Contact ${contactId} is in CiviCRM, but not in the group: nothing follows from that.`,
      ),
    ...(live.length === 0
      ? contacts.map(({ contactId }) => `Only contact ${contactId} is there, in CiviCRM’s trash.`)
      : []),
    ...(contacts.length === 0 ? ['CiviCRM has no contact with such an address.'] : []),
  ];
}

function isSomewhere({ mailchimp, civicrm }: PersonNow): boolean {
  const sides = [mailchimp, civicrm];
  return sides.some((side) => side.kind === 'obstructed' || side.found.length > 0);
}
