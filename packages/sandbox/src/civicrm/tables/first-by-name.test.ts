import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blankContact } from '../contacts.ts';
import { ContactTable } from './contact-table.ts';

const NAMES = fc.option(fc.stringMatching(/^[A-C]{1,2}$/), { nil: null });
const anyStep = fc.record({
  kind: fc.constantFrom('insert' as const, 'insert' as const, 'rename' as const, 'delete' as const),
  name: NAMES,
  which: fc.nat(150),
});

test('the first contacts by name are the first of all, whoever comes, goes and changes name', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { minLength: 100, maxLength: 300 }), (steps) => {
      const table = new ContactTable();
      for (const { kind, name, which } of steps) {
        const present = table.all()[which];
        const names = { display_name: name, sort_name: name };
        if (kind === 'insert') table.insert({ ...blankContact(table.takeId(), 0), ...names });
        else if (present !== undefined && kind === 'rename') table.setNames(present, names);
        else if (present !== undefined) table.delete(present);
      }
      const wanted = table
        .all()
        .toSorted((a, b) => (a.sort_name ?? '').localeCompare(b.sort_name ?? '') || a.id - b.id);
      const first = table.firstByName();
      expect(first.length > 0).toBe(wanted.length > 0);
      expect(first.map(({ id }) => id)).toEqual(wanted.slice(0, first.length).map(({ id }) => id));
    }),
  );
});
