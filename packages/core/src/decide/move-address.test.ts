import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyComponent, anyPolicies } from '../../testing/arbitraries.ts';
import {
  BY_ADMIN,
  context,
  decide,
  decideOne,
  decisionsOf,
  type LinkFacts,
  link,
  under,
  writeKey,
  writesOf,
} from '../../testing/factories.ts';
import type { Decision } from '../domain/decision.ts';
import { addressKey } from '../domain/email.ts';
import type { Link, MemberStatus } from '../domain/facts.ts';
import { contactId, groupId, mailchimpContactId } from '../domain/ids.ts';
import { DEFAULT_MAPPINGS, type Pairings } from '../domain/pairings.ts';
import { reconcile } from './reconcile.ts';

const NEW = 'wilma@slate.test';
const OTHER = mailchimpContactId('mc-new');

/** In on both sides since long ago, until the contact got another address. */
const moved = (facts: LinkFacts = {}): Link =>
  link({ base: 'in', partedBy: 'civicrm', ...facts, civicrm: { addresses: [NEW], ...facts.civicrm } });
/** In on both sides since long ago, until the member changed their address at Mailchimp. */
const moving = (facts: LinkFacts = {}): Link =>
  link({
    base: 'in',
    partedBy: 'mailchimp',
    ...facts,
    mailchimp: { address: ' Wilma@Slate.test', ...facts.mailchimp },
  });
/** The new address as a member of its own, linked with the same contact. */
const atNew = (facts: LinkFacts = {}): Link =>
  link({
    id: 2,
    ...facts,
    civicrm: { addresses: [NEW] },
    mailchimp: { contactId: OTHER, address: NEW, ...facts.mailchimp },
  });

/** Names that differ, and an interest that does not. */
const NAMES: Pairings = {
  interests: [{ interestId: 'hiking', groupId: groupId(21), phase: 'running', fault: null }],
  mappings: DEFAULT_MAPPINGS,
  tags: [],
  extraTags: [],
  mergeFields: [{ tag: 'FNAME', type: 'text', choices: [] }],
};
const SAYS_WILMA = { interests: { hiking: true }, fields: { FNAME: 'Wilma' }, tags: null };
const SAYS_NOTHING = { ...SAYS_WILMA, fields: { FNAME: '' } };
const IS_BETTY = { groups: { 21: 'Added' }, fields: { first_name: 'Betty' }, tags: {} };

/** CiviCRM alone knows their name. */
const movedAndRenamed = (facts: LinkFacts = {}): Link =>
  moved({
    ...facts,
    mailchimp: { profile: SAYS_NOTHING },
    civicrm: { profile: IS_BETTY },
  });

const added = { kind: 'add-address', contactId: contactId(1), address: NEW };
const changed = {
  kind: 'change-address',
  target: mailchimpContactId('mc-wilma'),
  contactId: contactId(1),
  address: NEW,
};

