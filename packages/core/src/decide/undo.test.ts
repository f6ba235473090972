import { describe, expect, test } from 'vitest';
import { ADDRESS, BY_PERSON, day, history, type LinkFacts, link } from '../../testing/factories.ts';
import type { Write } from '../domain/decision.ts';
import { contactId, mailchimpContactId } from '../domain/ids.ts';
import { undo } from './undo.ts';

const WILMA = contactId(1);
const MEMBER = mailchimpContactId('mc-wilma');

const NOTHING_PAIRED = { interests: [], mappings: [], tags: [], extraTags: [], mergeFields: [] };

/** `addressBefore` null: the plan said nothing of it. */
const back = (write: Write, facts: LinkFacts, addressBefore: string | null = null) =>
  undo({
    writes: [write],
    pending: null,
    before: {
      mailchimp:
        addressBefore === null ? null : { status: 'subscribed', optedInAt: null, address: addressBefore },
      civicrm: null,
    },
    link: link(facts),
    addresses: [],
    pairings: NOTHING_PAIRED,
  });
const putBack = (write: Write, category: string, ...stays: readonly string[]) => ({
  writes: [write],
  categories: [category],
  pending: null,
  stays,
});
const stays = (why: string) => ({ writes: [], categories: [], pending: null, stays: [why] });
/** As our own last write left the membership. */
const byUs = (status: 'Added' | 'Removed') =>
  ({ group: status, history: history({ status, at: day(5), method: 'API', byUs: true }) }) as const;
const made = (status: 'subscribed' | 'pending' | 'unsubscribed' | 'archived') =>
  ({ status, ownWrite: { status, removalMethod: null } }) as const;

const subscribe = (how: 'if-new' | 'pending'): Extract<Write, { kind: 'subscribe' }> => ({
  kind: 'subscribe',
  how,
  address: ADDRESS,
  target: null,
  contactId: WILMA,
  isAsk: how === 'pending',
});
const remove = (how: 'unsubscribe' | 'archive' | 'withdraw' | 'erase'): Write => ({
  kind: 'remove-at-mailchimp',
  how,
  target: MEMBER,
  removalMethod: null,
});

describe('undo: in CiviCRM', () => {
  const add: Write = { kind: 'add-to-group', contactId: WILMA };
  const create: Write = { kind: 'create-contact', target: MEMBER, address: ADDRESS };
  const leave: Write = { kind: 'remove-from-group', contactId: WILMA };

  test('who was put into the group is taken out again; a contact that was made stays, and that is said', () => {
    const out: Write = { kind: 'remove-from-group', contactId: WILMA };
    expect(back(add, { civicrm: byUs('Added') })).toEqual(putBack(out, 'removed-in-civicrm'));
    expect(back(create, { civicrm: byUs('Added') })).toEqual(
      putBack(out, 'removed-in-civicrm', 'contact-kept'),
    );
  });

  test('who was taken out is put in again', () => {
    expect(back(leave, { civicrm: byUs('Removed') })).toEqual(
      putBack({ kind: 'add-to-group', contactId: WILMA }, 'added-to-group'),
    );
  });

  test('what somebody changed since stays', () => {
    for (const write of [add, create, leave]) {
      for (const civicrm of [
        { group: 'Added' },
        { group: 'Removed' },
        { ...byUs('Added'), state: 'trashed' },
        null,
      ] as const)
        expect(back(write, { civicrm })).toEqual(stays('changed-since'));
    }
    expect(back(add, { civicrm: { group: 'Added', history: null } })).toEqual(stays('changed-since'));
  });
});

