import { describe, expect, test } from 'vitest';
import {
  BY_PERSON,
  day,
  decideOne,
  FIRST_NAME,
  history,
  type LinkFacts,
  link,
  under,
} from '../../testing/factories.ts';
import type { Write } from '../domain/decision.ts';
import { contactId, groupId, mailchimpContactId } from '../domain/ids.ts';
import type { InterestPair, Pairings } from '../domain/pairings.ts';
import {
  agreeOn,
  type ContactProfile,
  type MemberProfile,
  NOTHING_AGREED,
  type PendingAgreement,
  type ProfileBase,
  type ProfileWrite,
} from '../domain/profile.ts';
import { undo } from './undo.ts';

const WILMA = contactId(1);
const HIKERS = groupId(21);
const HIKING: InterestPair = { interestId: 'hiking', groupId: HIKERS, phase: 'running', fault: null };
const FIRST = FIRST_NAME;
const PAIRED: Pairings = {
  interests: [HIKING],
  mappings: [FIRST],
  tags: ['Donor'],
  extraTags: ['regular'],
  mergeFields: [{ tag: 'FNAME', type: 'text', choices: [] }],
};

interface Profiles {
  readonly m?: Partial<MemberProfile>;
  readonly c?: Partial<ContactProfile>;
}
interface Scene extends Profiles {
  readonly facts?: LinkFacts;
  readonly agreed?: Partial<ProfileBase>;
  readonly before?: Profiles;
  readonly pending?: Partial<{ mailchimp: Partial<ProfileBase>; civicrm: Partial<ProfileBase> }> | null;
  readonly pairings?: Partial<Pairings>;
  /** Who wrote the newest row of the interest group's history. */
  readonly lastBy?: 'us' | 'staff';
}

const member = (facts: Profiles['m'] = {}): MemberProfile => ({
  interests: {},
  fields: {},
  tags: { names: [], shown: 'all' },
  ...facts,
});
const contact = (facts: Profiles['c'] = {}): ContactProfile => ({
  groups: {},
  fields: {},
  tags: {},
  ...facts,
});
const half = (facts: Partial<ProfileBase> = {}) => ({ ...NOTHING_AGREED, ...facts });

const linkOf = ({ m, c, agreed, facts = {}, lastBy = 'us' }: Scene) => ({
  ...link({
    ...facts,
    ...(facts.mailchimp !== null && { mailchimp: { profile: member(m), ...facts.mailchimp } }),
    ...(facts.civicrm !== null && {
      civicrm: {
        profile: contact(c),
        interestHistory: { 21: history({ status: 'Added', at: day(5), byUs: lastBy === 'us' }) },
        ...facts.civicrm,
      },
    }),
  }),
  ...(agreed && { profileBase: half(agreed) }),
});

function back(writes: readonly Write[], scene: Scene) {
  const { before, pending, pairings } = scene;
  return undo({
    writes,
    pending: pending == null ? null : { mailchimp: half(pending.mailchimp), civicrm: half(pending.civicrm) },
    before: {
      mailchimp: null,
      civicrm: null,
      ...(before && { profile: { mailchimp: member(before.m), civicrm: contact(before.c) } }),
    },
    link: linkOf(scene),
    addresses: [],
    pairings: { ...PAIRED, ...pairings },
  });
}

const update = (profile: Partial<ProfileWrite>): Write => ({
  kind: 'update-member',
  target: mailchimpContactId('mc-wilma'),
  profile: { interests: {}, fields: {}, tags: {}, ...profile },
});
const group = (kind: 'add-to-interest-group' | 'remove-from-interest-group'): Write => ({
  kind,
  contactId: WILMA,
  groupId: HIKERS,
});
const names = (value: string | null): Write => ({
  kind: 'write-fields',
  contactId: WILMA,
  values: { first_name: value },
});
const apart = (facts: Partial<NonNullable<ProfileBase['apart']>> = {}) => ({
  interests: {},
  tags: {},
  ...facts,
});
const pendingOf = (side: keyof PendingAgreement, facts: Partial<ProfileBase>) => ({
  mailchimp: { ...half(), apart: apart() },
  civicrm: { ...half(), apart: apart() },
  [side]: { ...half(), apart: apart(), ...facts },
});
const nothing = (...stays: readonly string[]) => ({ writes: [], categories: [], pending: null, stays });

