import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Member, MemberStatus } from './member.ts';
import { MemberOrder, type MemberView } from './member-order.ts';
import { memberFromSeed } from './new-member.ts';

const member = (n: number): Member =>
  memberFromSeed({ email: `p${n}@people.org`, lastChangedAt: 1_000 }, { contactId: `c${n}`, webId: n }, 0);

/** One step: somebody (added if new) gets a status and a last_changed, or goes. */
const step = fc.record({
  who: fc.nat(11),
  status: fc.constantFrom<MemberStatus | 'gone'>('subscribed', 'unsubscribed', 'archived', 'gone'),
  lastChanged: fc.nat(9),
});

test('however members come, change and go, the order is that of last_changed, ties in the order of their changes', () => {
  const views: readonly MemberView[] = ['all-but-archived', 'subscribed', 'archived'];
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const order = new MemberOrder();
      let expected: Member[] = [];
      const members = Array.from({ length: 12 }, (_, n) => member(n));
      for (const { who, status, lastChanged } of steps) {
        const moved = members[who] as Member;
        expected = expected.filter((other) => other !== moved);
        if (status === 'gone') order.remove(moved);
        else {
          moved.status = status;
          moved.lastChanged = lastChanged;
          order.place(moved);
          expected.push(moved);
        }
        const view = views[who % views.length] ?? 'archived';
        const shown = expected.filter((other) =>
          view === 'all-but-archived' ? other.status !== 'archived' : other.status === view,
        );
        expected.sort((a, b) => a.lastChanged - b.lastChanged);
        shown.sort((a, b) => a.lastChanged - b.lastChanged);
        expect(order.sorted(view, 'last_changed')).toEqual(shown);
      }
    }),
  );
});

test('a list that nobody changed is not made again', () => {
  const order = new MemberOrder();
  order.place(member(1));
  const first = order.sorted('subscribed', 'last_changed');
  expect(order.sorted('subscribed', 'last_changed')).toBe(first);
  order.place(member(2));
  expect(order.sorted('subscribed', 'last_changed')).toHaveLength(2);
  expect(order.sorted('subscribed', 'created')).toHaveLength(2);
});
