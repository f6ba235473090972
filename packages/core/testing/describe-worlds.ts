import type { Sandbox } from '@mcsync/sandbox/sandbox';

/** Everything that a sync of this audience and group could have changed, as text: the same text, nothing was written. */
export function describeWorlds(
  { mailchimp, civicrm }: Sandbox,
  { listId, groupId }: { readonly listId: string; readonly groupId: number },
): string {
  const audience = mailchimp.world.audience(listId);
  const { contacts, emails, groupContacts, history } = civicrm.world.tables;
  const members = [...audience.members()].map(({ email, status, lastChanged, history: past }) =>
    [email, status, lastChanged, past.length].join(' '),
  );
  const mails = mailchimp.world.mails().filter((mail) => mail.listId === listId);
  const rows = groupContacts.inGroupFrom(groupId, 0);
  const holders = [...audience.members()].flatMap(({ email }) => civicrm.world.findHolders(email));
  const people = [...new Set([...rows.map((row) => row.contact_id), ...holders])].toSorted((a, b) => a - b);
  return JSON.stringify(
    {
      members,
      forgotten: audience.forgotten.size,
      mails: mails.length,
      rows: rows.map(({ contact_id, status }) => `${contact_id} ${status}`),
      history: history
        .inGroupFrom(groupId, 0)
        .map(({ id, contact_id, status }) => `${id} ${contact_id} ${status}`),
      contacts: people.map((id) => [
        contacts.get(id)?.modified_date,
        ...emails.ofContact(id).map(({ email, on_hold }) => `${email} ${on_hold}`),
      ]),
    },
    null,
    1,
  );
}
