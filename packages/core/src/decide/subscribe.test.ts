import { describe, expect, test } from 'vitest';
import {
  ADDRESS,
  BY_ADMIN,
  BY_PERSON,
  day,
  decide,
  decideOne,
  type HistoryAct,
  history,
  type LinkFacts,
  link,
  under,
  writesOf,
} from '../../testing/factories.ts';
import type { MailchimpFacts } from '../domain/facts.ts';
import { contactId, mailchimpContactId } from '../domain/ids.ts';

// All of them are in the group and were agreed out: R4b, R4c or R4f subscribes, and 2.3 says how.
const joining = (member: Partial<MailchimpFacts> | null, rest: Omit<LinkFacts, 'mailchimp'> = {}) =>
  link({ mailchimp: member, base: 'out', ...rest });
const byUs = (status: 'unsubscribed' | 'archived', removalMethod: string | null = 'Admin') =>
  ({ status, ownWrite: { status, removalMethod } }) as const;

const OTHER = 'wilma@quarry.test';

const written = (how: string) => ({
  kind: 'change',
  category: how === 'pending' ? 'asked' : 'subscribed',
  writes: [{ kind: 'subscribe', how, address: ADDRESS, isAsk: how === 'pending' }],
});
const refused = (reason: string) => ({ kind: 'refuse', as: '2.3', reason, writes: [] });

describe('2.3: from where, how', () => {
  test.each([
    ['nobody there', null, 'if-new'],
    ['absent', { status: 'absent', contactId: null }, 'if-new'],
    ['gone', { status: 'gone' }, 'if-new'],
    ['transactional', { status: 'transactional' }, 'subscribed'],
    ['unsubscribed by an administrator', BY_ADMIN, 'subscribed'],
    ['unsubscribed by us', byUs('unsubscribed'), 'subscribed'],
    ['archived by us', byUs('archived'), 'subscribed'],
    ['archived, last seen subscribed', { status: 'archived', statusBefore: 'subscribed' }, 'subscribed'],
    ['unsubscribed by the person', BY_PERSON, 'pending'],
    ['unsubscribed, nobody knows by whom', { status: 'unsubscribed' }, 'pending'],
    ['archived, never seen before', { status: 'archived' }, 'pending'],
    [
      'archived, had unsubscribed',
      { status: 'archived', statusBefore: 'unsubscribed', leftByOwnWill: true },
      'pending',
    ],
    ['in compliance state', { ...BY_ADMIN, inComplianceState: true }, 'pending'],
  ] as const)('%s: %#', (_, member, how) => {
    expect(decideOne(joining(member))).toMatchObject(written(how));
  });

  test('pending is left alone', () => {
    expect(decideOne(joining({ status: 'pending' }))).toMatchObject({ kind: 'wait', rule: 'R6a' });
  });

  test.each([
    ['cleaned', { status: 'cleaned' }, {}, 'cleaned'],
    ['forgotten', { status: 'gone', forgotten: true }, {}, 'forgotten'],
    ['no address at all', null, { addresses: [] }, 'no-email'],
    ['only addresses on hold', null, { addresses: [], hasHeldAddress: true }, 'on-hold'],
  ] as const)('%s is refused', (_, member, civicrm, reason) => {
    expect(decideOne(joining(member, { civicrm }))).toMatchObject(refused(reason));
  });

  test('the write names the Mailchimp member where there is one', () => {
    const [write] = writesOf(decideOne(joining(BY_ADMIN)));
    expect(write).toMatchObject({ target: mailchimpContactId('mc-wilma'), contactId: contactId(1) });
    const [fresh] = writesOf(decideOne(joining(null)));
    expect(fresh).toMatchObject({ target: null });
  });
});

