import { describe, expect, test } from 'vitest';
import {
  BY_ADMIN,
  context,
  day,
  decide,
  FIRST_NAME,
  history,
  type LinkFacts,
  link,
  under,
  writesOf,
} from '../../testing/factories.ts';
import type { Decision } from '../domain/decision.ts';
import type { Link } from '../domain/facts.ts';
import { contactId, groupId, mailchimpContactId } from '../domain/ids.ts';
import type { InterestPair, Mapping, MergeField, Pairings } from '../domain/pairings.ts';
import {
  type ContactProfile,
  type MemberProfile,
  NOTHING_AGREED,
  type ProfileBase,
  type ProfileWrite,
} from '../domain/profile.ts';
import { reconcile } from './reconcile.ts';

const HIKING: InterestPair = { interestId: 'hiking', groupId: groupId(21), phase: 'running', fault: null };
const SAILING: InterestPair = { interestId: 'sailing', groupId: groupId(22), phase: 'running', fault: null };
const FIRST = FIRST_NAME;
const FIELDS: readonly MergeField[] = [
  { tag: 'FNAME', type: 'text', choices: [] },
  { tag: 'AGE', type: 'number', choices: [] },
];

const pairings = (facts: Partial<Pairings> = {}): Pairings => ({
  interests: [],
  mappings: [],
  tags: [],
  extraTags: [],
  mergeFields: FIELDS,
  ...facts,
});
const member = (facts: Partial<MemberProfile> = {}): MemberProfile => ({
  interests: {},
  fields: {},
  tags: null,
  ...facts,
});
const contact = (facts: Partial<ContactProfile> = {}): ContactProfile => ({
  groups: {},
  fields: {},
  tags: {},
  ...facts,
});

interface PairedFacts extends LinkFacts {
  readonly m?: Partial<MemberProfile>;
  readonly c?: Partial<ContactProfile>;
  readonly agreed?: Partial<ProfileBase>;
}

/** Somebody who is in on both sides and has been since long ago, whose address is nobody else's, unless said otherwise. */
function paired({ m, c, agreed, ...facts }: PairedFacts): Link {
  const made = link({
    base: 'in',
    ...facts,
    ...(facts.mailchimp !== null && {
      mailchimp: { ...(m && { profile: member(m) }), holders: 1, ...facts.mailchimp },
    }),
    ...(facts.civicrm !== null && { civicrm: { ...(c && { profile: contact(c) }), ...facts.civicrm } }),
  });
  return agreed === undefined ? made : { ...made, profileBase: { ...NOTHING_AGREED, ...agreed } };
}

const look = (links: readonly Link[], of: Partial<Pairings>): readonly Decision[] =>
  decide(links, { ...context(), pairings: pairings(of) });

const one = (facts: PairedFacts, of: Partial<Pairings>): Decision => {
  const [decision] = look([paired(facts)], of);
  if (decision === undefined) throw new Error('one link, no decision');
  return decision;
};
const update = (profile: Partial<ProfileWrite>, target = 'mc-wilma') => ({
  kind: 'update-member',
  target,
  profile: { interests: {}, fields: {}, tags: {}, ...profile },
});

