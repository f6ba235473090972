import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SortedRows } from './sorted-rows.ts';

interface Item {
  readonly key: number;
}

const anyStep = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), key: fc.nat(50) }),
  fc.record({ kind: fc.constant('delete' as const), key: fc.nat(50) }),
  fc.record({ kind: fc.constant('read' as const), key: fc.nat(50) }),
);

test('whatever is added and deleted in whatever order, the rows come in the order of their keys', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 200 }), (steps) => {
      const rows = new SortedRows<Item>(({ key }) => key);
      let expected: Item[] = [];
      for (const { kind, key } of steps) {
        if (kind === 'add') {
          const item = { key };
          rows.add(item);
          expected.push(item);
        } else if (kind === 'delete') {
          const gone = expected.find((item) => item.key === key);
          if (gone !== undefined) rows.delete(gone);
          expected = expected.filter((item) => item !== gone);
        } else {
          const wanted = expected.map((item) => item.key).filter((each) => each >= key);
          const run = rows.from(key);
          const inOrder = wanted.sort((a, b) => a - b);
          expect([...run].map((item) => item.key)).toEqual(inOrder);
          expect(inOrder.map((_, at) => run.at(at)?.key)).toEqual(inOrder);
          expect([run.length, run.at(inOrder.length)]).toEqual([inOrder.length, undefined]);
        }
      }
      expect(new Set(rows.all())).toEqual(new Set(expected));
    }),
  );
});