describe('A1: the member changed address at Mailchimp', () => {
  test('the contact gets the new one, trimmed and in lower case; both stay in', () => {
    expect(decideOne(moving())).toEqual({
      kind: 'change',
      rule: 'A1',
      side: 'in',
      category: 'address-added',
      writes: [added],
    });
  });

  test('also while both are out', () => {
    const both = {
      mailchimp: { status: 'unsubscribed' },
      civicrm: { group: 'Removed' },
      base: 'out',
    } as const;
    expect(decideOne(moving(both))).toMatchObject({ rule: 'A1', side: 'out', writes: [added] });
  });

  test('with what else is written in CiviCRM', () => {
    expect(decideOne(moving({ mailchimp: { status: 'unsubscribed' } }))).toMatchObject({
      rule: 'R4a',
      category: 'removed-in-civicrm',
      writes: [{ kind: 'remove-from-group', contactId: 1 }, added],
    });
    expect(decideOne(moving({ civicrm: { group: 'none', history: [] }, base: 'out' }))).toMatchObject({
      rule: 'R3b',
      writes: [{ kind: 'add-to-group', contactId: 1 }, added],
    });
  });

  test('after what Mailchimp has to change', () => {
    const decision = decideOne(moving({ civicrm: { group: 'Removed' } }));
    expect(decision).toMatchObject({ rule: 'R3a', writes: [{ kind: 'remove-at-mailchimp' }] });
    expect(writesOf(decision)).toHaveLength(1);
  });

  test('with what is agreed and told of the person besides', () => {
    const decision = decideOne(moving({ civicrm: { group: 'unknown' }, mailchimp: BY_ADMIN, base: 'out' }));
    expect(decision).toMatchObject({ rule: 'A1', warnings: ['unknown-group-status'], writes: [added] });
    const made = moving({ mailchimp: { holders: 1, profile: SAYS_WILMA }, civicrm: { profile: IS_BETTY } });
    expect(decideOne(made, context({ pairings: NAMES }))).toMatchObject({
      rule: 'A1',
      writes: [added],
      notes: [{ mergeTag: 'FNAME', why: 'differs' }],
      agree: { interests: { hiking: true } },
    });
  });

  test('with interests and fields, whichever side they are written on', () => {
    const decision = decideOne(
      moving({ mailchimp: { holders: 1, profile: SAYS_NOTHING }, civicrm: { profile: IS_BETTY } }),
      context({ pairings: NAMES }),
    );
    expect(decision).toMatchObject({
      rule: 'A1',
      side: 'in',
      isAgreed: true,
      category: 'address-added',
      more: ['filled'],
      writes: [{ kind: 'update-member', profile: { fields: { FNAME: 'Betty' } } }, added],
    });
  });

  test('with several of them, of somebody agreed and of somebody who joins', () => {
    const facts = {
      mailchimp: { holders: 1, profile: { ...SAYS_NOTHING, interests: { hiking: false } } },
      civicrm: { profile: IS_BETTY },
    } as const;
    const pairings = context({ pairings: NAMES });
    expect(decideOne(moving(facts), pairings)).toMatchObject({
      rule: 'A1',
      category: 'address-added',
      more: ['interests-on', 'filled'],
    });
    const joins = moving({
      ...facts,
      civicrm: { profile: IS_BETTY, group: 'none', history: [] },
      base: 'out',
    });
    expect(decideOne(joins, pairings)).toMatchObject({
      rule: 'R3b',
      category: 'added-to-group',
      more: ['interests-on', 'filled', 'address-added'],
    });
  });

  test('both contacts that shared the address get it', () => {
    const fred = { contactId: contactId(2) };
    expect(decide([moving(), moving({ id: 2, civicrm: fred })]).flatMap(writesOf)).toEqual([
      added,
      { ...added, contactId: 2 },
    ]);
  });

  test('not a contact in the trash, nor one that waits or is refused', () => {
    expect(decideOne(moving({ civicrm: { state: 'trashed' } })).rule).toBe('E11');
    expect(decideOne(moving({ mailchimp: { status: 'pending' } }))).toMatchObject({
      kind: 'wait',
      rule: 'R6a',
    });
    expect(decideOne(moving({ mailchimp: { status: 'unknown' } }))).toMatchObject({
      kind: 'refuse',
      rule: '1',
    });
  });
});

