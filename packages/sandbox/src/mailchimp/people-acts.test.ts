import { describe, expect, test } from 'vitest';
import { serveMailchimp } from '../../testing/serve-mailchimp.ts';
import { NOW } from '../../testing/start-mailchimp.ts';

const EMAIL = 'wilma@flintstone.org';
const NOW_ISO = '2026-03-02T09:30:00+00:00';

async function withWilma(
  status: 'subscribed' | 'unsubscribed' | 'archived' | 'cleaned' = 'subscribed',
  doubleOptIn = false,
) {
  const mailchimp = await serveMailchimp();
  const { world, account } = mailchimp;
  const audience = world.addAudience(account.id, { name: 'Walkers', doubleOptIn });
  const optedInAt = NOW - 86_400_000;
  const member = world.seedMember(audience.id, { email: EMAIL, status, optedInAt, lastChangedAt: optedInAt });
  const shown = async () =>
    (await mailchimp.call('GET', `/lists/${audience.id}/members/${member.contactId}`)).json;
  return { ...mailchimp, audience, member, people: world.people, listId: audience.id, shown };
}

describe('signing up on a form', () => {
  test('subscribes at once where the audience is single opt-in', async () => {
    const { world, audience, people } = await withWilma();
    const member = people.signUp(audience.id, {
      email: 'fred@flintstone.org',
      mergeValues: { FNAME: 'Fred' },
    });
    expect(member).toMatchObject({
      status: 'subscribed',
      mergeValues: { FNAME: 'Fred' },
      source: 'Hosted Signup Form',
    });
    expect([member.timestampSignup, member.timestampOpt, member.lastChanged]).toEqual([
      NOW / 1000,
      NOW / 1000,
      NOW / 1000,
    ]);
    expect(world.mails()).toEqual([]);
  });

  test('asks first where it is double opt-in, and the confirmation is the opt-in', async () => {
    const { world, people, listId, clock } = await withWilma('subscribed', true);
    const member = people.signUp(listId, { email: 'fred@flintstone.org' });
    expect([member.status, member.timestampOpt, world.mailsTo('FRED@flintstone.org').length]).toEqual([
      'pending',
      0,
      1,
    ]);
    clock.advance(5_000);
    people.confirm(listId, 'fred@flintstone.org');
    expect([member.status, member.timestampOpt]).toEqual(['subscribed', NOW / 1000 + 5]);
    expect(() => people.confirm(listId, 'fred@flintstone.org')).toThrow('is subscribed');
  });

  test.each(['unsubscribed', 'archived', 'cleaned'] as const)(
    'brings back the %s as the same contact with a new opt-in',
    async (status) => {
      const { people, listId, member, shown } = await withWilma(status);
      people.signUp(listId, { email: EMAIL });
      expect(await shown()).toMatchObject({
        contact_id: member.contactId,
        status: 'subscribed',
        timestamp_opt: NOW_ISO,
      });
    },
  );

  test('is the only way back for the permanently deleted, as a new contact', async () => {
    const { people, listId, member, call } = await withWilma();
    people.deletePermanently(listId, EMAIL);
    expect(people.signUp(listId, { email: EMAIL }).contactId).not.toBe(member.contactId);
    expect((await call('GET', `/lists/${listId}/members/${EMAIL}`)).json.status).toBe('subscribed');
    people.changeAddress(listId, EMAIL, 'wilma@slaghoople.org');
    const again = await call('POST', `/lists/${listId}/members`, {
      email_address: EMAIL,
      status: 'subscribed',
    });
    expect(again.status).toBe(200);
  });
});