describe('undo: interests', () => {
  const on = update({ interests: { hiking: true } });
  const scene: Scene = {
    m: { interests: { hiking: true } },
    c: { groups: { 21: 'Added' } },
    before: { m: { interests: { hiking: false } } },
  };

  test('one that was switched on at Mailchimp is switched off, and both stay so', () => {
    expect(back([on], scene)).toEqual({
      writes: [update({ interests: { hiking: false } })],
      categories: ['interests-off'],
      pending: pendingOf('mailchimp', { apart: apart({ interests: { hiking: false } }) }),
      stays: [],
    });
  });

  test('where CiviCRM has gone back itself, both agree', () => {
    const off = update({ interests: { hiking: false } });
    const wasOn = { m: { interests: { hiking: true } } };
    expect(
      back([off], { m: { interests: { hiking: false } }, c: { groups: { 21: 'Added' } }, before: wasOn }),
    ).toEqual({
      writes: [on],
      categories: ['interests-on'],
      pending: pendingOf('mailchimp', { interests: { hiking: true } }),
      stays: [],
    });
  });

  test.each([
    ['somebody has switched it since', { m: { interests: { hiking: false } } }, 'changed-since'],
    ['it was so before', { before: { m: { interests: { hiking: true } } } }, 'changed-since'],
    ['nobody knows what was before', { before: undefined }, 'unknown-before'],
    ['it is not paired any more', { pairings: { interests: [] } }, 'not-paired'],
    ['Mailchimp says nothing of it', { m: {} }, 'not-paired'],
    [
      'the pair has a fault (E16)',
      { pairings: { interests: [{ ...HIKING, fault: { code: 'E16', message: 'gone' } }] } },
      'not-paired',
    ],
    ['they are out', { facts: { mailchimp: BY_PERSON } }, 'not-in'],
    ['nobody is there', { facts: { mailchimp: null } }, 'not-in'],
    ['our row has no member', { facts: { mailchimp: { contactId: null } } }, 'not-in'],
  ] as readonly [string, Partial<Scene>, string][])('stays where %s', (_, more, why) => {
    const { before = scene.before, ...others } = more;
    const known = 'before' in more && more.before === undefined ? {} : { before };
    const { before: _before, ...rest } = scene;
    expect(back([on], { ...rest, ...others, ...known } as Scene)).toEqual(nothing(why));
  });

  test('who was put into the group is taken out, and the other way round', () => {
    expect(back([group('add-to-interest-group')], { ...scene, lastBy: 'us' })).toEqual({
      writes: [group('remove-from-interest-group')],
      categories: ['interests-off'],
      pending: pendingOf('civicrm', { apart: apart({ interests: { hiking: true } }) }),
      stays: [],
    });
    const removed = { m: { interests: { hiking: false } }, c: { groups: { 21: 'Removed' } } };
    expect(back([group('remove-from-interest-group')], removed)).toEqual({
      writes: [group('add-to-interest-group')],
      categories: ['interests-on'],
      pending: pendingOf('civicrm', { apart: apart({ interests: { hiking: false } }) }),
      stays: [],
    });
  });

  test('a contact that was made is taken from the groups that it was made with; one made with none is not looked at', () => {
    const made = {
      kind: 'create-contact',
      target: mailchimpContactId('mc-wilma'),
      address: 'wilma@bedrock.test',
    } as const;
    const { writes, pending } = back([group('add-to-interest-group')], scene);
    expect(back([{ ...made, groups: [HIKERS] }], scene)).toMatchObject({ writes, pending });
    expect(back([made], scene)).toMatchObject({ writes: [], pending: null });
  });

  test('where Mailchimp has gone back itself, or says nothing, nothing is left apart that agrees', () => {
    const wrote = [group('add-to-interest-group')];
    expect(back(wrote, { ...scene, m: { interests: { hiking: false } } }).pending).toEqual(
      pendingOf('civicrm', { interests: { hiking: false } }),
    );
    expect(back(wrote, { ...scene, m: {} }).pending).toEqual(
      pendingOf('civicrm', { apart: apart({ interests: { hiking: true } }) }),
    );
  });

  test.each([
    ['staff have touched it since', { lastBy: 'staff' }, 'changed-since'],
    ['they left it since', { c: { groups: { 21: 'Removed' } } }, 'changed-since'],
    ['the contact is in the trash', { facts: { civicrm: { state: 'trashed' } } }, 'changed-since'],
    ['there is no contact', { facts: { civicrm: null } }, 'changed-since'],
    ['nothing was read of the contact', { facts: { civicrm: { profile: undefined } } }, 'changed-since'],
    ['no history was read', { facts: { civicrm: { interestHistory: {} } } }, 'changed-since'],
    ['it is not paired any more', { pairings: { interests: [] } }, 'not-paired'],
  ] as readonly [string, Partial<Scene>, string][])('a group stays where %s', (_, more, why) => {
    expect(back([group('add-to-interest-group')], { ...scene, ...more })).toEqual(nothing(why));
  });
});

