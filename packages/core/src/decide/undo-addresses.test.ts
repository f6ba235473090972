import { describe, expect, test } from 'vitest';
import { ADDRESS, day, history, type LinkFacts, link } from '../../testing/factories.ts';
import type { AddressPast } from '../domain/contact-address.ts';
import type { Write } from '../domain/decision.ts';
import { contactId } from '../domain/ids.ts';
import { HOUR_MS } from '../domain/instant.ts';
import { undo } from './undo.ts';

const WILMA = contactId(1);
const HOME = 'home@bedrock.test';
const ON = { contactId: WILMA, address: ADDRESS } as const;
const PAIRINGS = { interests: [], mappings: [], tags: [], extraTags: [], mergeFields: [] };

const past = (facts: Partial<AddressPast> = {}): AddressPast => ({
  ...ON,
  isPrimary: false,
  isBulkmail: true,
  hold: 'none',
  heldAt: null,
  wasReleased: false,
  ...facts,
});

/** Somebody whom we removed from the group on the fifth day. */
const REMOVED: LinkFacts = {
  civicrm: {
    group: 'Removed',
    history: history({ status: 'Added', at: day(1) }, { status: 'Removed', at: day(5), byUs: true }),
  },
};

function back(write: Write, addresses: readonly AddressPast[], facts: LinkFacts = {}) {
  const planned = { state: 'live', group: 'Added', historyId: null, addresses: [HOME] } as const;
  const before = { mailchimp: null, civicrm: planned };
  return undo({ writes: [write], pending: null, before, link: link(facts), addresses, pairings: PAIRINGS });
}
const putBack = (write: Write, category: string) => ({
  writes: [write],
  categories: [category],
  pending: null,
  stays: [],
});
const CHANGED = { writes: [], categories: [], pending: null, stays: ['changed-since'] };

describe('undo: an address that was put on hold', () => {
  const hold: Write = { kind: 'put-on-hold', ...ON };
  const held = past({ hold: 'bounced', heldAt: day(5) + 1000 });

  test('is taken off hold, however often it stands on the contact', () => {
    const spelt = { ...held, address: 'Wilma@Bedrock.test' };
    const another = past({ address: HOME });
    expect(back(hold, [another, held, spelt], REMOVED)).toEqual(
      putBack({ kind: 'take-off-hold', ...ON }, 'taken-off-hold'),
    );
  });

  test.each([
    ['it was released since', [past({ wasReleased: true })]],
    ['it was released and bounced again later', [past({ hold: 'bounced', heldAt: day(6) })]],
    ['it bounced before', [past({ hold: 'bounced', heldAt: day(4) })]],
    ['so late after that nobody knows', [past({ hold: 'bounced', heldAt: day(5) + HOUR_MS + 1 })]],
    ['CiviCRM does not say since when', [past({ hold: 'bounced' })]],
    ['its holder has opted out', [past({ hold: 'opted-out', heldAt: day(5) })]],
    ['one of several rows is not ours', [held, past()]],
    ['the contact has it no more', []],
    ['it stands on somebody else', [{ ...held, contactId: contactId(2) }]],
  ] as readonly [string, readonly AddressPast[]][])('stays so where %s', (_, addresses) => {
    expect(back(hold, addresses, REMOVED)).toEqual(CHANGED);
  });

  test('stays so where we have removed nobody, or the contact is gone', () => {
    expect(back(hold, [held])).toEqual(CHANGED);
    expect(back(hold, [held], { civicrm: { ...REMOVED.civicrm, history: null } })).toEqual(CHANGED);
    expect(back(hold, [held], { civicrm: { ...REMOVED.civicrm, state: 'trashed' } })).toEqual(CHANGED);
    expect(back(hold, [held], { civicrm: null })).toEqual(CHANGED);
    expect(back(hold, [held], { civicrm: { ...REMOVED.civicrm, contactId: contactId(2) } })).toEqual(CHANGED);
  });

  test('and the undoing of that holds it again, unless somebody has', () => {
    const release: Write = { kind: 'take-off-hold', ...ON };
    expect(back(release, [past({ wasReleased: true })])).toEqual(putBack(hold, 'put-on-hold'));
    expect(back(release, [past({ hold: 'bounced', heldAt: day(6) })])).toEqual(CHANGED);
    expect(back(release, [])).toEqual(CHANGED);
  });
});

describe('undo: an address that was added', () => {
  const add: Write = { kind: 'add-address', ...ON };
  const away: Write = { kind: 'remove-address', ...ON, bestBefore: HOME };

  test('is taken away again, and the one before it is the best one again', () => {
    expect(back(add, [past({ address: HOME, isPrimary: true, isBulkmail: false }), past()])).toEqual(
      putBack(away, 'address-removed'),
    );
    const nobody = { mailchimp: null, civicrm: null };
    const undone = undo({
      writes: [add],
      pending: null,
      before: nobody,
      link: link(),
      addresses: [past()],
      pairings: PAIRINGS,
    });
    expect(undone.writes).toEqual([{ ...away, bestBefore: null }]);
  });

  test.each([
    ['it is the primary one now', [past({ isPrimary: true })]],
    ['another is for bulk mail now', [past({ isBulkmail: false })]],
    ['it is on hold', [past({ hold: 'bounced', heldAt: day(6) })]],
    ['it was on hold, so it may have been there before', [past({ wasReleased: true })]],
    ['it stands there twice', [past(), past()]],
    ['somebody has taken it away', []],
  ] as readonly [string, readonly AddressPast[]][])('stays where %s', (_, addresses) => {
    expect(back(add, addresses)).toEqual(CHANGED);
  });

  test('and the undoing of that adds it again, unless it is there', () => {
    expect(back(away, [])).toEqual(putBack(add, 'address-added'));
    expect(back(away, [past()])).toEqual(CHANGED);
    expect(back(away, [], { civicrm: { state: 'erased' } })).toEqual(CHANGED);
    expect(back(away, [], { civicrm: { contactId: contactId(2) } })).toEqual(CHANGED);
    expect(back(away, [], { civicrm: null })).toEqual(CHANGED);
  });
});
