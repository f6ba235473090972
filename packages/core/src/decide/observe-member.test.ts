import { describe, expect, test } from 'vitest';
import { day, mailchimp } from '../../testing/factories.ts';
import type { MailchimpFacts, Side } from '../domain/facts.ts';
import type { MemberRecord } from '../domain/mailchimp-call.ts';
import { isRelevantChange, observeAbsence, observeMember, observeOwnWrite } from './observe-member.ts';
import { whoLeft } from './who-left.ts';

const record = (status: MemberRecord['status'], facts: Partial<MemberRecord> = {}): MemberRecord => ({
  contactId: 'mc-wilma',
  id: 'hash',
  address: 'wilma@bedrock.test',
  status,
  changedAt: day(1),
  optedInAt: day(0),
  signedUpAt: null,
  unsubscribeReason: '',
  firstName: 'Wilma',
  lastName: 'Flintstone',
  ...facts,
});
const BY_ADMIN = { unsubscribeReason: 'N/A (Unsubscribed by admin)' };
const BY_PERSON = { unsubscribeReason: 'No longer interested' };

type Look = readonly [MemberRecord['status'], Partial<MemberRecord>?];
/** What we know after looking at Mailchimp so many times. */
const after = (...looks: readonly Look[]): MailchimpFacts => {
  const seen = looks.reduce<MailchimpFacts | null>(
    (previous, [status, facts]) => observeMember(previous, record(status, facts)),
    null,
  );
  if (seen === null) throw new Error('nothing was looked at');
  return seen;
};

describe('what we remember of a member, because Mailchimp tells no history', () => {
  test('seen for the first time, nothing is known of before', () => {
    expect(after(['archived'])).toMatchObject({
      status: 'archived',
      everSubscribed: false,
      statusBefore: null,
      ownWrite: null,
    });
  });

  test('the same record seen twice changes nothing', () => {
    const once = after(['subscribed'], ['unsubscribed', BY_PERSON]);
    expect(observeMember(once, record('unsubscribed', BY_PERSON))).toEqual(once);
  });

  test('the status before the present one stays, with who brought it about', () => {
    const archived = after(['subscribed'], ['unsubscribed', BY_PERSON], ['archived']);
    expect(archived).toMatchObject({
      everSubscribed: true,
      statusBefore: 'unsubscribed',
      leftByOwnWill: true,
    });
    expect(whoLeft(archived)).toBe('person');
    expect(whoLeft(after(['subscribed'], ['archived']))).toBe('administrator');
  });

  test('being seen subscribed clears what Mailchimp had refused, nothing else does', () => {
    const refused = mailchimp({ status: 'unsubscribed', forgotten: true, inComplianceState: true });
    expect(observeMember(refused, record('subscribed'))).toMatchObject({
      forgotten: false,
      inComplianceState: false,
    });
    expect(observeMember(refused, record('pending'))).toMatchObject({
      forgotten: true,
      inComplianceState: true,
    });
  });

  test('an own unsubscription is remembered until they are seen subscribed, whatever comes between', () => {
    const left: readonly Look[] = [['subscribed'], ['unsubscribed', BY_PERSON]];
    expect(after(...left, ['pending'], ['unsubscribed', BY_ADMIN])).toMatchObject({ leftByOwnWill: true });
    expect(after(...left, ['pending'], ['archived'])).toMatchObject({ leftByOwnWill: true });
    expect(after(...left, ['subscribed'], ['unsubscribed', BY_ADMIN])).toMatchObject({
      leftByOwnWill: false,
    });
  });
});

describe('section 1: gone or absent', () => {
  test('gone is who was seen subscribed, absent who never was', () => {
    expect(observeAbsence(after(['subscribed'], ['unsubscribed', BY_PERSON]))).toMatchObject({
      status: 'gone',
      statusBefore: 'unsubscribed',
      leftByOwnWill: true,
    });
    expect(observeAbsence(after(['unsubscribed']))).toMatchObject({ status: 'absent' });
  });

  test('not being found twice tells no more than once', () => {
    const gone = observeAbsence(after(['subscribed'], ['unsubscribed', BY_PERSON]));
    expect(observeAbsence(gone)).toEqual(gone);
  });

  test('who is found again was before what they were before', () => {
    const gone = observeAbsence(after(['subscribed'], ['unsubscribed', BY_PERSON]));
    expect(observeMember(gone, record('archived'))).toMatchObject({
      statusBefore: 'unsubscribed',
      leftByOwnWill: true,
    });
  });
});