describe('2.3, the order of looking', () => {
  test('no usable address comes before everything', () => {
    const none = joining(
      { status: 'gone', forgotten: true },
      { civicrm: { addresses: [], hasHeldAddress: true } },
    );
    expect(decideOne(none)).toMatchObject(refused('on-hold'));
  });

  test('forgotten comes before the person’s own will', () => {
    const forgotten = joining({ ...BY_PERSON, forgotten: true });
    expect(decideOne(forgotten)).toMatchObject(refused('forgotten'));
  });

  test('cleaned comes before the person’s own will', () => {
    const cleaned = joining({ status: 'cleaned', inComplianceState: true });
    expect(decideOne(cleaned)).toMatchObject(refused('cleaned'));
  });

  test('pending comes before the person’s own will', () => {
    const left = history(
      { status: 'Removed', at: day(1), method: 'Email' },
      { status: 'Added', at: day(2), method: 'API' },
    );
    expect(decideOne(joining({ status: 'pending' }, { civicrm: { history: left } }))).toMatchObject({
      kind: 'wait',
    });
  });

  test('the best address counts: one that bounced is passed over while there is another', () => {
    const both = joining({ status: 'cleaned' }, { civicrm: { addresses: [ADDRESS, OTHER] } });
    expect(decideOne(both)).toMatchObject({ writes: [{ how: 'if-new', address: OTHER, target: null }] });
  });

  test('an unknown status at the best address is no reason to write to it', () => {
    const contact = { addresses: [OTHER, ADDRESS] };
    const decisions = decide([
      joining({ ...BY_ADMIN }, { id: 1, civicrm: contact }),
      joining(
        { status: 'unknown', address: OTHER, contactId: mailchimpContactId('mc-other') },
        { id: 2, civicrm: contact },
      ),
    ]);
    expect(decisions.flatMap(writesOf)).toEqual([]);
  });
});

describe('2.3, by the person', () => {
  test('our own removal counts as theirs where it carried out their own removal in CiviCRM', () => {
    for (const method of ['Email', 'Web']) {
      expect(decideOne(joining(byUs('unsubscribed', method)))).toMatchObject(written('pending'));
      expect(decideOne(joining(byUs('archived', method)))).toMatchObject(written('pending'));
    }
  });

  test('our own removal counts as theirs where they were never seen subscribed', () => {
    const neverIn = { ...byUs('unsubscribed'), everSubscribed: false };
    expect(decideOne(joining(neverIn))).toMatchObject(written('pending'));
  });

  test('our own archiving counts as theirs where they had unsubscribed before', () => {
    const before = { statusBefore: 'unsubscribed', leftByOwnWill: true } as const;
    expect(decideOne(joining({ ...byUs('archived'), ...before }))).toMatchObject(written('pending'));
  });

  test('an ask that we withdrew was never answered: they are still out by their own will', () => {
    const withdrawn = {
      ...byUs('unsubscribed', null),
      statusBefore: 'pending',
      leftByOwnWill: true,
    } as const;
    expect(decideOne(joining(withdrawn))).toMatchObject(written('pending'));
  });

  test.each(['gone', 'absent', 'transactional'] as const)(
    'whoever unsubscribed and is %s now is still out by their own will',
    (status) => {
      const member = { status, statusBefore: 'unsubscribed', leftByOwnWill: true } as const;
      expect(decideOne(joining(member))).toMatchObject(written('pending'));
    },
  );

  test('a reason of their own shows that the unsubscription was not ours, even if we wrote one before', () => {
    const afresh = { ...byUs('unsubscribed'), unsubscribeReason: 'No longer interested' };
    expect(decideOne(joining(afresh))).toMatchObject(written('pending'));
  });

  test('any other member of the contact unsubscribed by the person: they are asked', () => {
    const contact = { addresses: [ADDRESS, OTHER] };
    const [first, second] = decide([
      joining(BY_ADMIN, { id: 1, civicrm: contact }),
      joining(
        { ...BY_PERSON, address: OTHER, contactId: mailchimpContactId('mc-other') },
        { id: 2, civicrm: contact },
      ),
    ]);
    expect(first).toMatchObject(written('pending'));
    expect(second).toMatchObject({ kind: 'follow', lead: 1 });
  });

  const leftThen = (...later: readonly HistoryAct[]) => ({
    civicrm: { history: history({ status: 'Removed', at: day(1), method: 'Email' }, ...later) },
  });

  test('the newest removal in CiviCRM was their own, and whoever added them was not staff: they are asked', () => {
    const added = leftThen({ status: 'Added', at: day(2), method: 'API' });
    expect(decideOne(joining(null, added))).toMatchObject(written('pending'));
    const byForm = leftThen({ status: 'Added', at: day(2), method: null });
    expect(decideOne(joining(null, byForm))).toMatchObject(written('pending'));
  });

  test('staff who added them afterwards knew better: they are subscribed', () => {
    const added = leftThen({ status: 'Added', at: day(2), method: 'Admin' });
    expect(decideOne(joining(null, added))).toMatchObject(written('if-new'));
    const savedAgain = leftThen(
      { status: 'Added', at: day(2) },
      { status: 'Added', at: day(3), method: 'API' },
    );
    expect(decideOne(joining(null, savedAgain))).toMatchObject(written('if-new'));
  });

  test('saving the row again by staff is no act: the one who added them was not staff', () => {
    const added = leftThen(
      { status: 'Added', at: day(2), method: 'API' },
      { status: 'Added', at: day(3), method: 'Admin' },
    );
    expect(decideOne(joining(null, added))).toMatchObject(written('pending'));
  });

  test('a removal repeated by staff does not hide that they had left by themselves', () => {
    const repeated = leftThen(
      { status: 'Removed', at: day(2) },
      { status: 'Added', at: day(3), method: 'API' },
    );
    expect(decideOne(joining(null, repeated))).toMatchObject(written('pending'));
  });

  test('a removal by staff, later than their own and after they had come back, is not theirs', () => {
    const back = leftThen(
      { status: 'Added', at: day(2) },
      { status: 'Removed', at: day(3) },
      { status: 'Added', at: day(4), method: 'API' },
    );
    expect(decideOne(joining(null, back))).toMatchObject(written('if-new'));
  });

  const ourRemoval = { status: 'Removed', at: day(3), method: 'API', byUs: true };

  test('a removal of ours hides nobody’s will', () => {
    const joined = { status: 'Added', at: day(2), method: 'Web' };
    const again = { status: 'Added', at: day(5), method: 'API' };
    expect(decideOne(joining(null, leftThen(joined, ourRemoval, again)))).toMatchObject(written('pending'));
    const saved = { status: 'Removed', at: day(4), method: 'API' };
    expect(decideOne(joining(null, leftThen(joined, ourRemoval, saved, again)))).toMatchObject(
      written('pending'),
    );
  });

  test('staff who added them after a removal of ours knew better, too', () => {
    const joined = { status: 'Added', at: day(2), method: 'Web' };
    const added = leftThen(joined, ourRemoval, { status: 'Added', at: day(5), method: 'Admin' });
    expect(decideOne(joining(null, added))).toMatchObject(written('if-new'));
  });

  test('a removal of which CiviCRM does not say how it came about is nobody’s own will', () => {
    const removed = history(
      { status: 'Removed', at: day(1), method: null },
      { status: 'Added', at: day(2), method: 'API' },
    );
    expect(decideOne(joining(null, { civicrm: { history: removed } }))).toMatchObject(written('if-new'));
  });

  test('reconfirm=never refuses instead of asking', () => {
    const never = under({ reconfirm: 'never' });
    expect(decideOne(joining(BY_PERSON), never)).toMatchObject(refused('compliance'));
    expect(decideOne(joining(BY_ADMIN), never)).toMatchObject(written('subscribed'));
  });
});

