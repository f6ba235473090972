import { describe, expect, test } from 'vitest';
import { day, decideOne, history, link } from '../../testing/factories.ts';

const REMOVES = { kind: 'change', side: 'out', category: 'removed-at-mailchimp' };
const LEAVES = { kind: 'change', side: 'out', category: 'removed-in-civicrm' };
const SUBSCRIBES = { kind: 'change', side: 'in', category: 'subscribed' };

describe('E11, E12, E12b: contacts that are lost', () => {
  test.each([
    ['E11', 'trashed'],
    ['E12', 'erased'],
  ] as const)('%s: a member whose contact is %s is removed, and the base says why', (rule, state) => {
    expect(decideOne(link({ civicrm: { state }, base: 'in' }))).toMatchObject({
      ...REMOVES,
      rule,
      byTrash: true,
    });
  });

  test('E11: out already, there is nothing to remove', () => {
    const out = link({ mailchimp: { status: 'unsubscribed' }, civicrm: { state: 'trashed' }, base: 'in' });
    expect(decideOne(out)).toEqual({ kind: 'agreed', rule: 'E11', side: 'out', byTrash: true });
    expect(decideOne(link({ mailchimp: null, civicrm: { state: 'trashed' }, base: 'in' }))).toMatchObject({
      side: 'out',
    });
  });

  test('E11: what a removal carries out is the trashing, not some removal from the group of long ago', () => {
    const longAgo = history(
      { status: 'Removed', at: day(1), method: 'Email' },
      { status: 'Added', at: day(2) },
    );
    const trashed = link({ civicrm: { state: 'trashed', history: longAgo }, base: 'in' });
    expect(decideOne(trashed)).toMatchObject({
      writes: [{ kind: 'remove-at-mailchimp', removalMethod: null }],
    });
  });

  test('E11: whoever asked Mailchimp to wait leaves with their contact, by trash', () => {
    const pending = link({ mailchimp: { status: 'pending' }, civicrm: { state: 'trashed' }, base: 'in' });
    expect(decideOne(pending)).toMatchObject({ kind: 'change', side: 'out', byTrash: true });
  });

  const byTrash = { side: 'out' as const, byTrash: true };

  test('E11: restored while exactly as our removal left them, they join again', () => {
    const asLeft = {
      status: 'unsubscribed' as const,
      ownWrite: { status: 'unsubscribed' as const, removalMethod: null },
    };
    expect(decideOne(link({ mailchimp: asLeft, base: byTrash }))).toMatchObject({
      ...SUBSCRIBES,
      rule: 'R4b',
    });
  });

  test('E11: restored after they left by themselves, they leave the group', () => {
    const left = link({ mailchimp: { status: 'unsubscribed', ownWrite: null }, base: byTrash });
    expect(decideOne(left)).toMatchObject({ ...LEAVES, rule: 'R4b', as: 'R4a' });
  });

  test('E12b: a known-deleted person who is in again by no write of ours gets a new contact', () => {
    for (const state of ['trashed', 'erased'] as const) {
      expect(decideOne(link({ civicrm: { state }, base: 'out' }))).toMatchObject({
        kind: 'change',
        rule: 'E12b',
        category: 'created',
        warnings: ['joined-afresh'],
        writes: [{ kind: 'create-contact' }],
      });
    }
  });

  test('E12b: not where it was our own write that subscribed them', () => {
    const ours = { ownWrite: { status: 'subscribed' as const, removalMethod: null } };
    expect(decideOne(link({ mailchimp: ours, civicrm: { state: 'trashed' }, base: 'out' }))).toMatchObject({
      ...REMOVES,
      rule: 'E11',
    });
    expect(decideOne(link({ mailchimp: ours, civicrm: { state: 'erased' }, base: 'out' }))).toMatchObject({
      rule: 'E12',
    });
  });

  test('3: in the trash and never agreed is listed, and nothing is done', () => {
    const refused = { kind: 'refuse', rule: '3', writes: [] };
    expect(decideOne(link({ civicrm: { state: 'trashed' } }))).toMatchObject({
      ...refused,
      reason: 'in-trash',
    });
    expect(decideOne(link({ civicrm: { state: 'erased' } }))).toMatchObject({ ...refused, reason: 'erased' });
  });

  test('E13: the links of a merged contact are drawn afresh first', () => {
    expect(decideOne(link({ civicrm: { state: 'merged' }, base: 'in' }))).toEqual({
      kind: 'wait',
      rule: 'E13',
      why: 'relink',
    });
  });
});