describe('4: interests of one link', () => {
  test('one changed at Mailchimp and another in CiviCRM: both survive, in one decision', () => {
    const decision = one(
      {
        m: { interests: { hiking: false, sailing: false } },
        c: { groups: { 21: 'Added', 22: 'Added' } },
        agreed: { interests: { hiking: true, sailing: false } },
      },
      { interests: [HIKING, SAILING] },
    );
    expect(decision).toMatchObject({
      kind: 'change',
      rule: '4',
      side: 'in',
      isAgreed: true,
      category: 'interests-off',
      more: ['interests-on'],
      writes: [
        { kind: 'remove-from-interest-group', contactId: 1, groupId: 21 },
        update({ interests: { sailing: true } }),
      ],
      pending: {
        mailchimp: { interests: { sailing: true } },
        civicrm: { interests: { hiking: false } },
      },
    });
  });

  test('what is the same is agreed at once, one by one', () => {
    const decision = one(
      { m: { interests: { hiking: true, sailing: false } }, c: { groups: { 21: 'Added', 22: '' } } },
      { interests: [HIKING, SAILING] },
    );
    expect(decision).toEqual({
      kind: 'agreed',
      rule: 'R1',
      side: 'in',
      agree: { ...NOTHING_AGREED, interests: { hiking: true, sailing: false } },
    });
  });

  test('of a pair that is newly paired everything waits for approval', () => {
    const decision = one(
      {
        m: { interests: { hiking: true } },
        c: { groups: { 21: '' } },
        civicrm: { interestHistory: { 21: [] } },
      },
      { interests: [{ ...HIKING, phase: 'newly-paired' }] },
    );
    expect(decision).toMatchObject({ category: 'interest-paired' });
  });

  test.each<[string, PairedFacts, InterestPair]>([
    ['E16, E20: of a pair with a fault', {}, { ...HIKING, fault: { code: 'E20', message: 'Gone.' } }],
    ['E20: that is missing from Mailchimp’s answer', { m: { interests: {} } }, HIKING],
    ['E16: whose group was not read', { c: { groups: {} } }, HIKING],
  ])('nothing follows from an interest %s', (_, facts, pair) => {
    const decision = one(
      {
        m: { interests: { hiking: true } },
        c: { groups: { 21: '' } },
        agreed: { interests: { hiking: true } },
        ...facts,
      },
      { interests: [pair] },
    );
    expect(decision).toEqual({ kind: 'agreed', rule: 'R1', side: 'in' });
  });

  test('a removal that may be later than the opt-in is listed', () => {
    const decision = one(
      {
        m: { interests: { hiking: true } },
        c: { groups: { 21: 'Removed' } },
        civicrm: { interestHistory: { 21: [] } },
      },
      { interests: [HIKING] },
    );
    expect(decision).toMatchObject({ kind: 'agreed', warnings: ['interest-undated'] });
  });

  test('so is a membership of an interest group that is not confirmed', () => {
    const facts = { m: { interests: { hiking: true } }, c: { groups: { 21: 'Pending' } } };
    expect(one(facts, { interests: [HIKING] })).toMatchObject({ warnings: ['interest-unconfirmed'] });
  });

  test('history is asked for where dates decide', () => {
    const links = [paired({ m: { interests: { hiking: true } }, c: { groups: { 21: '' } } })];
    expect(reconcile(links, { ...context(), pairings: pairings({ interests: [HIKING] }) })).toEqual({
      kind: 'unread',
      wanted: new Set(['interest-history']),
    });
  });
});

describe('4: only while the person is in', () => {
  const differs = {
    m: { interests: { hiking: true } },
    c: { groups: { 21: '' } },
    agreed: { interests: { hiking: true } },
  } as const;
  test.each<[string, PairedFacts, Decision['kind']]>([
    ['R2: out on both sides', { mailchimp: BY_ADMIN, civicrm: { group: 'Removed' } }, 'agreed'],
    ['R4a: unsubscribed', { mailchimp: BY_ADMIN }, 'change'],
    ['R3a: removed from the group', { civicrm: { group: 'Removed' } }, 'change'],
    ['R6a: asked', { mailchimp: { status: 'pending' } }, 'wait'],
    ['E11: in the trash', { civicrm: { state: 'trashed' } }, 'change'],
  ])('%s: no interest and no interest group is touched', (_, facts, kind) => {
    const decision = one({ ...differs, ...facts }, { interests: [HIKING] });
    expect(decision.kind).toBe(kind);
    expect(writesOf(decision).map((write) => write.kind)).not.toContain('update-member');
    expect(JSON.stringify(decision)).not.toContain('interest');
  });

  test('R3b: who is just being added to the group joins interest groups with it, and Mailchimp gets what it lacks', () => {
    const decision = one(
      {
        base: 'out',
        civicrm: { group: 'none' },
        m: { interests: { hiking: true, sailing: false } },
        c: { groups: { 21: '', 22: 'Added' } },
        agreed: { interests: { hiking: false, sailing: false } },
      },
      { interests: [HIKING, SAILING], tags: ['Donor'] },
    );
    expect(decision).toMatchObject({
      kind: 'change',
      rule: 'R3b',
      category: 'added-to-group',
      more: ['interests-on'],
      writes: [
        { kind: 'add-to-group' },
        { kind: 'add-to-interest-group', groupId: 21 },
        update({ interests: { sailing: true } }),
      ],
      pending: {
        civicrm: { interests: { hiking: true } },
        mailchimp: { interests: { sailing: true } },
      },
    });
  });
});

