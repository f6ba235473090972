import { describe, expect, test } from 'vitest';
import {
  ADDRESS,
  context,
  day,
  decide,
  history,
  type LinkFacts,
  link,
  NOW,
  writesOf,
} from '../../testing/factories.ts';
import type { CivicrmFacts, MailchimpFacts } from '../domain/facts.ts';
import { contactId, mailchimpContactId } from '../domain/ids.ts';
import type { Policies } from '../domain/policies.ts';
import { reconcile } from './reconcile.ts';

const under = (policies: Partial<Policies>) => context({ policies });

// Wilma has two addresses and so two members; Wilma and Fred share the first address.
const HOME = ADDRESS;
const WORK = 'wilma@quarry.test';
const home = (facts: Partial<MailchimpFacts> = {}) => ({
  address: HOME,
  contactId: mailchimpContactId('mc-home'),
  ...facts,
});
const work = (facts: Partial<MailchimpFacts> = {}) => ({
  address: WORK,
  contactId: mailchimpContactId('mc-work'),
  ...facts,
});
const wilma = (facts: Partial<CivicrmFacts> = {}) => ({
  contactId: contactId(1),
  addresses: [HOME, WORK],
  ...facts,
});
const fred = (facts: Partial<CivicrmFacts> = {}) => ({
  contactId: contactId(2),
  addresses: [HOME],
  ...facts,
});

const BY_ADMIN = { status: 'unsubscribed', unsubscribeReason: 'N/A (Unsubscribed by admin)' } as const;
const BY_PERSON = { status: 'unsubscribed', unsubscribeReason: 'No longer interested' } as const;

const AGREED_IN = { kind: 'agreed', side: 'in' };
const AGREED_OUT = { kind: 'agreed', side: 'out' };
const removes = (member: string) => ({
  kind: 'change',
  writes: [{ kind: 'remove-at-mailchimp', target: member }],
});
const leaves = (contact: number) => ({
  kind: 'change',
  writes: [{ kind: 'remove-from-group', contactId: contact }],
});
const joins = (contact: number) => ({
  kind: 'change',
  writes: [{ kind: 'add-to-group', contactId: contact }],
});

const two = (first: LinkFacts, second: LinkFacts) =>
  [link({ id: 1, ...first }), link({ id: 2, ...second })] as const;

describe('1.1: one contact with several addresses', () => {
  test('one of two addresses unsubscribing changes nothing in the group', () => {
    const links = two(
      { mailchimp: home(BY_PERSON), civicrm: wilma(), base: 'in' },
      { mailchimp: work(), civicrm: wilma(), base: 'in' },
    );
    expect(decide(links)).toMatchObject([AGREED_IN, AGREED_IN]);
  });

  test('the last of the addresses unsubscribing leaves the group, once', () => {
    const links = two(
      { mailchimp: home(BY_PERSON), civicrm: wilma(), base: 'in' },
      { mailchimp: work(BY_PERSON), civicrm: wilma(), base: 'in' },
    );
    expect(decide(links)).toMatchObject([leaves(1), { kind: 'follow', lead: 1, side: 'out', rule: 'R4a' }]);
  });

  test('leaving the group removes every in-member', () => {
    const gone = wilma({ group: 'Removed' });
    const links = two(
      { mailchimp: home(), civicrm: gone, base: 'in' },
      { mailchimp: work(), civicrm: gone, base: 'in' },
    );
    expect(decide(links)).toMatchObject([removes('mc-home'), removes('mc-work')]);
  });

  test('leaving the group leaves alone a member who is out already', () => {
    const gone = wilma({ group: 'Removed' });
    const links = two(
      { mailchimp: home(), civicrm: gone, base: 'in' },
      { mailchimp: work(BY_PERSON), civicrm: gone, base: 'in' },
    );
    expect(decide(links)).toMatchObject([removes('mc-home'), AGREED_OUT]);
  });

  test('joining subscribes only the best address', () => {
    const links = two(
      { mailchimp: work(BY_ADMIN), civicrm: wilma(), base: 'out' },
      { mailchimp: home(BY_ADMIN), civicrm: wilma(), base: 'out' },
    );
    expect(decide(links)).toMatchObject([
      { kind: 'follow', rule: 'R4b', side: 'in', lead: 2 },
      { kind: 'change', rule: 'R4b', writes: [{ kind: 'subscribe', address: HOME, target: 'mc-home' }] },
    ]);
  });

  test('an address that bounced is put on hold whichever of the addresses is looked at first', () => {
    const bounced: LinkFacts = { mailchimp: home({ status: 'cleaned' }), civicrm: wilma(), base: 'in' };
    const left: LinkFacts = { mailchimp: work(BY_PERSON), civicrm: wilma(), base: 'in' };
    for (const links of [two(bounced, left), two(left, bounced)]) {
      expect(decide(links).flatMap(writesOf)).toEqual([
        { kind: 'remove-from-group', contactId: 1 },
        { kind: 'put-on-hold', contactId: 1, address: HOME },
      ]);
    }
  });

  test('while one of the members has a status that nobody knows, nobody is taken to have left', () => {
    const links = two(
      { mailchimp: home(BY_PERSON), civicrm: wilma(), base: 'in' },
      { mailchimp: work({ status: 'unknown' }), civicrm: wilma(), base: 'in' },
    );
    expect(decide(links)).toMatchObject([
      { kind: 'refuse', reason: 'unknown-status', writes: [] },
      { kind: 'refuse', reason: 'unknown-status', writes: [] },
    ]);
  });
});