describe('undo: fields', () => {
  const atMailchimp: Scene = {
    m: { fields: { FNAME: 'WILMA' } },
    agreed: { fields: { FNAME: ['WILMA', 'Wilma'] } },
    before: { m: { fields: { FNAME: 'Betty' } }, c: { fields: { first_name: 'Betty' } } },
    pending: {
      mailchimp: { fields: { FNAME: ['Wilma', 'Wilma'] } },
      civicrm: { fields: { FNAME: ['WILMA', 'Wilma'] } },
    },
    c: { fields: { first_name: 'Wilma' } },
  };
  const wrote = update({ fields: { FNAME: 'Wilma' } });

  test('what Mailchimp was given is taken back, whatever form it had put it into; CiviCRM keeps its own', () => {
    expect(back([wrote], atMailchimp)).toEqual({
      writes: [update({ fields: { FNAME: 'Betty' } })],
      categories: ['overwritten'],
      pending: pendingOf('mailchimp', { fields: { FNAME: ['Betty', 'Wilma'] } }),
      stays: [],
    });
  });

  test('what CiviCRM was given is taken back, and Mailchimp keeps its own', () => {
    expect(back([names('Wilma')], atMailchimp)).toEqual({
      writes: [names('Betty')],
      categories: ['overwritten'],
      pending: pendingOf('civicrm', { fields: { FNAME: ['WILMA', 'Betty'] } }),
      stays: [],
    });
  });

  test('a value that was cleared is filled again', () => {
    const cleared = {
      ...atMailchimp,
      m: { fields: { FNAME: '' } },
      agreed: { fields: { FNAME: ['', null] } },
    } as const;
    const pending = { mailchimp: { fields: { FNAME: ['', null] } } } as const;
    expect(back([update({ fields: { FNAME: '' } })], { ...cleared, pending }).categories).toEqual(['filled']);
    const inCivicrm = { civicrm: { fields: { FNAME: ['', null] } } } as const;
    const c = { fields: { first_name: null } };
    expect(back([names(null)], { ...cleared, c, pending: inCivicrm })).toMatchObject({
      writes: [names('Betty')],
      categories: ['filled'],
    });
  });

  test.each([
    ['somebody has changed it since', { m: { fields: { FNAME: 'Willie' } } }, 'changed-since'],
    ['a later run has', { agreed: { fields: { FNAME: ['WILMA', 'Willie'] } } }, 'changed-since'],
    ['nothing is agreed of it', { agreed: {} }, 'changed-since'],
    ['there is no base at all', { agreed: undefined }, 'changed-since'],
    ['nobody kept what was to be agreed', { pending: null }, 'changed-since'],
    ['it was so before', { before: { m: { fields: { FNAME: 'WILMA' } } } }, 'changed-since'],
    ['nobody knows what was before', { before: { m: {} } }, 'unknown-before'],
    ['it is not mapped any more', { pairings: { mappings: [] } }, 'not-paired'],
    ['Mailchimp does not have it any more', { m: {} }, 'not-paired'],
  ] as readonly [string, object, string][])('at Mailchimp it stays where %s', (_, more, why) => {
    expect(back([wrote], { ...atMailchimp, ...more } as Scene)).toEqual(nothing(why));
  });

  test.each([
    ['somebody has changed it since', { c: { fields: { first_name: 'Willie' } } }, 'changed-since'],
    ['a later run has', { agreed: { fields: { FNAME: ['Willie', 'Wilma'] } } }, 'changed-since'],
    ['there is no base at all', { agreed: undefined }, 'changed-since'],
    ['it was so before', { before: { c: { fields: { first_name: 'Wilma' } } } }, 'changed-since'],
    ['nobody knows what was before', { before: { c: {} } }, 'unknown-before'],
    ['nobody kept what was to be agreed', { pending: null }, 'not-paired'],
    ['it is not mapped any more', { pairings: { mappings: [] } }, 'not-paired'],
    ['CiviCRM does not have it any more', { c: {} }, 'not-paired'],
    ['the contact is in the trash', { facts: { civicrm: { state: 'trashed' } } }, 'changed-since'],
    ['there is no contact', { facts: { civicrm: null } }, 'changed-since'],
  ] as readonly [string, object, string][])('in CiviCRM it stays where %s', (_, more, why) => {
    expect(back([names('Wilma')], { ...atMailchimp, ...more } as Scene)).toEqual(nothing(why));
  });
});

