import { describe, expect, test } from 'vitest';
import { day } from '../../testing/factories.ts';
import type { Write } from '../domain/decision.ts';
import { contactId } from '../domain/ids.ts';
import type { PlannedContact, RestsOn } from '../domain/planned-facts.ts';
import { isAsPlanned } from './compare-facts.ts';

const contact: PlannedContact = {
  state: 'live',
  group: 'Added',
  historyId: 7,
  addresses: ['a@x.test', 'b@x.test'],
};
const planned: RestsOn = { mailchimp: { status: 'unsubscribed', optedInAt: day(1) }, civicrm: contact };
const now = (change: Partial<RestsOn>): RestsOn => ({ ...planned, ...change });

describe('section 8: both sides are read again just before writing', () => {
  test('nothing changed', () => {
    expect(isAsPlanned(planned, now({}), [])).toBe(true);
    expect(isAsPlanned({ mailchimp: null, civicrm: null }, { mailchimp: null, civicrm: null }, [])).toBe(
      true,
    );
  });

  test.each<[string, Partial<RestsOn>]>([
    ['status', { mailchimp: { status: 'subscribed', optedInAt: day(1) } }],
    ['opt-in', { mailchimp: { status: 'unsubscribed', optedInAt: day(2) } }],
    ['opt-in, unknown now', { mailchimp: { status: 'unsubscribed', optedInAt: null } }],
    ['member is there no more', { mailchimp: null }],
    ['contact', { civicrm: { ...contact, state: 'trashed' } }],
    ['group row', { civicrm: { ...contact, group: 'Removed' } }],
    [
      'history: removed and added again, the row says what it said',
      { civicrm: { ...contact, historyId: 9 } },
    ],
    ['best address', { civicrm: { ...contact, addresses: ['b@x.test', 'a@x.test'] } }],
    ['contact is there no more', { civicrm: null }],
  ])('any difference sends the person to the next run: %s', (_, change) => {
    expect(isAsPlanned(planned, now(change), [])).toBe(false);
    expect(isAsPlanned(now(change), planned, [])).toBe(false);
  });

  const at = (address: string) => now({ mailchimp: { status: 'subscribed', optedInAt: null, address } });

  test('a member who changed address at Mailchimp meanwhile goes to the next run; a plan that did not know the address is not disturbed by it', () => {
    expect(isAsPlanned(at('wilma@bedrock.test'), at('wilma@bedrock.test'), [])).toBe(true);
    expect(isAsPlanned(at('wilma@bedrock.test'), at('wilma@slate.test'), [])).toBe(false);
    const unknown = now({ mailchimp: { status: 'subscribed', optedInAt: null } });
    expect(isAsPlanned(unknown, at('wilma@bedrock.test'), [])).toBe(true);
  });

  test('no row is no row, whether history says Deleted or nothing', () => {
    const none = now({ civicrm: { ...contact, group: 'none' } });
    const deleted = now({ civicrm: { ...contact, group: 'Deleted' } });
    expect(isAsPlanned(none, deleted, [])).toBe(true);
    expect(isAsPlanned(deleted, none, [])).toBe(true);
  });

  test('a plan that did not rest on history is not disturbed by it', () => {
    const unread = now({ civicrm: { ...contact, historyId: null } });
    expect(isAsPlanned(unread, planned, [])).toBe(true);
  });

  describe('what the decision itself has written is no difference: a worker died before it was on record', () => {
    const CONTACT = { contactId: contactId(1) };
    const NEW = 'new@x.test';
    const writes = (...kinds: readonly Write[]) => kinds;
    const addresses = (...all: readonly string[]) => now({ civicrm: { ...contact, addresses: all } });
    const hold: Write = { kind: 'put-on-hold', ...CONTACT, address: 'A@x.test' };
    const add: Write = { kind: 'add-address', ...CONTACT, address: NEW };

    test('the group', () => {
      const removed = now({ civicrm: { ...contact, group: 'Removed' } });
      const none = now({ civicrm: { ...contact, group: 'none' } });
      const remove = writes({ kind: 'remove-from-group', ...CONTACT });
      const join = writes({ kind: 'add-to-group', ...CONTACT });
      expect(isAsPlanned(planned, removed, remove)).toBe(true);
      expect(isAsPlanned(removed, planned, join)).toBe(true);
      expect(isAsPlanned(planned, none, remove)).toBe(false);
      expect(isAsPlanned(planned, removed, join)).toBe(false);
      const touched = now({ civicrm: { ...contact, group: 'Removed', historyId: 9 } });
      expect(isAsPlanned(planned, touched, remove)).toBe(false);
    });

    test('addresses that were added, taken away, put on hold, released', () => {
      const release: Write = { kind: 'take-off-hold', ...CONTACT, address: NEW };
      const away: Write = { kind: 'remove-address', ...CONTACT, address: 'a@x.test', bestBefore: null };
      expect(isAsPlanned(planned, addresses(NEW, 'a@x.test', 'b@x.test'), writes(add))).toBe(true);
      expect(isAsPlanned(planned, addresses('b@x.test'), writes(hold))).toBe(true);
      expect(isAsPlanned(planned, addresses('b@x.test', NEW, 'a@x.test'), writes(release))).toBe(true);
      expect(isAsPlanned(planned, addresses('b@x.test'), writes(away))).toBe(true);
    });

    test('but anybody else’s change beside it is one', () => {
      expect(isAsPlanned(planned, addresses(NEW, 'a@x.test'), writes(add))).toBe(false);
      expect(isAsPlanned(planned, addresses('c@x.test', 'b@x.test'), writes(hold))).toBe(false);
      const join: Write = { kind: 'add-to-group', ...CONTACT };
      expect(isAsPlanned(planned, addresses('b@x.test', 'a@x.test'), writes(join))).toBe(false);
    });
  });
});