test('somebody whom Mailchimp has not named yet is left alone', () => {
  const facts = {
    mailchimp: { contactId: null },
    m: { interests: { hiking: true } },
    c: { groups: { 21: 'Added' } },
  };
  expect(one(facts, { interests: [HIKING] })).toEqual({ kind: 'agreed', rule: 'R1', side: 'in' });
});

describe('4: interests of several links', () => {
  const both = (mailchimp: string, hiking: boolean, address: string) => ({
    mailchimp: { contactId: mailchimpContactId(mailchimp), address },
    m: { interests: { hiking } },
  });
  const addresses = ['best@bedrock.test', 'other@bedrock.test'];

  test('are read from the in-member at the best address, and written to all', () => {
    const civicrm = { addresses };
    const rest = { c: { groups: { 21: 'Added' } }, agreed: { interests: { hiking: true } } };
    const decisions = look(
      [
        paired({ id: 1, ...both('other', true, 'other@bedrock.test'), ...rest, civicrm }),
        paired({ id: 2, ...both('best', false, 'best@bedrock.test'), ...rest, civicrm }),
      ],
      { interests: [HIKING] },
    );
    expect(decisions.map(writesOf)).toEqual([
      [update({ interests: { hiking: false } }, 'other')],
      [{ kind: 'remove-from-interest-group', contactId: 1, groupId: 21 }],
    ]);
  });

  test('and one that is as it should be already is agreed', () => {
    const civicrm = { addresses: ['best@bedrock.test'] };
    const rest = { c: { groups: { 21: 'Added' } } };
    const decisions = look(
      [
        paired({ id: 1, ...both('best', true, 'best@bedrock.test'), ...rest, civicrm }),
        paired({ id: 2, ...both('other', true, 'other@bedrock.test'), ...rest, civicrm }),
        paired({
          id: 3,
          mailchimp: { contactId: mailchimpContactId('third'), address: 'third@bedrock.test' },
          m: {},
          ...rest,
          civicrm,
        }),
      ],
      { interests: [HIKING] },
    );
    expect(decisions.map(({ kind }) => kind)).toEqual(['agreed', 'agreed', 'agreed']);
  });

  const couple = (
    groups: readonly [string, string],
    facts: { hiking: boolean; bases: readonly [boolean?, boolean?] },
  ) =>
    groups.map((row, at) => {
      const base = facts.bases[at];
      return paired({
        id: at + 1,
        m: { interests: { hiking: facts.hiking } },
        c: { groups: { 21: row } },
        civicrm: { contactId: contactId(at + 1), interestHistory: { 21: [] } },
        ...(base !== undefined && { agreed: { interests: { hiking: base } } }),
      });
    });
  const hiking = { interests: [HIKING] };

  test('1.1: an interest that one of two contacts has stays on', () => {
    const decisions = look(couple(['Removed', 'Added'], { hiking: true, bases: [true, true] }), hiking);
    expect(decisions.map(({ kind }) => kind)).toEqual(['agreed', 'agreed']);
  });

  test('1.1: and goes off when neither has it, written once', () => {
    const decisions = look(couple(['Removed', ''], { hiking: true, bases: [true, true] }), hiking);
    expect(decisions.flatMap(writesOf)).toEqual([update({ interests: { hiking: false } })]);
  });

  test('1.1: switched off at Mailchimp it takes both out of the group', () => {
    const decisions = look(couple(['Added', 'Added'], { hiking: false, bases: [true, true] }), hiking);
    expect(decisions.flatMap(writesOf).map(({ kind }) => kind)).toEqual([
      'remove-from-interest-group',
      'remove-from-interest-group',
    ]);
  });

  test('1.1: where they want opposite things, a base that is on speaks first', () => {
    const decisions = look(couple(['', ''], { hiking: true, bases: [true] }), hiking);
    expect(decisions.flatMap(writesOf)).toEqual([update({ interests: { hiking: false } })]);
  });

  test('1.1: then one that is off', () => {
    const removed = history({ status: 'Added', at: day(1) }, { status: 'Removed', at: day(50) });
    const [wilma, fred] = couple(['', 'Removed'], { hiking: true, bases: [false] });
    if (wilma === undefined || fred?.civicrm == null) throw new Error('two links');
    const late = { ...fred, civicrm: { ...fred.civicrm, interestHistory: { 21: removed } } };
    const decisions = look([wilma, late], hiking);
    expect(decisions.flatMap(writesOf)).toMatchObject([{ kind: 'add-to-interest-group', contactId: 1 }]);
  });

  test('1.1: between equals nothing is written', () => {
    const removed = history({ status: 'Added', at: day(1) }, { status: 'Removed', at: day(50) });
    const [wilma, fred] = couple(['', 'Removed'], { hiking: true, bases: [] });
    if (wilma === undefined || fred?.civicrm == null) throw new Error('two links');
    const late = { ...fred, civicrm: { ...fred.civicrm, interestHistory: { 21: removed } } };
    expect(look([wilma, late], hiking).flatMap(writesOf)).toEqual([]);
  });

  test('a member who is also another contact’s is left to that one', () => {
    const shared = { contactId: mailchimpContactId('shared'), address: 'shared@bedrock.test' };
    const own = { contactId: mailchimpContactId('own'), address: 'own@bedrock.test' };
    const second = { contactId: contactId(2), addresses: ['own@bedrock.test', 'shared@bedrock.test'] };
    const wants = { c: { groups: { 21: 'Added' } }, agreed: { interests: { hiking: false } } };
    const decisions = look(
      [
        paired({
          id: 1,
          mailchimp: shared,
          m: { interests: { hiking: false } },
          c: { groups: { 21: '' } },
          agreed: wants.agreed,
        }),
        paired({ id: 2, mailchimp: shared, m: { interests: { hiking: false } }, ...wants, civicrm: second }),
        paired({ id: 3, mailchimp: own, m: { interests: { hiking: false } }, ...wants, civicrm: second }),
      ],
      hiking,
    );
    expect(decisions.map(writesOf)).toEqual([[], [], [update({ interests: { hiking: true } }, 'own')]]);
  });

  test('1.1: what is off at the best address does not switch off what is on for another contact of a member', () => {
    const shared = { contactId: mailchimpContactId('shared'), address: 'shared@bedrock.test' };
    const own = { contactId: mailchimpContactId('own'), address: 'own@bedrock.test' };
    const first = { contactId: contactId(1), addresses: ['own@bedrock.test', 'shared@bedrock.test'] };
    const isOff = { m: { interests: { hiking: false } }, agreed: { interests: { hiking: false } } };
    const isOn = { m: { interests: { hiking: true } }, agreed: { interests: { hiking: true } } };
    const linksOf = (row: 'Added' | 'Removed') => [
      paired({ id: 1, mailchimp: own, ...isOff, c: { groups: { 21: '' } }, civicrm: first }),
      paired({ id: 2, mailchimp: shared, ...isOn, c: { groups: { 21: '' } }, civicrm: first }),
      paired({
        id: 3,
        mailchimp: shared,
        ...isOn,
        c: { groups: { 21: row } },
        civicrm: { contactId: contactId(2), addresses: ['shared@bedrock.test'] },
      }),
    ];
    expect(look(linksOf('Added'), hiking).flatMap(writesOf)).toEqual([]);
    expect(look(linksOf('Removed'), hiking).flatMap(writesOf)).toEqual([
      update({ interests: { hiking: false } }, 'shared'),
    ]);
  });

  test('a write that another contact of the member wants is carried by the one with the lowest id', () => {
    const decisions = look(couple(['', 'Added'], { hiking: false, bases: [false, false] }), hiking);
    expect(decisions.map(writesOf)).toEqual([[update({ interests: { hiking: true } })], []]);
  });

  test('also where that one is only being added to the group', () => {
    const links = [
      paired({
        id: 1,
        base: 'out',
        m: { interests: { hiking: false } },
        c: { groups: { 21: 'Added' } },
        civicrm: { group: 'none' },
        agreed: { interests: { hiking: false } },
      }),
    ];
    expect(
      look(links, hiking)
        .flatMap(writesOf)
        .map(({ kind }) => kind),
    ).toEqual(['add-to-group', 'update-member']);
  });
});