describe('undo: tags', () => {
  const on = update({ tags: { Donor: true, regular: true } });
  const scene: Scene = {
    m: { tags: { names: ['donor', 'regular'], shown: 'all' } },
    c: { tags: { Donor: true } },
  };

  test('one that was put on is taken off; while the contact has it, that is left so', () => {
    expect(back([on], scene)).toEqual({
      writes: [update({ tags: { Donor: false, regular: false } })],
      categories: ['filled'],
      pending: pendingOf('mailchimp', {
        tags: { Donor: false, regular: false },
        apart: apart({ tags: { Donor: false } }),
      }),
      stays: [],
    });
  });

  test('one that Mailchimp does not show among many is as we left it', () => {
    const hidden = { m: { tags: { names: [], shown: 'some' } }, agreed: { tags: { Donor: true } } } as const;
    expect(back([update({ tags: { Donor: true } })], hidden).writes).toEqual([
      update({ tags: { Donor: false } }),
    ]);
    expect(back([update({ tags: { Donor: true } })], { m: hidden.m })).toEqual(nothing('changed-since'));
  });

  test('stays where somebody changed it since, or it is not kept the same any more', () => {
    expect(back([on], { ...scene, m: {} })).toEqual(nothing('changed-since', 'changed-since'));
    expect(back([on], { ...scene, m: { tags: null } })).toEqual(nothing('not-paired', 'not-paired'));
    expect(back([on], { ...scene, pairings: { tags: [], extraTags: [] } })).toEqual(
      nothing('not-paired', 'not-paired'),
    );
    expect(back([on], { ...scene, facts: { mailchimp: BY_PERSON } })).toEqual(nothing('not-in', 'not-in'));
  });
});

describe('what was put back and left apart', () => {
  const decide = (scene: Scene) =>
    decideOne(
      { ...linkOf({ ...scene, facts: { base: 'in', mailchimp: { holders: 1 } } }) },
      { ...under({}), pairings: { ...PAIRED, mappings: [], extraTags: [] } },
    );
  const left = {
    interests: { hiking: true },
    tags: { Donor: false },
    apart: { interests: { hiking: false }, tags: { Donor: false } },
  };
  const still: Scene = {
    m: { interests: { hiking: false } },
    c: { groups: { 21: 'Added' }, tags: { Donor: true } },
    agreed: left,
  };

  test('stays so, and the person says it', () => {
    expect(decide(still)).toEqual({ kind: 'agreed', rule: 'R1', side: 'in', warnings: ['put-back'] });
  });

  test('is over when one of the two sides changes', () => {
    const on = decide({ ...still, m: { interests: { hiking: true } } });
    expect(on).toMatchObject({ kind: 'agreed', agree: { interests: { hiking: true } } });
    const off = decide({ ...still, c: { groups: { 21: 'Removed' }, tags: { Donor: false } } });
    expect(off).toMatchObject({ agree: { interests: { hiking: false }, tags: { Donor: false } } });
    expect(
      agreeOn(half(left), { ...NOTHING_AGREED, interests: { hiking: false }, tags: { Donor: false } }),
    ).toEqual(half({ interests: { hiking: false }, tags: { Donor: false } }));
    expect(agreeOn(half(left), { ...NOTHING_AGREED, tags: { Donor: true } }).apart).toEqual({
      interests: { hiking: false },
      tags: {},
    });
  });

  test('where both have changed, each goes by the base as ever', () => {
    const both = { ...still, m: { interests: { hiking: true } }, c: { groups: { 21: 'Removed' }, tags: {} } };
    expect(decide(both)).toMatchObject({
      kind: 'change',
      writes: [update({ interests: { hiking: false } })],
    });
  });
});
