import { describe, expect, test } from 'vitest';
import { BY_ADMIN, day, decide, type LinkFacts, link } from '../../testing/factories.ts';
import {
  AGREED_OUT,
  fred,
  home,
  joins,
  leaves,
  removes,
  two,
  wilma,
  work,
} from '../../testing/wilma-and-fred.ts';
import { mailchimpContactId } from '../domain/ids.ts';

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
      { kind: 'wait', why: 'stands-by' },
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

  test('whoever is asked speaks as long as the ask is open: nobody is taken out of the group meanwhile', () => {
    const asked: LinkFacts = { mailchimp: home({ status: 'pending' }), civicrm: wilma(), base: 'out' };
    const left: LinkFacts = { mailchimp: work({ ...BY_ADMIN, changedAt: day(50) }), civicrm: wilma() };
    expect(decide(two(asked, left))).toMatchObject([
      { kind: 'wait', rule: 'R6a' },
      { kind: 'wait', rule: 'R4d', why: 'stands-by' },
    ]);
  });

  test('an ask does not outrank a link that was agreed in', () => {
    const asked: LinkFacts = { mailchimp: home({ status: 'pending' }), civicrm: wilma(), base: 'out' };
    const left: LinkFacts = { mailchimp: work(BY_ADMIN), civicrm: wilma(), base: 'in' };
    expect(decide(two(asked, left))).toMatchObject([{ kind: 'wait', rule: 'R6a' }, leaves(1)]);
  });

  test('an ask that is open for somebody else’s sake keeps nobody in who has left', () => {
    const asked = home({ status: 'pending' });
    const gone = wilma({ group: 'Removed' });
    const links = [
      link({ id: 1, mailchimp: asked, civicrm: gone, base: 'in' }),
      link({ id: 2, mailchimp: work(), civicrm: gone, base: 'in' }),
      link({ id: 3, mailchimp: asked, civicrm: fred() }),
    ];
    expect(decide(links)).toMatchObject([
      { kind: 'wait', rule: 'R6b', as: 'R6a' },
      removes('mc-work'),
      { kind: 'wait', rule: 'R6a' },
    ]);
  });

  test('what is agreed cancels nothing', () => {
    const links = two(
      { mailchimp: home(), civicrm: out, base: 'in' },
      { mailchimp: work(BY_ADMIN), civicrm: out, base: 'out' },
    );
    expect(decide(links)).toMatchObject([removes('mc-home'), AGREED_OUT]);
  });
});