describe('5: fields', () => {
  const names = (mailchimp: string, civicrm: string | null, base?: readonly [string, string]) => ({
    m: { fields: { FNAME: mailchimp } },
    c: { fields: { first_name: civicrm } },
    ...(base && { agreed: { fields: { FNAME: base } } }),
  });
  const mapped = { mappings: [FIRST] };

  test('E18: changed in CiviCRM, it is written to Mailchimp', () => {
    expect(one(names('Wilma', 'Betty', ['Wilma', 'Wilma']), mapped)).toMatchObject({
      rule: '5',
      category: 'overwritten',
      writes: [update({ fields: { FNAME: 'Betty' } })],
      pending: { mailchimp: { fields: { FNAME: ['Betty', 'Betty'] } } },
    });
  });

  test('E7: changed at Mailchimp, it is written to CiviCRM', () => {
    expect(one(names('Betty', 'Wilma', ['Wilma', 'Wilma']), mapped)).toMatchObject({
      rule: '5',
      category: 'overwritten',
      writes: [{ kind: 'write-fields', contactId: 1, values: { first_name: 'Betty' } }],
    });
  });

  test('an empty field is filled, which is no overwriting', () => {
    expect(one(names('Betty', null), mapped)).toMatchObject({ category: 'filled' });
    expect(one(names('', 'Betty'), mapped)).toMatchObject({ category: 'filled' });
  });

  test('the same is agreed', () => {
    expect(one(names('Wilma', 'Wilma'), mapped)).toMatchObject({
      kind: 'agreed',
      agree: { fields: { FNAME: ['Wilma', 'Wilma'] } },
    });
  });

  test('differing values are listed', () => {
    expect(one(names('Betty', 'Wilma'), mapped)).toMatchObject({
      kind: 'agreed',
      warnings: ['value-differs'],
      notes: [{ mergeTag: 'FNAME', why: 'differs' }],
    });
  });

  test('a value that Mailchimp would refuse is listed, and the rest goes on', () => {
    const age: Mapping = { ...FIRST, fieldPath: 'age', mergeTag: 'AGE' };
    const decision = one(
      { m: { fields: { FNAME: '', AGE: '' } }, c: { fields: { first_name: 'Wilma', age: 'old' } } },
      { mappings: [FIRST, age] },
    );
    expect(decision).toMatchObject({
      writes: [update({ fields: { FNAME: 'Wilma' } })],
      warnings: ['value-refused'],
      notes: [{ mergeTag: 'AGE', why: 'not-a-number' }],
    });
  });

  test.each<[string, Partial<Pairings>, PairedFacts]>([
    ['whose merge tag is gone', { mappings: [{ ...FIRST, mergeTag: 'GONE' }] }, names('Betty', null)],
    ['that Mailchimp did not tell', mapped, { ...names('', 'Wilma'), m: {} }],
    ['that CiviCRM did not tell', mapped, { ...names('Wilma', null), c: {} }],
    [
      'that goes one way, against it',
      { mappings: [{ ...FIRST, direction: 'civicrm-to-mailchimp' }] },
      names('Wilma', null),
    ],
  ])('nothing is written for a field %s', (_, of, facts) => {
    expect(one(facts, of)).toEqual({ kind: 'agreed', rule: 'R1', side: 'in' });
  });

  test.each<[string, PairedFacts]>([
    ['whose address several contacts hold', { mailchimp: { holders: 2 } }],
    ['at another address than the best', { civicrm: { addresses: ['best@bedrock.test'] } }],
    ['of somebody without a usable address', { civicrm: { addresses: [] } }],
  ])('nothing is written to CiviCRM from a member %s', (_, facts) => {
    const decision = one({ ...names('Betty', 'Wilma', ['Wilma', 'Wilma']), ...facts }, mapped);
    expect(decision).toMatchObject({ kind: 'agreed' });
    const back = { mappings: [{ ...FIRST, direction: 'mailchimp-to-civicrm' }] } as const;
    expect(one({ ...names('Betty', 'Wilma', ['Wilma', 'Wilma']), ...facts }, back)).toMatchObject({
      kind: 'agreed',
    });
  });

  test('who else holds the address is asked first', () => {
    const made = paired(names('Betty', 'Wilma', ['Wilma', 'Wilma']));
    if (made.mailchimp === null) throw new Error('somebody is at Mailchimp');
    const { holders: _, ...unread } = made.mailchimp;
    const links = [{ ...made, mailchimp: unread }];
    expect(reconcile(links, { ...context(), pairings: pairings(mapped) })).toEqual({
      kind: 'unread',
      wanted: new Set(['owners']),
    });
  });

  test('of two contacts of one member that with the lowest id speaks, and neither is written to', () => {
    const decisions = look(
      [
        paired({ id: 1, ...names('Wilma', 'Fred'), civicrm: { contactId: contactId(2) } }),
        paired({ id: 2, ...names('Wilma', null), civicrm: { contactId: contactId(1) } }),
      ],
      mapped,
    );
    expect(decisions.map(({ kind }) => kind)).toEqual(['agreed', 'agreed']);
    expect(decisions.map(({ warnings }) => warnings)).toEqual([undefined, undefined]);
  });

  test('who is just being added to the group is written to at Mailchimp too', () => {
    const decision = one(
      {
        base: 'out',
        ...names('', 'Wilma'),
        c: { fields: { first_name: 'Wilma' }, tags: { Donor: true } },
        m: { fields: { FNAME: '' }, tags: { names: [], shown: 'all' } },
        civicrm: { group: 'none' },
      },
      { ...mapped, tags: ['Donor'] },
    );
    expect(writesOf(decision)).toMatchObject([
      { kind: 'add-to-group' },
      update({ fields: { FNAME: 'Wilma' }, tags: { Donor: true } }),
    ]);
  });
});