describe('A2: the contact has another best address, which is not in the audience', () => {
  test('the member gets it, by contact_id, and stays in', () => {
    expect(decideOne(moved())).toMatchObject({
      kind: 'change',
      rule: 'A2',
      side: 'in',
      category: 'address-moved',
      writes: [changed],
    });
  });

  test('an address of which nothing is known but that it was asked for is not in the audience', () => {
    const remembered = link({
      id: 2,
      civicrm: { addresses: [NEW] },
      mailchimp: { contactId: null, address: NEW, status: 'absent', inComplianceState: true },
    });
    expect(decide([moved(), remembered])[0]).toMatchObject({ rule: 'A2' });
  });

  test('with interests and fields in the same update', () => {
    const decision = decideOne(movedAndRenamed(), context({ pairings: NAMES }));
    expect(decision).toMatchObject({
      kind: 'change',
      rule: 'A2',
      side: 'in',
      isAgreed: true,
      category: 'address-moved',
      more: ['filled'],
      ifRefused: expect.stringMatching(/^A2/),
      writes: [{ kind: 'update-member', profile: { fields: { FNAME: 'Betty' } } }, changed],
      pending: { mailchimp: { fields: { FNAME: ['Betty', 'Betty'] } } },
    });
  });

  test('what Mailchimp has refused leaves interests and fields as they are decided', () => {
    const first = decideOne(movedAndRenamed(), context({ pairings: NAMES }));
    const fingerprint = first.kind === 'change' ? (first.ifRefused ?? '') : '';
    const refusal = { reason: 'rejected', fingerprint, retryAt: null } as const;
    expect(decideOne(movedAndRenamed({ refusal }), context({ pairings: NAMES }))).toMatchObject({
      rule: '5',
      writes: [{ kind: 'update-member' }],
    });
  });

  test('of two contacts the one whose address they get says what their name is', () => {
    const fred = { contactId: contactId(2), addresses: ['fred@slate.test'] };
    const decisions = decide(
      [
        moved({ id: 2, civicrm: { ...fred, profile: IS_BETTY }, mailchimp: { profile: SAYS_NOTHING } }),
        movedAndRenamed(),
      ],
      context({ pairings: NAMES }),
    );
    expect(decisions.map((decision) => writesOf(decision).map(({ kind }) => kind))).toEqual([
      ['update-member', 'change-address'],
      [],
    ]);
  });

  test('an address that is at Mailchimp with somebody else’s contact is not given to her', () => {
    const at = (status: MemberStatus, forgotten = false): Link => ({
      ...moved(),
      atBest: { status, forgotten },
    });
    expect(decideOne(at('subscribed'))).toEqual({ kind: 'agreed', rule: 'R1', side: 'in' });
    expect(decideOne(at('unsubscribed'))).toMatchObject({
      kind: 'agreed',
      as: 'A3',
      warnings: ['address-conflict'],
    });
    expect(decideOne(at('gone', true))).toMatchObject({ kind: 'agreed', warnings: ['address-conflict'] });
    expect(decideOne(at('absent'))).toMatchObject({ rule: 'A2', writes: [changed] });
  });

  test('whoever is just being added to the group has it with the same decision, where nobody is there', () => {
    const joining = moved({ civicrm: { group: 'none', history: [] }, base: 'out' });
    expect(decideOne(joining)).toMatchObject({
      rule: 'R3b',
      category: 'added-to-group',
      more: ['address-moved'],
      writes: [{ kind: 'add-to-group' }, changed],
    });
    const others: Link = { ...joining, atBest: { status: 'unsubscribed', forgotten: false } };
    expect(writesOf(decideOne(others)).map(({ kind }) => kind)).toEqual(['add-to-group']);
    const nobody = moved({ civicrm: { group: 'none', history: [], addresses: [] }, base: 'out' });
    expect(writesOf(decideOne(nobody)).map(({ kind }) => kind)).toEqual(['add-to-group']);
  });

  test('policy moveAddress=off leaves it', () => {
    expect(decideOne(moved(), under({ moveAddress: 'off' }))).toEqual({
      kind: 'agreed',
      rule: 'R1',
      side: 'in',
    });
  });

  test.each(['unsubscribed', 'cleaned', 'archived', 'transactional'] as const)(
    '%s: the table decides',
    (status) => {
      expect(decideOne(moved({ mailchimp: { status } })).rule).toBe('R4a');
    },
  );

  test('pending: the ask is taken back, so that the new address is subscribed by 2.3 (R4b)', () => {
    const asked = moved({ mailchimp: { status: 'pending' }, base: null });
    expect(decideOne(asked)).toEqual({
      kind: 'change',
      rule: 'A2',
      side: 'out',
      category: 'withdrawn',
      writes: [
        {
          kind: 'remove-at-mailchimp',
          how: 'withdraw',
          target: mailchimpContactId('mc-wilma'),
          removalMethod: null,
        },
      ],
    });
    const withdrawn = moved({
      base: 'out',
      mailchimp: {
        status: 'unsubscribed',
        everSubscribed: false,
        ownWrite: { status: 'unsubscribed', removalMethod: null },
      },
    });
    expect(decideOne(withdrawn)).toMatchObject({
      rule: 'R4b',
      writes: [{ kind: 'subscribe', how: 'pending', address: NEW, target: null }],
    });
  });

  test('a member whom two contacts shared goes with one of them; the other is looked at afterwards', () => {
    const fred = { contactId: contactId(2), addresses: ['fred@slate.test'] };
    const decisions = decide([moved(), moved({ id: 2, civicrm: fred })]);
    expect(decisions.map(({ kind }) => kind)).toEqual(['change', 'agreed']);
    const asked = { mailchimp: { status: 'pending' }, base: null } as const;
    expect(decide([moved(asked), moved({ ...asked, id: 2, civicrm: fred })]).map(({ kind }) => kind)).toEqual(
      ['change', 'wait'],
    );
  });

  test('of two members of a contact one gets the address; then that is at Mailchimp, and the other goes (A3)', () => {
    const second = moved({ id: 2, mailchimp: { contactId: OTHER, address: 'wilma@quarry.test' } });
    expect(decide([moved(), second]).map(writesOf)).toEqual([[changed], []]);
  });

  test('a contact that is not in the group does not take the member along', () => {
    const out = { contactId: contactId(2), group: 'Removed', addresses: ['fred@slate.test'] } as const;
    expect(decide([link({ base: 'in' }), moved({ id: 2, civicrm: out })]).map(({ kind }) => kind)).toEqual([
      'agreed',
      'agreed',
    ]);
  });

  test('history has no part in it: whoever it was not read of is moved all the same', () => {
    expect(decideOne(moved({ civicrm: { addresses: [NEW], history: null } }))).toMatchObject({
      rule: 'A2',
      writes: [changed],
    });
  });

  test('a member who is out is left, though their contact is in by another address', () => {
    const elsewhere = link({
      id: 2,
      civicrm: { addresses: [NEW] },
      mailchimp: { contactId: OTHER, address: NEW },
      base: 'in',
    });
    expect(decide([moved({ mailchimp: BY_ADMIN }), elsewhere])).toMatchObject([
      { kind: 'agreed', rule: 'R1' },
      { kind: 'agreed', rule: 'R1' },
    ]);
  });

  test('what Mailchimp refused stands with its reason until what it rests on changes', () => {
    const first = decideOne(moved());
    const fingerprint = first.kind === 'change' ? (first.ifRefused ?? '') : '';
    const refusal = { reason: 'rejected', fingerprint, retryAt: null } as const;
    expect(decideOne(moved({ refusal }))).toEqual({
      kind: 'refuse',
      rule: 'A2',
      reason: 'rejected',
      fingerprint,
      retryAt: null,
      writes: [],
    });
    const corrected = moved({ refusal, civicrm: { addresses: ['wilma@gravel.test'] } });
    expect(decideOne(corrected)).toMatchObject({ kind: 'change', rule: 'A2' });
  });
});