describe('2.3, doubleOptIn', () => {
  test('asks in every row', () => {
    for (const member of [
      null,
      BY_ADMIN,
      byUs('archived'),
      { status: 'transactional' },
      BY_PERSON,
    ] as const) {
      expect(decideOne(joining(member), under({ doubleOptIn: 'on' }))).toMatchObject(written('pending'));
    }
  });

  test('with reconfirm=never still refuses whoever left by their own will', () => {
    const strict = under({ doubleOptIn: 'on', reconfirm: 'never' });
    expect(decideOne(joining(BY_PERSON), strict)).toMatchObject(refused('compliance'));
    expect(decideOne(joining(BY_ADMIN), strict)).toMatchObject(written('pending'));
  });
});

test('R4c: who is there at the address now is brought back, not who had it before', () => {
  const before = link({
    id: 2,
    base: 'out',
    mailchimp: { contactId: mailchimpContactId('mc-before'), status: 'absent', everSubscribed: false },
  });
  for (const links of [
    [link({ mailchimp: BY_ADMIN }), before],
    [before, link({ mailchimp: BY_ADMIN })],
  ])
    expect(decide(links).flatMap(writesOf)).toMatchObject([
      { kind: 'subscribe', how: 'subscribed', target: 'mc-wilma' },
    ]);
});