describe('5: tags', () => {
  const donor = (wanted: boolean, names: readonly string[]) => ({
    m: { tags: { names, shown: 'all' as const } },
    c: { tags: { Donor: wanted } },
  });
  test('one that CiviCRM has is put on', () => {
    expect(one(donor(true, []), { tags: ['Donor'] })).toMatchObject({
      rule: '5',
      category: 'filled',
      writes: [update({ tags: { Donor: true } })],
      pending: { mailchimp: { tags: { Donor: true } } },
    });
  });
  test('a developer’s own counts too; one that is right is agreed', () => {
    expect(one(donor(true, ['donor']), { extraTags: ['Donor'] })).toMatchObject({
      kind: 'agreed',
      agree: { tags: { Donor: true } },
    });
  });
  test('nothing is done about tags that were not read', () => {
    expect(one({ m: {}, c: { tags: { Donor: true } } }, { tags: ['Donor'] })).toEqual(
      one({ m: {}, c: {} }, {}),
    );
    expect(one({ ...donor(true, []), c: {} }, { tags: ['Donor'] })).toMatchObject({ kind: 'agreed' });
  });
});

describe('2.3: interests, fields and tags go with a subscription', () => {
  const wants = { interests: [HIKING, SAILING], mappings: [FIRST], tags: ['Donor'] };
  const c = {
    groups: { 21: 'Added', 22: '' },
    fields: { first_name: 'Wilma' },
    tags: { Donor: true },
  };

  test('of somebody who is nobody at Mailchimp yet: what CiviCRM has', () => {
    expect(one({ mailchimp: null, base: null, c }, wants)).toMatchObject({
      rule: 'R4c',
      writes: [
        {
          kind: 'subscribe',
          profile: { interests: { hiking: true }, fields: { FNAME: 'Wilma' }, tags: { Donor: true } },
        },
      ],
      pending: {
        mailchimp: {
          interests: { hiking: true, sailing: false },
          fields: { FNAME: ['Wilma', 'Wilma'] },
          tags: { Donor: true },
        },
      },
    });
  });

  test('of somebody who was there before: only what differs, and what they changed meanwhile stays theirs', () => {
    const decision = one(
      {
        base: 'out',
        mailchimp: BY_ADMIN,
        m: {
          interests: { hiking: false, sailing: false },
          fields: { FNAME: 'Wilma' },
          tags: { names: ['donor'], shown: 'all' },
        },
        c,
        agreed: { interests: { hiking: true, sailing: false }, fields: { FNAME: ['Wilma', 'Wilma'] } },
      },
      wants,
    );
    expect(decision).toMatchObject({ rule: 'R4b', writes: [{ kind: 'subscribe' }] });
    expect(writesOf(decision)[0]).not.toHaveProperty('profile');
    expect(decision).toMatchObject({
      pending: { mailchimp: { interests: { sailing: false }, tags: { Donor: true } } },
    });
  });

  test('an interest that CiviCRM changed since both agreed goes with it, on and off', () => {
    const decision = one(
      {
        base: 'out',
        mailchimp: BY_ADMIN,
        m: { interests: { hiking: false, sailing: true } },
        c: { groups: { 21: 'Added', 22: 'Removed' } },
        agreed: { interests: { hiking: false, sailing: true } },
      },
      { interests: [HIKING, SAILING] },
    );
    expect(writesOf(decision)[0]).toMatchObject({
      profile: { interests: { hiking: true, sailing: false } },
    });
    expect(decision).toMatchObject({
      pending: { mailchimp: { interests: { hiking: true, sailing: false } } },
    });
  });

  test('what Mailchimp would refuse is left out and listed', () => {
    const age: Mapping = { ...FIRST, fieldPath: 'age', mergeTag: 'AGE' };
    const decision = one(
      {
        mailchimp: null,
        base: null,
        c: { fields: { age: 'old', first_name: null } },
        civicrm: { flags: ['opted-out'] },
      },
      {
        mappings: [age, FIRST, { ...age, mergeTag: 'GONE' }, { ...FIRST, direction: 'mailchimp-to-civicrm' }],
      },
    );
    expect(decision).toMatchObject({
      warnings: ['flagged', 'value-refused'],
      notes: [{ mergeTag: 'AGE', why: 'not-a-number' }],
    });
  });

  test('a pair with a fault, one that is newly paired and one that was not read are left out', () => {
    const decision = one(
      { mailchimp: null, base: null, c: { groups: { 21: 'Added', 22: 'Added' } } },
      {
        interests: [
          { ...HIKING, fault: { code: 'E16', message: 'Gone.' } },
          { ...SAILING, phase: 'newly-paired' },
          { ...HIKING, groupId: groupId(23) },
        ],
        tags: ['Donor'],
      },
    );
    expect(decision).toHaveProperty('pending', { mailchimp: NOTHING_AGREED, civicrm: NOTHING_AGREED });
  });

  test('what Mailchimp did not tell of somebody who is there is left alone', () => {
    const decision = one({ base: 'out', mailchimp: BY_ADMIN, m: {}, c }, wants);
    expect(decision).toHaveProperty('pending', { mailchimp: NOTHING_AGREED, civicrm: NOTHING_AGREED });
  });

  test('what was agreed with another address says nothing of the best one', () => {
    const other = {
      mailchimp: { ...BY_ADMIN, contactId: mailchimpContactId('other'), address: 'other@bedrock.test' },
      civicrm: { addresses: ['wilma@bedrock.test'] },
    };
    const decision = one(
      {
        base: 'out',
        ...other,
        m: { interests: { hiking: false } },
        c,
        agreed: { interests: { hiking: true } },
      },
      { interests: [HIKING] },
    );
    expect(writesOf(decision)[0]).toMatchObject({ profile: { interests: { hiking: true } } });
  });

  test('nothing goes with it where nothing is paired, or nothing was read', () => {
    expect(one({ mailchimp: null, base: null, c }, {})).not.toHaveProperty('pending');
    expect(one({ mailchimp: null, base: null }, wants)).not.toHaveProperty('pending');
  });

  test('an ask takes them along too', () => {
    const [decision] = decide([paired({ mailchimp: null, base: null, c })], {
      ...under({ doubleOptIn: 'on' }),
      pairings: pairings(wants),
    });
    expect(decision).toMatchObject({ category: 'asked', side: null, writes: [{ profile: {} }] });
  });
});