describe('1.1: one address of several contacts (Wilma and Fred)', () => {
  test('the member stays while one of them is Added', () => {
    const links = two(
      { mailchimp: home(), civicrm: wilma({ group: 'Removed' }), base: 'in' },
      { mailchimp: home(), civicrm: fred(), base: 'in' },
    );
    expect(decide(links)).toMatchObject([AGREED_IN, AGREED_IN]);
  });

  test('the member is removed when the last of them has left, once', () => {
    const links = two(
      { mailchimp: home(), civicrm: wilma({ group: 'Removed' }), base: 'in' },
      { mailchimp: home(), civicrm: fred({ group: 'Removed' }), base: 'in' },
    );
    expect(decide(links)).toMatchObject([removes('mc-home'), { kind: 'follow', lead: 1, side: 'out' }]);
  });

  test('its unsubscribing removes both', () => {
    const links = two(
      { mailchimp: home(BY_PERSON), civicrm: wilma(), base: 'in' },
      { mailchimp: home(BY_PERSON), civicrm: fred(), base: 'in' },
    );
    expect(decide(links)).toMatchObject([leaves(1), leaves(2)]);
  });

  test('its unsubscribing spares whoever has another address that is in', () => {
    const links = [
      link({ id: 1, mailchimp: home(BY_PERSON), civicrm: wilma(), base: 'in' }),
      link({ id: 2, mailchimp: work(), civicrm: wilma(), base: 'in' }),
      link({ id: 3, mailchimp: home(BY_PERSON), civicrm: fred(), base: 'in' }),
    ];
    expect(decide(links)).toMatchObject([AGREED_IN, AGREED_IN, leaves(2)]);
  });

  test('E11: a trashed contact takes nobody along whose address another Added contact holds', () => {
    const links = two(
      { mailchimp: home(), civicrm: wilma({ state: 'trashed' }), base: 'in' },
      { mailchimp: home(), civicrm: fred() },
    );
    expect(decide(links)).toMatchObject([AGREED_IN, AGREED_IN]);
  });

  test('E12b: nobody is created for a trashed contact while a live one holds the address', () => {
    const links = two(
      { mailchimp: home(), civicrm: wilma({ state: 'trashed' }), base: 'out' },
      { mailchimp: home(), civicrm: fred({ group: 'none' }) },
    );
    expect(decide(links).flatMap(writesOf)).toEqual([{ kind: 'add-to-group', contactId: 2 }]);
  });

  test('R6: an ask is not taken back while another contact with the address is Added', () => {
    const asked = home({ status: 'pending', ownWrite: { status: 'pending', removalMethod: null } });
    for (const base of ['in', 'out'] as const) {
      const links = two(
        { mailchimp: asked, civicrm: wilma({ group: 'Removed' }), base },
        { mailchimp: asked, civicrm: fred() },
      );
      expect(decide(links)).toMatchObject([
        { kind: 'wait', as: 'R6a', why: 'asked' },
        { kind: 'wait', rule: 'R6a' },
      ]);
    }
  });

  const leftByMail = history(
    { status: 'Added', at: day(1) },
    { status: 'Removed', at: day(2), method: 'Email' },
    { status: 'Added', at: day(3), method: 'API' },
  );

  test('I2: whoever must be asked is asked, though the other who shares the address need not be', () => {
    const carefree: LinkFacts = {
      mailchimp: home(BY_ADMIN),
      civicrm: wilma({ addresses: [HOME] }),
      base: 'out',
    };
    const careful: LinkFacts = {
      mailchimp: home(BY_ADMIN),
      civicrm: fred({ history: leftByMail }),
      base: 'out',
    };
    for (const links of [two(carefree, careful), two(careful, carefree)]) {
      expect(decide(links).flatMap(writesOf)).toMatchObject([{ kind: 'subscribe', how: 'pending' }]);
    }
  });

  test('I2: a removal that carries out somebody’s own is remembered as theirs, whoever else left with them', () => {
    const removed = (method: string) =>
      history({ status: 'Added', at: day(1) }, { status: 'Removed', at: day(2), method });
    const byStaff: LinkFacts = {
      mailchimp: home(),
      civicrm: wilma({ group: 'Removed', history: removed('Admin') }),
      base: 'in',
    };
    const own: LinkFacts = {
      mailchimp: home(),
      civicrm: fred({ group: 'Removed', history: removed('Email') }),
      base: 'in',
    };
    for (const links of [two(byStaff, own), two(own, byStaff)]) {
      expect(decide(links).flatMap(writesOf)).toMatchObject([{ removalMethod: 'Email' }]);
    }
  });

  test('E12: nobody is erased for ever for one contact whom another had only left', () => {
    const erased: LinkFacts = {
      mailchimp: home(),
      civicrm: wilma({ state: 'erased', group: 'none', history: [] }),
      base: 'in',
    };
    const left: LinkFacts = { mailchimp: home(), civicrm: fred({ group: 'Removed' }), base: 'in' };
    for (const links of [two(erased, left), two(left, erased)]) {
      const writes = decide(links, under({ eraseAtMailchimp: 'on' })).flatMap(writesOf);
      expect(writes).toMatchObject([{ how: 'unsubscribe' }]);
    }
  });
});

