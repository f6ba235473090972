import { describe, expect, test } from 'vitest';
import type { RemoveHow, SubscribeHow, Write } from '../domain/decision.ts';
import { subscriberHash } from '../domain/email.ts';
import type { MemberStatus } from '../domain/facts.ts';
import { contactId, mailchimpContactId } from '../domain/ids.ts';
import type { PlannedUpdate } from '../domain/update.ts';
import { planUpdates, type Target } from './plan-update.ts';

const ADDRESS = 'wilma@bedrock.test';
const CONTACT_ID = mailchimpContactId('mc-wilma');
const HASH = subscriberHash(ADDRESS);

const subscribe = (how: SubscribeHow, isAsk = how === 'pending'): Write => ({
  kind: 'subscribe',
  how,
  address: ADDRESS,
  target: CONTACT_ID,
  contactId: contactId(1),
  isAsk,
});
const remove = (how: RemoveHow): Write => ({
  kind: 'remove-at-mailchimp',
  how,
  target: CONTACT_ID,
  removalMethod: null,
});
// Mailchimp spells the address as it was given, and an old audience may have hashed it otherwise.
const there = (status: MemberStatus): Target => ({
  id: 'hash-of-old',
  address: 'Wilma@Bedrock.test',
  status,
});

/** Of one write; null: it needs no update. */
const planOne = (write: Write, target: Target | null): PlannedUpdate | null =>
  planUpdates([write], () => target)[0] ?? null;

describe('2.3: calls that subscribe', () => {
  test.each([null, there('absent'), there('gone')])(
    'who is not there gets a PUT with status_if_new only',
    (target) => {
      expect(planOne(subscribe('if-new'), target)).toEqual({
        kind: 'subscribe',
        wantedStatus: 'subscribed',
        calls: [{ kind: 'put', key: HASH, body: { email_address: ADDRESS, status_if_new: 'subscribed' } }],
      });
    },
  );

  test('nobody is looked for where there is nobody', () => {
    const nobody: Write = { ...subscribe('if-new'), target: null } as Write;
    const find = () => {
      throw new Error('nobody is looked for');
    };
    expect(planUpdates([nobody], find)).toEqual([planOne(subscribe('if-new'), null)]);
  });

  test.each(['unsubscribed', 'archived', 'pending', 'subscribed'] as const)(
    'who was thought absent and is %s after all is left alone by the same call',
    (status) => {
      const [call] = planOne(subscribe('if-new'), there(status))?.calls ?? [];
      expect(call).toMatchObject({ kind: 'put', body: { status_if_new: 'subscribed' } });
      expect(call).not.toHaveProperty('body.status');
    },
  );

  test('who is there is brought back under the id and the spelling that Mailchimp has', () => {
    expect(planOne(subscribe('subscribed'), there('archived'))).toEqual({
      kind: 'subscribe',
      wantedStatus: 'subscribed',
      calls: [
        {
          kind: 'put',
          key: 'hash-of-old',
          body: { email_address: 'Wilma@Bedrock.test', status: 'subscribed' },
        },
      ],
    });
  });

  test('an ask is pending, whether they are there or not', () => {
    expect(planOne(subscribe('pending'), there('unsubscribed'))).toMatchObject({
      kind: 'ask',
      wantedStatus: 'pending',
      calls: [{ body: { status: 'pending' } }],
    });
    expect(planOne(subscribe('pending'), null)).toMatchObject({
      kind: 'ask',
      wantedStatus: 'pending',
      calls: [{ key: HASH, body: { status_if_new: 'pending' } }],
    });
  });
});

describe('2.2: calls that remove', () => {
  const unsubscribe = { kind: 'patch', key: CONTACT_ID, body: { status: 'unsubscribed' } };
  const archive = { kind: 'archive', key: CONTACT_ID };

  test.each(['unsubscribe', 'withdraw'] as const)('%s: a PATCH on the contact_id, never a PUT', (how) => {
    expect(planOne(remove(how), there('subscribed'))).toEqual({
      kind: how,
      calls: [unsubscribe],
      wantedStatus: 'unsubscribed',
    });
  });

  test('archive: a DELETE on the contact_id', () => {
    expect(planOne(remove('archive'), there('subscribed'))).toEqual({
      kind: 'archive',
      calls: [archive],
      wantedStatus: 'archived',
    });
    expect(planOne(remove('archive'), null)?.calls).toEqual([archive]);
  });

  test('archive: unsubscribed first for pending', () => {
    expect(planOne(remove('archive'), there('pending'))).toEqual({
      kind: 'archive',
      calls: [unsubscribe, archive],
      wantedStatus: 'archived',
    });
  });

  test('erase: by the hash where it is known', () => {
    expect(planOne(remove('erase'), there('subscribed'))).toEqual({
      kind: 'erase',
      calls: [{ kind: 'delete-permanent', key: 'hash-of-old' }],
      wantedStatus: null,
    });
    expect(planOne(remove('erase'), null)?.calls).toEqual([{ kind: 'delete-permanent', key: CONTACT_ID }]);
  });
});

