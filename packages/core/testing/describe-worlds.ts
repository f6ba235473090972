import type { Sandbox } from '@mcsync/sandbox/sandbox';

/** An audience and a group, and the groups of interests that are paired. */
export interface DescribedPlace {
  readonly listId: string;
  readonly groupId: number;
  readonly interests?: readonly { readonly groupId: number }[];
}

/** Everything that a sync of this audience and group could have changed, as text: the same text, nothing was written. */
export function describeWorlds(
  { mailchimp, civicrm }: Sandbox,
  { listId, groupId, interests = [] }: DescribedPlace,
): string {
  const audience = mailchimp.world.audience(listId);
  const { contacts, emails, groupContacts, history } = civicrm.world.tables;
  const members = [...audience.members()].map(({ email, status, lastChanged, history: past, ...member }) =>
    [email, status, lastChanged, past.length, ...member.interests, JSON.stringify(member.mergeValues)].join(
      ' ',
    ),
  );
  const mails = mailchimp.world.mails().filter((mail) => mail.listId === listId);
  const rows = groupContacts.inGroupFrom(groupId, 0);
  const interestRows = interests.flatMap((one) => groupContacts.inGroupFrom(one.groupId, 0));
  const holders = [...audience.members()].flatMap(({ email }) => civicrm.world.findHolders(email));
  // So that a difference names somebody.
  const who = (contact: number) => `${contact} ${emails.ofContact(contact)[0]?.email ?? ''}`;
  const people = [...new Set([...rows.map((row) => row.contact_id), ...holders])].toSorted((a, b) => a - b);
  return JSON.stringify(
    {
      members,
      forgotten: audience.forgotten.size,
      mails: mails.length,
      rows: rows.map(({ contact_id, status }) => `${who(contact_id)} ${status}`),
      interests: interestRows.map((row) => `${row.group_id} ${who(row.contact_id)} ${row.status}`),
      history: history
        .inGroupFrom(groupId, 0)
        .map(({ id, contact_id, status }) => `${id} ${who(contact_id)} ${status}`),
      contacts: people.map((id) => [
        contacts.get(id)?.modified_date,
        contacts.get(id)?.first_name,
        contacts.get(id)?.last_name,
        ...emails.ofContact(id).map(({ email, on_hold }) => `${email} ${on_hold}`),
      ]),
    },
    null,
    1,
  );
}

/** Two descriptions that say the same; otherwise the lines that differ: a matcher would cut them. */
export function expectSameText(before: string, after: string, why: string): void {
  if (before === after) return;
  const [old, fresh] = [new Set(before.split('\n')), new Set(after.split('\n'))];
  const gone = [...old].filter((line) => !fresh.has(line)).map((line) => `- ${line}`);
  const come = [...fresh].filter((line) => !old.has(line)).map((line) => `+ ${line}`);
  throw new Error([why, ...gone, ...come].join('\n'));
}
