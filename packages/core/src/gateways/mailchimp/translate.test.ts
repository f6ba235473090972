import { describe, expect, test } from 'vitest';
import { audienceId } from '../../domain/ids.ts';
import type { MemberCall } from '../../domain/mailchimp-call.ts';
import { toListOptions, toMemberRecord, toOperation, toRemoteBatch } from './translate.ts';

const member = {
  id: 'a'.repeat(32),
  contact_id: 'b'.repeat(32),
  email_address: 'Wilma@Oakfield-Trust.test',
  status: 'unsubscribed',
  last_changed: '2026-03-02T09:30:00+00:00',
  timestamp_opt: '2026-03-01T09:30:00+00:00',
};

describe('a member', () => {
  test('in our words', () => {
    expect(
      toMemberRecord({
        ...member,
        timestamp_signup: '2026-02-27T08:00:00+00:00',
        unsubscribe_reason: 'N/A (Unsubscribed by admin)',
        merge_fields: { FNAME: 'Wilma', LNAME: 'Øster', ADDRESS: '' },
      }),
    ).toEqual({
      contactId: member.contact_id,
      id: member.id,
      address: 'Wilma@Oakfield-Trust.test',
      status: 'unsubscribed',
      changedAt: Date.parse('2026-03-02T09:30:00Z'),
      optedInAt: Date.parse('2026-03-01T09:30:00Z'),
      signedUpAt: Date.parse('2026-02-27T08:00:00Z'),
      unsubscribeReason: 'N/A (Unsubscribed by admin)',
      firstName: 'Wilma',
      lastName: 'Øster',
    });
  });

  test.each(['subscribed', 'pending', 'unsubscribed', 'cleaned', 'transactional', 'archived'] as const)(
    'who is %s is so',
    (status) => {
      expect(toMemberRecord({ ...member, status }).status).toBe(status);
    },
  );

  test.each(['snoozed', '', 'toString'])('with the status %j is a riddle, never out', (status) => {
    expect(toMemberRecord({ ...member, status }).status).toBe('unknown');
  });

  test('unset dates and fields are nothing', () => {
    const bare = toMemberRecord({ ...member, last_changed: '', timestamp_opt: '', timestamp_signup: '' });
    expect(bare).toMatchObject({
      changedAt: null,
      optedInAt: null,
      signedUpAt: null,
      unsubscribeReason: '',
      firstName: '',
    });
  });

  test('a name field of another type is taken as text, or as nothing', () => {
    const fields = { FNAME: 7, LNAME: { addr1: 'Oak Road' } };
    expect(toMemberRecord({ ...member, merge_fields: fields })).toMatchObject({
      firstName: '7',
      lastName: '',
    });
  });
});

test('a batch that is not finished has no results', () => {
  const batch = {
    id: 'abc',
    status: 'pending',
    total_operations: 0,
    finished_operations: 0,
    errored_operations: 0,
    submitted_at: '2026-03-02T09:30:00+00:00',
    response_body_url: '',
  } as const;
  expect(toRemoteBatch(batch)).toMatchObject({
    resultUrl: null,
    submittedAt: Date.parse(batch.submitted_at),
  });
});

describe('what is asked for', () => {
  const page = { offset: 0, count: 1000 };

  test('everybody: not a word of dates, because a very old one hangs there', () => {
    expect(toListOptions({ list: 'default', window: null }, page, ['total_items'])).toEqual({
      fields: ['total_items'],
      ...page,
      sort_field: 'last_changed',
      sort_dir: 'ASC',
    });
  });

  test('a window without an end, up to now', () => {
    const options = toListOptions({ list: 'default', window: { since: 0, before: null } }, page, []);
    expect(options.since_last_changed).toBe('1970-01-01T00:00:00+00:00');
    expect(options).not.toHaveProperty('before_last_changed');
  });

  test('a window of the archived, in whole seconds', () => {
    const window = {
      since: Date.parse('2026-03-02T09:30:00.900Z'),
      before: Date.parse('2026-03-02T10:00:00Z'),
    };
    expect(toListOptions({ list: 'archived', window }, page, [])).toMatchObject({
      status: 'archived',
      since_last_changed: '2026-03-02T09:30:00+00:00',
      before_last_changed: '2026-03-02T10:00:00+00:00',
    });
  });
});

describe('an operation of a batch', () => {
  const audience = audienceId('abcdef0123');
  const toApi = (call: MemberCall) => toOperation(audience, { operationId: 'u1', call });

  test('carries its body as JSON in a string, and asks nothing of required fields', () => {
    expect(toApi({ kind: 'patch', key: 'k1', body: { status: 'unsubscribed' } })).toEqual({
      operation_id: 'u1',
      method: 'PATCH',
      path: '/lists/abcdef0123/members/k1',
      params: { skip_merge_validation: 'true' },
      body: '{"status":"unsubscribed"}',
    });
  });

  test('names its member safely, whatever stands in the key', () => {
    expect(toApi({ kind: 'archive', key: 'a/b@c.test' })).toEqual({
      operation_id: 'u1',
      method: 'DELETE',
      path: '/lists/abcdef0123/members/a%2Fb%40c.test',
    });
  });

  test('may erase', () => {
    expect(toApi({ kind: 'delete-permanent', key: 'k1' })).toMatchObject({
      method: 'POST',
      path: '/lists/abcdef0123/members/k1/actions/delete-permanent',
    });
  });
});
