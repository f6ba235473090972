import { describe, expect, test } from 'vitest';
import { mailchimp } from '../../testing/factories.ts';
import type { MemberStatus } from '../domain/facts.ts';
import { isOwnWill, whoLeft } from './who-left.ts';

test('only Email and Web are a person’s own removal', () => {
  expect(['Email', 'Web', 'Admin', 'API', 'email', '', null].filter(isOwnWill)).toEqual(['Email', 'Web']);
});

describe('2.3: who took them out', () => {
  test.each<MemberStatus>(['subscribed', 'pending', 'cleaned', 'transactional', 'absent', 'gone', 'unknown'])(
    'nobody, where they are %s',
    (status) => {
      expect(whoLeft(mailchimp({ status }))).toBeNull();
    },
  );

  const byUs = (status: 'unsubscribed' | 'archived', removalMethod: string | null = null) => ({
    status,
    removalMethod,
  });

  test.each([
    [
      'a reason "N/A" is an administrator or the API',
      { status: 'unsubscribed', unsubscribeReason: 'N/A (Unsubscribed by admin)' },
      'administrator',
    ],
    ['another reason is the person', { status: 'unsubscribed', unsubscribeReason: 'Spam' }, 'person'],
    ['no reason is the person', { status: 'unsubscribed' }, 'person'],
    ['our own unsubscription', { status: 'unsubscribed', ownWrite: byUs('unsubscribed', 'Admin') }, 'us'],
    ['our own archiving', { status: 'archived', ownWrite: byUs('archived') }, 'us'],
    [
      'our own write that made another status',
      { status: 'unsubscribed', ownWrite: byUs('archived') },
      'person',
    ],
    [
      'our own, carrying out their own removal',
      { status: 'unsubscribed', ownWrite: byUs('unsubscribed', 'Web') },
      'person',
    ],
    [
      'our own, of somebody never seen subscribed',
      { status: 'archived', everSubscribed: false, ownWrite: byUs('archived') },
      'person',
    ],
    ['archived, last seen subscribed', { status: 'archived', statusBefore: 'subscribed' }, 'administrator'],
    ['archived, never seen before', { status: 'archived' }, 'person'],
    [
      'archived, had unsubscribed',
      { status: 'archived', statusBefore: 'unsubscribed', leftByOwnWill: true },
      'person',
    ],
    [
      'archived by us, had unsubscribed',
      {
        status: 'archived',
        statusBefore: 'unsubscribed',
        leftByOwnWill: true,
        ownWrite: byUs('archived'),
      },
      'person',
    ],
  ] as const)('%s', (_, facts, leaver) => {
    expect(whoLeft(mailchimp(facts))).toBe(leaver);
  });
});