describe('undo: at Mailchimp', () => {
  test('who was subscribed is unsubscribed, an ask is taken back', () => {
    expect(back(subscribe('if-new'), { mailchimp: made('subscribed') })).toEqual(
      putBack(remove('unsubscribe'), 'removed-at-mailchimp'),
    );
    expect(back(subscribe('pending'), { mailchimp: made('pending') })).toEqual(
      putBack(remove('withdraw'), 'withdrawn', 'mail-sent'),
    );
  });

  test('what a subscription brought along stays, and that is said', () => {
    const profile = { interests: { hiking: true }, fields: {}, tags: {} };
    expect(back({ ...subscribe('if-new'), profile }, { mailchimp: made('subscribed') }).stays).toEqual([
      'came-along',
    ]);
    const nothing = { interests: {}, fields: {}, tags: {} };
    expect(
      back({ ...subscribe('if-new'), profile: nothing }, { mailchimp: made('subscribed') }).stays,
    ).toEqual([]);
    expect(back({ ...subscribe('if-new'), profile }, { mailchimp: BY_PERSON })).toEqual(
      stays('changed-since'),
    );
  });

  test.each([
    ['unsubscribe', 'unsubscribed'],
    ['archive', 'archived'],
  ] as const)('who was removed (%s) is subscribed again', (how, status) => {
    const again: Write = {
      kind: 'subscribe',
      how: 'subscribed',
      address: ADDRESS,
      target: MEMBER,
      contactId: WILMA,
      isAsk: false,
    };
    expect(back(remove(how), { mailchimp: made(status) })).toEqual(putBack(again, 'subscribed'));
  });

  test('I2: whoever left by their own will is not brought back', () => {
    const byMail = {
      status: 'unsubscribed',
      ownWrite: { status: 'unsubscribed', removalMethod: 'Email' },
    } as const;
    expect(back(remove('unsubscribe'), { mailchimp: byMail })).toEqual(stays('own-will'));
    const compliant = { ...made('unsubscribed'), inComplianceState: true };
    expect(back(remove('unsubscribe'), { mailchimp: compliant })).toEqual(stays('own-will'));
    const before = { ...made('archived'), leftByOwnWill: true };
    expect(back(remove('archive'), { mailchimp: before })).toEqual(stays('own-will'));
  });

  test('what somebody changed since stays', () => {
    expect(back(subscribe('if-new'), { mailchimp: BY_PERSON })).toEqual(stays('changed-since'));
    expect(back(subscribe('if-new'), { mailchimp: null })).toEqual(stays('changed-since'));
    expect(back(subscribe('if-new'), { mailchimp: { ...made('subscribed'), contactId: null } })).toEqual(
      stays('changed-since'),
    );
    expect(back(remove('unsubscribe'), {})).toEqual(stays('changed-since'));
    expect(back(remove('unsubscribe'), { mailchimp: made('unsubscribed'), civicrm: null })).toEqual(
      stays('changed-since'),
    );
  });

  test('nobody who was erased comes back, and nobody is asked twice', () => {
    expect(back(remove('erase'), {})).toEqual(stays('erased'));
    expect(back(remove('withdraw'), {})).toEqual(stays('asked-once'));
  });
});

describe('undo: a change of address', () => {
  const write: Write = { kind: 'change-address', target: MEMBER, contactId: WILMA, address: ADDRESS };

  test('goes back to the one before', () => {
    expect(back(write, {}, 'old@bedrock.test')).toEqual(
      putBack({ ...write, address: 'old@bedrock.test' }, 'address-moved'),
    );
  });

  test('not where they have yet another one, or are out, or nobody knows what was before', () => {
    expect(back(write, { mailchimp: { address: 'x@bedrock.test' } }, 'old@bedrock.test')).toEqual(
      stays('changed-since'),
    );
    expect(back(write, { mailchimp: { status: 'unsubscribed' } }, 'old@bedrock.test')).toEqual(
      stays('changed-since'),
    );
    expect(back(write, {}, null)).toEqual(stays('unknown-before'));
    expect(back(write, { mailchimp: null }, 'old@bedrock.test')).toEqual(stays('changed-since'));
    expect(back(write, { civicrm: null }, 'old@bedrock.test')).toEqual(stays('changed-since'));
  });
});