describe('2.3: by us', () => {
  const ours = observeOwnWrite(after(['subscribed']), record('unsubscribed', BY_ADMIN), 'Email');

  test('our own write is known as ours while no other status is seen', () => {
    expect(ours.ownWrite).toEqual({ status: 'unsubscribed', removalMethod: 'Email' });
    expect(observeMember(ours, record('unsubscribed', BY_ADMIN)).ownWrite).toEqual(ours.ownWrite);
    expect(observeMember(ours, record('subscribed')).ownWrite).toBeNull();
    expect(observeAbsence(ours).ownWrite).toBeNull();
  });

  test('who opted in and out again in between is not out by us', () => {
    const between = observeMember(
      ours,
      record('unsubscribed', { ...BY_PERSON, optedInAt: day(5), changedAt: day(6) }),
    );
    expect(whoLeft(between)).toBe('person');
  });

  test('our own write takes back nobody’s will, unless it made them subscribed', () => {
    const left = after(['subscribed'], ['unsubscribed', BY_PERSON], ['pending']);
    expect(observeOwnWrite(left, record('unsubscribed', BY_ADMIN), null).leftByOwnWill).toBe(true);
    expect(observeOwnWrite(left, record('subscribed'), null).leftByOwnWill).toBe(false);
  });

  test('a write whose answer has a status that nobody knows is no write to build on', () => {
    expect(observeOwnWrite(null, record('unknown'), null).ownWrite).toBeNull();
  });
});

describe('E28: an update that was given up may have been carried out late', () => {
  const OUT = mailchimp({ status: 'unsubscribed', optedInAt: day(0) });
  const IN = mailchimp({ status: 'subscribed', optedInAt: day(0) });
  const IN_ASKED: ReadonlySet<Side> = new Set(['in']);
  const OUT_ASKED: ReadonlySet<Side> = new Set(['out']);

  test('turning subscribed where such an update asked for it is our own doing', () => {
    expect(observeMember(OUT, record('subscribed'), IN_ASKED).lateWrite).toBe('in');
    expect(observeMember(OUT, record('subscribed', { optedInAt: day(9) }), IN_ASKED).lateWrite).toBe('in');
    expect(observeMember(OUT, record('subscribed', { signedUpAt: day(0) }), IN_ASKED).lateWrite).toBe('in');
    expect(observeMember(null, record('subscribed'), IN_ASKED).lateWrite).toBe('in');
  });

  test('unless they opted in anew and have signed up by a form', () => {
    const theirs = record('subscribed', { optedInAt: day(9), signedUpAt: day(9) });
    expect(observeMember(OUT, theirs, IN_ASKED).lateWrite).toBeNull();
    expect(observeMember(null, theirs, IN_ASKED).lateWrite).toBeNull();
  });

  test.each(['unsubscribed', 'archived'] as const)('turning %s may be, and is told', (status) => {
    expect(observeMember(IN, record(status), OUT_ASKED).lateWrite).toBe('out');
    expect(observeMember(IN, record(status)).lateWrite).toBeNull();
  });

  test('nothing else is: what nobody asked for, a bounce, an ask', () => {
    expect(observeMember(OUT, record('subscribed'), OUT_ASKED).lateWrite).toBeNull();
    for (const status of ['cleaned', 'pending', 'transactional', 'unknown'] as const)
      expect(observeMember(IN, record(status), OUT_ASKED).lateWrite).toBeNull();
  });

  test('it is remembered while the status stays, and forgotten with it', () => {
    const late = observeMember(OUT, record('subscribed'), IN_ASKED);
    expect(observeMember(late, record('subscribed', { changedAt: day(9) })).lateWrite).toBe('in');
    expect(observeMember(late, record('unsubscribed')).lateWrite).toBeNull();
    expect(observeAbsence(late).lateWrite).toBeNull();
    expect(observeOwnWrite(late, record('subscribed'), null).lateWrite).toBeNull();
  });
});

describe('E25: whether a decision may differ', () => {
  const seen = after(['subscribed']);

  test('somebody new, and any of status, opt-in, address and reason', () => {
    expect(isRelevantChange(null, seen)).toBe(true);
    for (const change of [
      { status: 'unsubscribed' },
      { optedInAt: day(9) },
      { address: 'w@bedrock.test' },
      { unsubscribeReason: 'x' },
    ] as const) {
      expect(isRelevantChange(seen, { ...seen, ...change })).toBe(true);
    }
  });

  test('not last_changed by itself: it moves with any edit, ours included', () => {
    expect(isRelevantChange(seen, { ...seen, changedAt: day(9) })).toBe(false);
  });
});

test('what a record says of interests and fields is known from then on, and a change of it matters', () => {
  const profile = { interests: { hiking: true }, fields: {}, tags: null };
  const before = observeMember(null, record('subscribed', { profile }));
  expect(before.profile).toEqual(profile);
  expect(observeMember(before, record('subscribed')).profile).toEqual(profile);
  const after = observeMember(
    before,
    record('subscribed', { profile: { ...profile, interests: { hiking: false } } }),
  );
  expect([isRelevantChange(before, before), isRelevantChange(before, after)]).toEqual([false, true]);
});