describe('A3: the new address is a member already', () => {
  test('subscribed: the old member is removed by the removal policy, and the person stays in', () => {
    expect(decide([moved(), atNew()])).toEqual([
      {
        kind: 'change',
        rule: 'A3',
        side: 'in',
        category: 'removed-at-mailchimp',
        writes: [
          {
            kind: 'remove-at-mailchimp',
            how: 'unsubscribe',
            target: mailchimpContactId('mc-wilma'),
            removalMethod: null,
          },
        ],
      },
      { kind: 'agreed', rule: 'R1', side: 'in' },
    ]);
    expect(decide([moved(), atNew()], under({ removal: 'archive' })).flatMap(writesOf)).toMatchObject([
      { how: 'archive' },
    ]);
  });

  test('so is one who is only asked at the old address', () => {
    const asked = moved({ mailchimp: { status: 'pending' } });
    expect(decide([asked, atNew()])[0]).toMatchObject({ rule: 'A3', writes: [{ how: 'unsubscribe' }] });
  });

  test('nothing but that is written to the old member', () => {
    const [removed] = decide([movedAndRenamed(), atNew()], context({ pairings: NAMES }));
    expect(removed).toMatchObject({
      rule: 'A3',
      category: 'removed-at-mailchimp',
      writes: [{ kind: 'remove-at-mailchimp' }],
    });
    expect(removed).not.toHaveProperty('pending');
  });

  test('not where somebody else in the group would be out without the old one', () => {
    for (const addresses of [[], ['nobody@slate.test']]) {
      const fred = { contactId: contactId(2), addresses };
      const [kept] = decide([moved(), moved({ id: 3, civicrm: fred }), atNew()]);
      expect(kept).toMatchObject({ kind: 'agreed', as: 'A3', warnings: ['address-conflict'] });
    }
    const out = { contactId: contactId(2), addresses: [], group: 'Removed' } as const;
    expect(decide([moved(), moved({ id: 3, civicrm: out }), atNew()])[0]).toMatchObject({ rule: 'A3' });
  });

  test.each(['unsubscribed', 'cleaned', 'archived', 'pending', 'transactional', 'gone', 'unknown'] as const)(
    '%s: the old member is kept, with a warning',
    (status) => {
      const [kept] = decide([moved(), atNew({ mailchimp: { status } })]);
      expect(kept).toMatchObject({ kind: 'agreed', side: 'in', as: 'A3', warnings: ['address-conflict'] });
    },
  );

  test('once only, where two contacts shared the old one', () => {
    const fred = { contactId: contactId(2) };
    const rules = decide([moved(), moved({ id: 3, civicrm: fred }), atNew()]).map(({ rule }) => rule);
    expect(rules).toEqual(['A3', 'R1', 'R1']);
  });
});

