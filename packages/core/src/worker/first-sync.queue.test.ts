import type { Charity } from '@mcsync/sandbox/scenario';
import { expect, test } from 'vitest';
import { QUEUE_STORES, startTestService, type TestService } from '../../testing/test-service.ts';

const NOTHING = {
  created: 0,
  addedToGroup: 0,
  removedFromGroup: 0,
  subscribed: 0,
  unsubscribed: 0,
  archived: 0,
  pending: 0,
  held: 0,
  open: 0,
};

/** Who is what on both sides, by address. */
function describeSides({ sandbox }: TestService, { listId, groupId }: Charity) {
  const { mailchimp, civicrm } = sandbox;
  const { emails, groupContacts, contacts } = civicrm.world.tables;
  const addressesOf = (contact: number) => emails.ofContact(contact).map(({ email }) => email);
  return {
    members: [...mailchimp.world.audience(listId).members()]
      .map(({ email, status }) => `${email} ${status}`)
      .toSorted(),
    group: groupContacts
      .inGroupFrom(groupId, 0)
      .map(({ contact_id, status }) => `${addressesOf(contact_id).join(',')} ${status}`)
      .toSorted(),
    contacts: contacts.size,
    mails: mailchimp.world
      .mails()
      .map(({ to }) => to)
      .toSorted(),
  };
}

test('a first sync does what the charity needs, a further one changes nothing, and both queue stores give the same', async () => {
  const sides = [];
  for (const queue of QUEUE_STORES) {
    const service = await startTestService({ queue });
    const { charity, connection } = await service.charity(2000);
    const { expected } = charity;

    const first = await service.sync(connection, { approval: 'all' });
    expect(first.run.error).toBeNull();
    expect(first.run.state).toBe('done');
    expect(first.counts).toMatchObject({
      created: expected['contact-created'],
      addedToGroup: expected['added-to-group'],
      removedFromGroup: expected['removed-from-group'],
      subscribed: expected.subscribed,
      unsubscribed: expected.unsubscribed,
      pending: expected.asked,
      held: 0,
      open: 0,
    });

    for (const mode of ['incremental', 'full'] as const) {
      service.sandbox.requests.reset();
      const further = await service.sync(connection, { mode });
      expect(further.counts, mode).toMatchObject(NOTHING);
      const { mailchimp, civicrm } = service.sandbox.requests.counts();
      expect(mailchimp.write + civicrm.write, mode).toBe(0);
    }
    sides.push(describeSides(service, charity));
  }
  for (const other of sides) expect(other).toEqual(sides[0]);
});