describe('1.1: outcomes that cancel each other', () => {
  // Wilma is out of the group; one of her members was agreed in and is to be removed, the other joins.
  const out = wilma({ group: 'Removed' });
  const leaving = (base: LinkFacts['base']): LinkFacts => ({
    mailchimp: home({ optedInAt: day(0) }),
    civicrm: out,
    base: base ?? null,
  });
  const joining = (base: LinkFacts['base']): LinkFacts => ({
    mailchimp: work({ optedInAt: day(50) }),
    civicrm: out,
    base: base ?? null,
  });

  test('base in speaks before base out', () => {
    expect(decide(two(leaving('in'), joining('out')))).toMatchObject([
      removes('mc-home'),
      { kind: 'wait', rule: 'R3b', as: '1.1', why: 'yields' },
    ]);
  });

  test('a link with a base speaks before one without', () => {
    expect(decide(two(leaving(null), joining('out')))).toMatchObject([
      { kind: 'wait', rule: 'R3d', as: '1.1', why: 'yields' },
      joins(1),
    ]);
  });

  test('the order of the links does not matter', () => {
    expect(decide(two(joining('out'), leaving('in')))).toMatchObject([
      { kind: 'wait', why: 'yields' },
      removes('mc-home'),
    ]);
  });

  test('between equals nothing is written, and both rows say so', () => {
    const disagrees = { kind: 'refuse', rule: '1.1', reason: 'links-disagree', writes: [] };
    expect(decide(two(leaving(null), joining(null)))).toMatchObject([disagrees, disagrees]);
  });

  test('whoever ranks below two that disagree yields to them', () => {
    const third = {
      mailchimp: { address: 'w@third.test', contactId: mailchimpContactId('mc-third') },
      civicrm: out,
      base: null,
    };
    const links = [
      link({ id: 1, ...leaving('in') }),
      link({ id: 2, ...joining('in'), base: { side: 'in', optedInAt: day(0) } }),
      link({ id: 3, ...third }),
    ];
    expect(decide(links)).toMatchObject([
      { kind: 'refuse', reason: 'links-disagree' },
      { kind: 'refuse', reason: 'links-disagree' },
      { kind: 'wait', why: 'yields' },
    ]);
  });

  test('links of one member that cancel each other are weighed in the same way', () => {
    const links = two(
      {
        mailchimp: home({ optedInAt: day(5) }),
        civicrm: wilma({ group: 'Removed' }),
        base: { side: 'in', optedInAt: day(5) },
      },
      { mailchimp: home({ optedInAt: day(5) }), civicrm: fred({ group: 'none' }) },
    );
    expect(decide(links)).toMatchObject([removes('mc-home'), { kind: 'wait', rule: 'R3c', why: 'yields' }]);
  });

  test('links that share nobody do not cancel each other', () => {
    const links = two(
      { mailchimp: home(), civicrm: wilma({ group: 'Removed' }), base: 'in' },
      {
        mailchimp: { address: 'fred@other.test', contactId: mailchimpContactId('mc-fred') },
        civicrm: fred({ group: 'none' }),
      },
    );
    expect(decide(links)).toMatchObject([removes('mc-home'), joins(2)]);
  });

  test('what is agreed cancels nothing', () => {
    const links = two(
      { mailchimp: home(), civicrm: out, base: 'in' },
      { mailchimp: work(BY_ADMIN), civicrm: out, base: 'out' },
    );
    expect(decide(links)).toMatchObject([removes('mc-home'), AGREED_OUT]);
  });
});