describe('A5: the contact has no other address', () => {
  test('the member is kept, with a warning; whoever is asked waits on', () => {
    expect(decideOne(moved({ civicrm: { addresses: [] } }))).toEqual({
      kind: 'agreed',
      rule: 'R1',
      side: 'in',
      as: 'A5',
      warnings: ['no-email'],
    });
    expect(decideOne(moved({ mailchimp: { status: 'pending' }, civicrm: { addresses: [] } }))).toMatchObject({
      kind: 'wait',
      rule: 'R6a',
      warnings: ['no-email'],
    });
  });

  test('whatever else there is to know is told too', () => {
    const flagged = moved({ civicrm: { addresses: [], flags: ['opted-out'] } });
    expect(decideOne(flagged)).toMatchObject({ warnings: ['no-email'] });
  });
});

/** Any component in which some contacts have lost the addresses of their members. */
const anyParted = fc
  .tuple(
    anyComponent,
    fc.array(fc.constantFrom('mailchimp', 'civicrm', null), { minLength: 9, maxLength: 9 }),
  )
  .map(([links, sides]) => {
    const contacts = new Map(
      links.flatMap(({ civicrm: contact }) => (contact === null ? [] : [[contact.contactId, contact]])),
    );
    const parted = links.map((one, at) => ({
      ...one,
      partedBy: one.civicrm === null ? null : (sides[at] ?? null),
    }));
    for (const { mailchimp: member, civicrm: contact, partedBy } of parted) {
      const known = contact && contacts.get(contact.contactId);
      if (partedBy === null || member === null || known == null) continue;
      const addresses = known.addresses.filter((address) => address !== addressKey(member.address));
      contacts.set(known.contactId, { ...known, addresses });
    }
    return parted.map(
      (one): Link => ({ ...one, civicrm: one.civicrm && (contacts.get(one.civicrm.contactId) ?? null) }),
    );
  });

const isAboutAddress = ({ rule }: Decision): boolean => ['A1', 'A2', 'A3'].includes(rule);

describe('section 6 over all components', () => {
  test('A1–A3 speak only where nothing else is wanted: the subscription comes first', () => {
    fc.assert(
      fc.property(anyParted, anyPolicies, (links, policies) => {
        const plain = decisionsOf(
          reconcile(
            links.map((one) => ({ ...one, partedBy: null })),
            context({ policies }),
          ),
        );
        const decisions = decisionsOf(reconcile(links, context({ policies })));
        decisions.forEach((decision, at) => {
          if (isAboutAddress(decision)) expect(['agreed', 'wait']).toContain(plain[at]?.kind);
          else expect(decision.rule).toBe(plain[at]?.rule);
        });
      }),
    );
  });

  test('nobody is written to twice, and nobody is subscribed by it', () => {
    fc.assert(
      fc.property(anyParted, anyPolicies, (links, policies) => {
        const writes = decisionsOf(reconcile(links, context({ policies })))
          .filter(isAboutAddress)
          .flatMap(writesOf);
        const keys = writes.map((write) =>
          'target' in write
            ? `member ${write.target}`
            : `${writeKey(write)} ${'address' in write ? write.address : ''}`,
        );
        expect(new Set(keys).size).toBe(keys.length);
        expect(writes.map(({ kind }) => kind)).not.toContain('subscribe');
      }),
    );
  });

  test('A2 gives an address only to somebody subscribed, and only one that nobody at Mailchimp has', () => {
    fc.assert(
      fc.property(anyParted, anyPolicies, (links, policies) => {
        const decisions = decisionsOf(reconcile(links, context({ policies })));
        decisions.forEach((decision, at) => {
          for (const write of writesOf(decision)) {
            if (write.kind !== 'change-address') continue;
            expect(links[at]?.mailchimp?.status).toBe('subscribed');
            const holder = links.find(
              ({ mailchimp: member }) => member !== null && addressKey(member.address) === write.address,
            );
            expect(holder?.mailchimp?.status ?? 'absent').toBe('absent');
          }
        });
      }),
    );
  });
});
