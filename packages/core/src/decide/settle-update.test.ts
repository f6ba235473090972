import { describe, expect, test } from 'vitest';
import { NOW } from '../../testing/factories.ts';
import { DAY_MS, MINUTE_MS } from '../domain/instant.ts';
import type { CallOutcome, MemberRecord } from '../domain/mailchimp-call.ts';
import { type SettledCall, settleUpdate } from './settle-update.ts';

const call = (facts: Partial<SettledCall> = {}): SettledCall => ({
  wantedStatus: 'subscribed',
  wantedAddress: null,
  hasNextCall: false,
  attempts: 1,
  retries: 0,
  ...facts,
});
const member = (status: MemberRecord['status']): MemberRecord => ({
  contactId: 'mc-wilma',
  id: 'hash',
  address: 'wilma@bedrock.test',
  status,
  changedAt: NOW,
  optedInAt: NOW,
  signedUpAt: null,
  unsubscribeReason: '',
  firstName: '',
  lastName: '',
});
const done = (status: MemberRecord['status'] | null): CallOutcome =>
  status === null
    ? { kind: 'done', httpStatus: 204, member: null }
    : { kind: 'done', httpStatus: 200, member: member(status) };
const refused = (title: string, httpStatus = 400, detail = ''): CallOutcome => ({
  kind: 'refused',
  httpStatus,
  title,
  detail,
});
const settle = (facts: Partial<SettledCall>, outcome: CallOutcome) => settleUpdate(call(facts), outcome, NOW);

describe('section 1: the base moves only when agreement is confirmed', () => {
  test('Mailchimp says what was wanted', () => {
    expect(settle({}, done('subscribed'))).toEqual({ kind: 'confirmed', member: member('subscribed') });
  });

  test('archiving and erasing are answered without a body', () => {
    expect(settle({ wantedStatus: 'archived' }, done(null))).toEqual({ kind: 'confirmed', member: null });
    expect(settle({ wantedStatus: null }, done(null))).toEqual({ kind: 'confirmed', member: null });
  });

  test.each(['subscribed', 'pending', 'unsubscribed'] as const)(
    'no other answer without a body confirms anything: %s',
    (wantedStatus) => {
      expect(settle({ wantedStatus }, done(null))).toMatchObject({ kind: 'read-again' });
    },
  );

  test.each(['unsubscribed', 'pending', 'archived', 'unknown'] as const)(
    'any other status is stored as M and decided afresh: %s',
    (status) => {
      expect(settle({}, done(status))).toEqual({ kind: 'differs', member: member(status) });
    },
  );

  test('a member who is still there was not erased', () => {
    expect(settle({ wantedStatus: null }, done('archived'))).toMatchObject({ kind: 'differs' });
  });

  test('the next call of the update may go after this one', () => {
    const first = settle({ wantedStatus: 'archived', hasNextCall: true }, done('unsubscribed'));
    expect(first).toEqual({ kind: 'next-call', member: member('unsubscribed') });
  });

  test('tags go only after what the update is for: nothing else is heard of the member then', () => {
    const tags = { hasNextCall: true, isNextForTags: true };
    expect(settle(tags, done('subscribed'))).toEqual({ kind: 'next-call', member: member('subscribed') });
    expect(settle(tags, done('unsubscribed'))).toEqual({ kind: 'differs', member: member('unsubscribed') });
    expect(settle(tags, done(null))).toEqual({ kind: 'next-call', member: null });
  });
});

describe('A2: a new address', () => {
  const moved = { wantedAddress: 'Wilma@Slate.test' };
  const at = (address: string): CallOutcome => ({
    kind: 'done',
    httpStatus: 200,
    member: { ...member('subscribed'), address },
  });

  test('is confirmed where the member has it, however it is spelt, and not where they have another', () => {
    expect(settle(moved, at('wilma@slate.test'))).toMatchObject({ kind: 'confirmed' });
    expect(settle(moved, at('wilma@bedrock.test'))).toMatchObject({ kind: 'differs' });
    expect(settle({ ...moved, wantedStatus: 'pending' }, at('wilma@slate.test'))).toMatchObject({
      kind: 'differs',
    });
  });

  test.each(['Member In Compliance State', 'Forgotten Email Not Subscribed', 'Invalid Resource'])(
    'that is refused ("%s") says nothing of the member’s own',
    (title) => {
      expect(settle(moved, refused(title))).toEqual({
        kind: 'refused',
        reason: 'rejected',
        mark: null,
        retryAt: null,
      });
    },
  );
});

describe('2.3: what Mailchimp refuses', () => {
  test.each([
    ['Member In Compliance State', 'compliance', 'in-compliance-state'],
    ['Forgotten Email Not Subscribed', 'forgotten', 'forgotten'],
    ['Invalid Resource', 'rejected', null],
    ['', 'rejected', null],
  ] as const)('"%s" is refused as %s', (title, reason, mark) => {
    expect(settle({}, refused(title))).toEqual({ kind: 'refused', reason, mark, retryAt: null });
  });

  test.each([
    'E has signed up to a lot of lists very recently; we’re not allowing more signups for now.',
    'Recipient "E" has too many recent signup requests',
  ])('too many sign-ups is tried again after 7, 30 and 90 days, and then no more: %s', (detail) => {
    const retries = [0, 1, 2, 3].map((count) =>
      settle({ retries: count }, refused('Invalid Resource', 400, detail)),
    );
    expect(retries.map((settlement) => ('retryAt' in settlement ? settlement.retryAt : undefined))).toEqual([
      NOW + 7 * DAY_MS,
      NOW + 30 * DAY_MS,
      NOW + 90 * DAY_MS,
      null,
    ]);
    expect(retries).toMatchObject(Array(4).fill({ kind: 'refused', reason: 'rejected' }));
  });

  test.each([
    [404, 'Resource Not Found'],
    [405, 'Method Not Allowed'],
    [400, 'Member Exists'],
  ])('%i %s says that they are not as we believed: read and decided afresh', (httpStatus, title) => {
    expect(settle({}, refused(title, httpStatus))).toEqual({ kind: 'read-again', as: 'differs' });
  });
});

describe('section 8: what did not happen, and what nobody knows', () => {
  const busy: CallOutcome = { kind: 'transient', httpStatus: 429, title: 'Too Many Requests' };

  test('what surely did not happen is sent again, later each time, at most an hour', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7].map((attempts) => {
      const settlement = settle({ attempts }, busy);
      return settlement.kind === 'send-again' ? (settlement.notBefore - NOW) / MINUTE_MS : undefined;
    });
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60]);
  });

  test('after eight attempts it is given up', () => {
    expect(settle({ attempts: 8 }, busy)).toEqual({ kind: 'read-again', as: 'unknown' });
  });

  test('what nobody knows is never sent again', () => {
    expect(settle({}, { kind: 'unknown', httpStatus: null })).toEqual({ kind: 'read-again', as: 'unknown' });
  });
});

test('tags are answered without a body, and that is enough', () => {
  const call = {
    wantedStatus: 'subscribed',
    wantedAddress: null,
    hasNextCall: false,
    attempts: 1,
    retries: 0,
  } as const;
  const answer = { kind: 'done', httpStatus: 204, member: null } as const;
  expect(settleUpdate({ ...call, isTagsCall: true }, answer, 0)).toEqual({ kind: 'confirmed', member: null });
  expect(settleUpdate(call, answer, 0)).toEqual({ kind: 'read-again', as: 'differs' });
});