describe('E1: a new contact', () => {
  const made = (m: Partial<MemberProfile> | undefined, interests: readonly InterestPair[]) =>
    one({ base: null, civicrm: null, ...(m && { m }) }, { interests });

  test('is in the groups of the interests that are on', () => {
    expect(made({ interests: { hiking: true, sailing: false } }, [HIKING, SAILING])).toMatchObject({
      rule: 'R3c',
      category: 'created',
      more: ['interests-on'],
      writes: [{ kind: 'create-contact', groups: [21] }],
    });
  });

  test.each<[string, Partial<MemberProfile> | undefined, InterestPair]>([
    ['none is on', { interests: { hiking: false } }, HIKING],
    [
      'the pair has a fault',
      { interests: { hiking: true } },
      { ...HIKING, fault: { code: 'E16', message: 'Gone.' } },
    ],
    ['it waits for approval', { interests: { hiking: true } }, { ...HIKING, phase: 'newly-paired' }],
    ['Mailchimp did not tell', undefined, HIKING],
  ])('is in none where %s', (_, m, pair) => {
    const decision = made(m, [pair]);
    expect(writesOf(decision)).toEqual([
      { kind: 'create-contact', target: 'mc-wilma', address: 'wilma@bedrock.test' },
    ]);
    expect(decision).not.toHaveProperty('more');
  });
});