describe('leaving', () => {
  test('an own unsubscription shows its reason and campaign, and is told apart from an administrator’s', async () => {
    const { people, listId, shown, call } = await withWilma();
    people.unsubscribeSelf(listId, EMAIL, { reason: 'I get too many mails', campaignId: 'c1' });
    expect(await shown()).toMatchObject({
      status: 'unsubscribed',
      unsubscribe_reason: 'I get too many mails',
      last_changed: NOW_ISO,
    });
    people.signUp(listId, { email: EMAIL });
    people.adminUnsubscribe(listId, EMAIL);
    expect((await shown()).unsubscribe_reason).toBe('N/A (Unsubscribed by admin)');
    const feed = (await call('GET', `/lists/${listId}/members/${EMAIL}/activity-feed?activity_filters=unsub`))
      .json;
    expect(
      feed.activity.map((one: Record<string, unknown>) => [one['is_admin_unsubscribed'], one['campaign_id']]),
    ).toEqual([
      [true, undefined],
      [false, 'c1'],
    ]);
  });

  test('a complaint is an own unsubscription, a bounce cleans', async () => {
    const { people, listId, member } = await withWilma();
    people.complain(listId, EMAIL, 'c1');
    expect([member.status, member.unsubscribeReason, member.hasLeftThemselves]).toEqual([
      'unsubscribed',
      'abuse',
      true,
    ]);
    people.bounce(listId, EMAIL);
    expect(member.status).toBe('cleaned');
    expect(() => people.complain(listId, EMAIL)).toThrow('is cleaned');
  });

  test('an administrator brings back those who did not leave themselves, and nobody else', async () => {
    const { people, listId, member } = await withWilma();
    people.adminUnsubscribe(listId, EMAIL);
    people.adminSubscribe(listId, EMAIL);
    expect(member.status).toBe('subscribed');
    people.unsubscribeSelf(listId, EMAIL);
    expect(() => people.adminSubscribe(listId, EMAIL)).toThrow('nobody but the person');
    people.archive(listId, EMAIL);
    expect(() => people.adminSubscribe(listId, EMAIL)).toThrow('nobody but the person');
    expect(people.adminSubscribe(listId, 'new@flintstone.org')).toMatchObject({
      status: 'subscribed',
      source: 'Admin Add',
    });
  });
});

describe('editing', () => {
  test('a profile, tags and an address move last_changed only where something changes', async () => {
    const { people, listId, member, clock } = await withWilma();
    people.editProfile(listId, EMAIL, { mergeValues: { FNAME: '' } });
    people.tag(listId, EMAIL, { off: ['Donor'] });
    expect(member.lastChanged).toBe(NOW / 1000 - 86_400);
    people.editProfile(listId, EMAIL, { mergeValues: { FNAME: 'Wilma' } });
    expect(member.lastChanged).toBe(NOW / 1000);
    clock.advance(1_000);
    people.tag(listId, EMAIL, { on: ['Donor'] });
    expect(member.lastChanged).toBe(NOW / 1000 + 1);
    clock.advance(1_000);
    people.changeAddress(listId, EMAIL, 'wilma@slaghoople.org');
    expect([member.email, member.lastChanged]).toEqual(['wilma@slaghoople.org', NOW / 1000 + 2]);
    people.signUp(listId, { email: 'fred@flintstone.org' });
    expect(() => people.changeAddress(listId, 'fred@flintstone.org', 'WILMA@slaghoople.org')).toThrow(
      'already',
    );
  });

  test('somebody who bought without subscribing is transactional and in the default list', async () => {
    const { people, listId, call } = await withWilma();
    people.makeTransactional(listId, 'buyer@people.org');
    const { json } = await call('GET', `/lists/${listId}/members?status=transactional`);
    expect(json.members[0]).toMatchObject({ email_address: 'buyer@people.org', timestamp_opt: '' });
  });

  test('the history keeps who did what, for tests to look at', async () => {
    const { people, listId, member, call } = await withWilma();
    people.unsubscribeSelf(listId, EMAIL);
    await call('PUT', `/lists/${listId}/members/${EMAIL}`, { status: 'pending' });
    people.confirm(listId, EMAIL);
    expect(member.history.map(({ from, to, by }) => `${from} ${to} ${by}`)).toEqual([
      'subscribed unsubscribed person',
      'unsubscribed pending api',
      'pending subscribed person',
    ]);
  });
});
