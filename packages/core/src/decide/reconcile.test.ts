import { describe, expect, test } from 'vitest';
import {
  BY_ADMIN,
  BY_PERSON,
  context,
  day,
  decide,
  history,
  type LinkFacts,
  link,
  NOW,
  under,
  writesOf,
} from '../../testing/factories.ts';
import {
  AGREED_IN,
  AGREED_OUT,
  fred,
  HOME,
  home,
  leaves,
  removes,
  two,
  wilma,
  work,
} from '../../testing/wilma-and-fred.ts';
import { contactId } from '../domain/ids.ts';
import { reconcile } from './reconcile.ts';

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

  test('3: what is in the trash is nobody’s question while a live one holds the address', () => {
    const links = two(
      { mailchimp: home(), civicrm: wilma({ state: 'trashed' }) },
      { mailchimp: home(), civicrm: fred({ group: 'none' }) },
    );
    expect(decide(links)).toMatchObject([
      { kind: 'wait', rule: '3', as: '1.1', why: 'yields' },
      { kind: 'change', writes: [{ kind: 'add-to-group', contactId: 2 }] },
    ]);
  });

  test('R6c: an ask is not taken back while another contact with the address is Added', () => {
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

  test('R6b: somebody pending is removed by policy, and not only withdrawn, where one of them had been in', () => {
    const asked = home({ status: 'pending', ownWrite: { status: 'pending', removalMethod: null } });
    const wasIn: LinkFacts = { mailchimp: asked, civicrm: wilma({ group: 'Removed' }), base: 'in' };
    const wasOut: LinkFacts = { mailchimp: asked, civicrm: fred({ group: 'Removed' }), base: 'out' };
    for (const links of [two(wasIn, wasOut), two(wasOut, wasIn)]) {
      const changes = decide(links, under({ removal: 'archive' })).filter(({ kind }) => kind === 'change');
      expect(changes).toMatchObject([{ category: 'removed-at-mailchimp', writes: [{ how: 'archive' }] }]);
    }
  });

  test('each decision names its own rule, whoever leads', () => {
    const added: LinkFacts = {
      mailchimp: home(BY_ADMIN),
      civicrm: wilma({ addresses: [HOME] }),
      base: 'out',
    };
    const never: LinkFacts = { mailchimp: home(BY_ADMIN), civicrm: fred({ flags: ['deceased'] }) };
    expect(decide(two(added, never))).toMatchObject([
      { rule: 'R4b' },
      { rule: 'R4d', as: 'R4b', warnings: ['flagged'] },
    ]);
    const [first, second] = decide(two(never, added));
    expect(first).toMatchObject({ rule: 'R4d', as: 'R4b', warnings: ['flagged'] });
    expect(second).not.toHaveProperty('warnings');
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

  test('holds up those of the same component for whom everything was read', () => {
    const unread = link({ id: 1, mailchimp: home(BY_ADMIN), civicrm: wilma({ history: null }), base: 'in' });
    const agreed = link({
      id: 2,
      mailchimp: home(BY_ADMIN),
      civicrm: fred({ group: 'Removed' }),
      base: 'out',
    });
    expect(reconcile([unread, agreed], context())).toEqual({ kind: 'unread', wanted: new Set(['history']) });
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