describe('2.2: removing at Mailchimp', () => {
  const left = (method: string | null) =>
    link({
      civicrm: {
        group: 'Removed',
        history: history({ status: 'Added', at: day(1) }, { status: 'Removed', at: day(2), method }),
      },
      base: 'in',
    });
  const [HOW] = [
    (policies: Partial<Policies>, given = left('Admin')) =>
      decide([given], under(policies)).flatMap(writesOf),
  ];

  test('by policy unsubscribe (the default) or archive, on the contact_id', () => {
    expect(HOW({})).toEqual([
      { kind: 'remove-at-mailchimp', how: 'unsubscribe', target: 'mc-wilma', removalMethod: 'Admin' },
    ]);
    expect(HOW({ removal: 'archive' })).toMatchObject([{ how: 'archive' }]);
  });

  test('it remembers how they left CiviCRM', () => {
    expect(HOW({}, left('Email'))).toMatchObject([{ removalMethod: 'Email' }]);
    expect(HOW({}, left(null))).toMatchObject([{ removalMethod: null }]);
    const vanished = link({ civicrm: { group: 'none', history: [] }, base: 'in' });
    expect(HOW({}, vanished)).toMatchObject([{ removalMethod: null }]);
  });

  test('it remembers their own removal though staff repeated it', () => {
    const repeated = history(
      { status: 'Added', at: day(1) },
      { status: 'Removed', at: day(2), method: 'Email' },
      { status: 'Removed', at: day(3) },
    );
    expect(HOW({}, link({ civicrm: { group: 'Removed', history: repeated }, base: 'in' }))).toMatchObject([
      { removalMethod: 'Email' },
    ]);
  });

  test('for ever only where the contact is erased, and only by policy', () => {
    const erased = link({ civicrm: { state: 'erased', group: 'none', history: [] }, base: 'in' });
    const trashed = link({ civicrm: { state: 'trashed' }, base: 'in' });
    expect(HOW({}, erased)).toMatchObject([{ how: 'unsubscribe' }]);
    expect(HOW({ eraseAtMailchimp: 'on' }, erased)).toMatchObject([{ how: 'erase' }]);
    expect(HOW({ eraseAtMailchimp: 'on' }, trashed)).toMatchObject([{ how: 'unsubscribe' }]);
    expect(HOW({ eraseAtMailchimp: 'on' })).toMatchObject([{ how: 'unsubscribe' }]);
  });

  test('an ask is withdrawn by unsubscribing whatever the removal policy', () => {
    const asked = link({
      mailchimp: { status: 'pending', ownWrite: { status: 'pending', removalMethod: null } },
      civicrm: { group: 'Removed' },
    });
    expect(HOW({ removal: 'archive' }, asked)).toMatchObject([{ how: 'withdraw', removalMethod: null }]);
  });
});