test('A2: a change of address is a PATCH on the contact_id that says nothing of the status', () => {
  const write: Write = {
    kind: 'change-address',
    target: CONTACT_ID,
    contactId: contactId(1),
    address: ADDRESS,
  };
  expect(planOne(write, there('subscribed'))).toEqual({
    kind: 'move',
    calls: [{ kind: 'patch', key: CONTACT_ID, body: { email_address: ADDRESS } }],
    wantedStatus: 'subscribed',
  });
});

test('writes to CiviCRM are no calls to Mailchimp', () => {
  const id = contactId(1);
  const writes: readonly Write[] = [
    { kind: 'add-to-group', contactId: id },
    { kind: 'remove-from-group', contactId: id },
    { kind: 'create-contact', target: CONTACT_ID, address: ADDRESS },
    { kind: 'put-on-hold', contactId: id, address: ADDRESS },
    { kind: 'add-address', contactId: id, address: ADDRESS },
  ];
  expect(writes.map((write) => planOne(write, null))).toEqual([null, null, null, null, null]);
});

describe('4, 5: interests, merge fields and tags', () => {
  const target = { id: 'hash', address: 'wilma@bedrock.test', status: 'subscribed' } as const;
  const profile = {
    interests: { hiking: true },
    fields: { FNAME: 'Wilma' },
    tags: { Donor: true, Old: false },
  };
  const key = mailchimpContactId('mc-wilma');
  const tags = {
    kind: 'tags',
    key: 'hash',
    body: {
      tags: [
        { name: 'Donor', status: 'active' },
        { name: 'Old', status: 'inactive' },
      ],
      is_syncing: true,
    },
  };
  const body = { interests: { hiking: true }, merge_fields: { FNAME: 'Wilma' } };

  test('of somebody who is in are one call, and tags another after it; the status is not touched', () => {
    expect(planOne({ kind: 'update-member', target: key, profile }, target)).toEqual({
      kind: 'update',
      calls: [{ kind: 'patch', key, body }, tags],
      wantedStatus: 'subscribed',
    });
  });

  test('tags alone are one call', () => {
    const only = { interests: {}, fields: {}, tags: { Donor: true } };
    expect(planOne({ kind: 'update-member', target: key, profile: only }, null)?.calls).toEqual([
      { kind: 'tags', key, body: { tags: [{ name: 'Donor', status: 'active' }], is_syncing: true } },
    ]);
  });

  test('nothing to say is no update', () => {
    const nothing = { interests: {}, fields: {}, tags: {} };
    expect(planOne({ kind: 'update-member', target: key, profile: nothing }, target)).toBeNull();
  });

  test('go with a subscription in the same call', () => {
    const write = {
      kind: 'subscribe',
      how: 'subscribed',
      address: target.address,
      target: key,
      contactId: contactId(1),
      isAsk: false,
      profile,
    } as const;
    const out = { ...target, status: 'unsubscribed' } as const;
    expect(planOne(write, out)?.calls).toEqual([
      {
        kind: 'put',
        key: 'hash',
        body: { email_address: target.address, status: 'subscribed', ...body },
      },
      tags,
    ]);
  });

  test('A2: go with a new address in one update; the tags to the hash that the member has then', () => {
    const move = { kind: 'change-address', target: key, contactId: contactId(1), address: ADDRESS } as const;
    const update = { kind: 'update-member', target: key, profile } as const;
    for (const writes of [
      [move, update],
      [update, move],
    ])
      expect(planUpdates(writes, () => target)).toEqual([
        {
          kind: 'move',
          calls: [
            { kind: 'patch', key, body: { email_address: ADDRESS, ...body } },
            { ...tags, key: HASH },
          ],
          wantedStatus: 'subscribed',
        },
      ]);
  });
});
