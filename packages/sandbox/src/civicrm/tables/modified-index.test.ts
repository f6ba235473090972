import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blankContact } from '../contacts.ts';
import { ContactTable } from './contact-table.ts';

const anyStep = fc.record({
  kind: fc.constantFrom('insert' as const, 'change' as const, 'delete' as const),
  at: fc.nat(20),
  which: fc.nat(10),
});

test('contacts come by (modified_date, id), each once, however often they changed', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 100 }), fc.nat(20), (steps, from) => {
      const table = new ContactTable();
      for (const { kind, at, which } of steps) {
        const present = table.all()[which];
        if (kind === 'insert') table.insert(blankContact(table.takeId(), at));
        else if (present !== undefined && kind === 'change') table.setModified(present, at);
        else if (present !== undefined) table.delete(present);
      }
      const list = table.modifiedFrom(from);
      const found = Array.from({ length: list.length }, (_, index) => list.at(index)).filter(
        (row) => row !== undefined,
      );
      const wanted = table
        .all()
        .filter((row) => row.modified_date >= from)
        .sort((a, b) => a.modified_date - b.modified_date || a.id - b.id);
      expect(found.map(({ id }) => id)).toEqual(wanted.map(({ id }) => id));
    }),
  );
});