describe('E3: an address that bounced', () => {
  const cleaned = link({ mailchimp: { status: 'cleaned' }, base: 'in' });

  test('leaves the group, and is put on hold', () => {
    expect(decide([cleaned])).toMatchObject([
      {
        rule: 'R4a',
        warnings: ['cleaned'],
        writes: [
          { kind: 'remove-from-group', contactId: 1 },
          { kind: 'put-on-hold', contactId: 1, address: ADDRESS },
        ],
      },
    ]);
  });

  test('is not put on hold with holdCleaned=off, nor where the contact has it no more', () => {
    expect(decide([cleaned], under({ holdCleaned: 'off' })).flatMap(writesOf)).toHaveLength(1);
    const moved = link({ mailchimp: { status: 'cleaned' }, civicrm: { addresses: [WORK] }, base: 'in' });
    expect(decide([moved]).flatMap(writesOf)).toEqual([{ kind: 'remove-from-group', contactId: 1 }]);
  });

  test('is compared without regard to case', () => {
    const spelt = link({ mailchimp: { status: 'cleaned', address: ' WILMA@bedrock.test ' }, base: 'in' });
    expect(decide([spelt]).flatMap(writesOf)).toMatchObject([{}, { kind: 'put-on-hold', address: ADDRESS }]);
  });
});

describe('E1: a new contact', () => {
  test('is made once for a member, whatever its links', () => {
    const links = two(
      { mailchimp: home(), civicrm: wilma({ state: 'trashed' }), base: 'out' },
      { mailchimp: home(), civicrm: fred({ state: 'erased' }), base: 'out' },
    );
    expect(decide(links)).toMatchObject([
      { rule: 'E12b', writes: [{ kind: 'create-contact', target: 'mc-home', address: HOME }] },
      { kind: 'follow', lead: 1, side: 'in', warnings: ['joined-afresh'] },
    ]);
  });
});

describe('what is still to be read', () => {
  test('is told all at once, and nothing is decided before', () => {
    const links = [
      link({ id: 1, mailchimp: home(), civicrm: wilma({ group: 'Removed', history: null }), base: 'in' }),
      link({ id: 2, mailchimp: work({ status: 'absent' }), civicrm: fred(), base: 'in' }),
      link({
        id: 3,
        mailchimp: home(),
        civicrm: fred({ contactId: contactId(3), group: 'Removed' }),
        base: 'in',
      }),
    ];
    expect(reconcile(links, context({ areOwnersRead: false }))).toEqual({
      kind: 'unread',
      wanted: new Set(['history', 'member', 'owners']),
    });
  });

  test('nobody needs to be read for people who agree', () => {
    const agreed = link({ civicrm: { history: null }, base: 'in' });
    expect(reconcile([agreed], context({ areOwnersRead: false })).kind).toBe('decided');
  });
});

test('the clock is in the facts: the same facts give the same decisions', () => {
  const links = two(
    { mailchimp: home(BY_PERSON), civicrm: wilma() },
    { mailchimp: work(), civicrm: fred({ group: 'none' }) },
  );
  expect(decide(links, context({ now: NOW }))).toEqual(decide(links, context({ now: NOW })));
});
