import { describe, expect, test } from 'vitest';
import {
  ADDRESS,
  day,
  decide,
  history,
  type LinkFacts,
  link,
  under,
  writesOf,
} from '../../testing/factories.ts';
import { fred, HOME, home, two, WORK, wilma } from '../../testing/wilma-and-fred.ts';
import type { Link } from '../domain/facts.ts';
import { mailchimpContactId, memberId } from '../domain/ids.ts';
import type { Policies } from '../domain/policies.ts';

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

  test('for ever also whom we had asked, where the contact is erased', () => {
    const asked = link({
      mailchimp: { status: 'pending' },
      civicrm: { state: 'erased', group: 'none', history: [] },
      base: 'in',
    });
    expect(HOW({ eraseAtMailchimp: 'on' }, asked)).toMatchObject([{ how: 'erase' }]);
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

describe('who of several links writes to their contact', () => {
  const OLD = 'old@x.test';
  const joins = { group: 'none', history: [], addresses: [HOME, WORK] } as const;
  const at = (id: number, address: string, facts: LinkFacts = {}): Link =>
    link({
      id,
      base: 'out',
      ...facts,
      mailchimp: { contactId: mailchimpContactId(`mc-${id}`), address, ...facts.mailchimp },
      civicrm: { ...joins, ...facts.civicrm },
    });
  const leader = (...links: readonly Link[]) =>
    links[decide(links).findIndex(({ kind }) => kind === 'change')]?.mailchimp?.address;

  test('joining: that of the member at the best address (2.4)', () => {
    expect(leader(at(1, WORK), at(2, HOME))).toBe(HOME);
    expect(leader(at(1, HOME), at(2, WORK))).toBe(HOME);
  });

  test('or of the one whose address will be the best: the contact gets it (A1), or the member does (A2)', () => {
    expect(leader(at(1, HOME), at(2, OLD, { partedBy: 'mailchimp' }))).toBe(OLD);
    expect(leader(at(1, WORK), at(2, OLD, { partedBy: 'civicrm' }))).toBe(OLD);
    expect(leader(at(1, HOME), at(2, OLD, { partedBy: 'civicrm' }))).toBe(HOME);
    const without = { civicrm: { addresses: [WORK] } };
    const lost = at(2, OLD, { partedBy: 'civicrm', civicrm: { addresses: [] } });
    expect(leader({ ...lost, id: memberId(1) }, lost)).toBe(OLD);
    expect(leader(at(1, WORK, without), at(2, OLD, without))).toBe(WORK);
  });

  test('leaving: that of nobody at Mailchimp, where there is one', () => {
    const gone = link({
      id: 1,
      mailchimp: { status: 'cleaned' },
      base: 'in',
      civicrm: { addresses: [HOME] },
    });
    const nobody = link({ id: 2, mailchimp: null, base: 'in', civicrm: { addresses: [HOME] } });
    expect(decide([gone, nobody]).map(({ kind }) => kind)).toEqual(['follow', 'change']);
  });

  test('made: whoever is not there any more has nothing to say', () => {
    const trashed = { state: 'trashed', addresses: [] } as const;
    const afresh = { base: { side: 'out', byTrash: true } } as const;
    const links = [link({ id: 1, civicrm: trashed, ...afresh }), link({ id: 2, civicrm: null, base: 'out' })];
    expect(decide(links).map(({ kind }) => kind)).toEqual(['change', 'follow']);
  });
});
