import { describe, expect, test } from 'vitest';
import { type Fault, type FaultKind, Faults, type FaultTarget, keepRows } from './faults.ts';

const KINDS: ReadonlySet<FaultKind> = new Set<FaultKind>(['server-error', 'slow']);
const target: FaultTarget = { system: 'mailchimp', method: 'GET', paths: ['/lists/abc/members'] };

function taken(fault: Partial<Fault>, asked: Partial<FaultTarget> = {}): Fault | null {
  const faults = new Faults();
  faults.inject({ system: 'mailchimp', kind: 'server-error', ...fault });
  return faults.take(KINDS, { ...target, ...asked });
}

describe('a fault strikes', () => {
  test('once, unless it says how often', () => {
    const faults = new Faults();
    faults.inject({ system: 'mailchimp', kind: 'server-error' });
    expect(faults.take(KINDS, target)?.kind).toBe('server-error');
    expect(faults.take(KINDS, target)).toBeNull();
    faults.inject({ system: 'mailchimp', kind: 'slow', times: Number.POSITIVE_INFINITY });
    for (let n = 0; n < 100; n += 1) expect(faults.take(KINDS, target)?.kind).toBe('slow');
  });

  test('after it let the first matches pass', () => {
    const faults = new Faults();
    faults.inject({ system: 'mailchimp', kind: 'server-error', after: 2, times: 1, path: 'members' });
    const other = { ...target, paths: ['/ping'] };
    expect(
      [target, other, target, target, target].map((asked) => faults.take(KINDS, asked) !== null),
    ).toEqual([false, false, false, true, false]);
  });

  test.each<[string, Partial<Fault>, Partial<FaultTarget>, boolean]>([
    ['the other system', { system: 'civicrm' }, {}, false],
    ['another method', { method: 'POST' }, {}, false],
    ['its method', { method: 'GET' }, {}, true],
    ['a piece of the path', { path: '/members' }, {}, true],
    ['a RegExp over the path', { path: '^/lists/[a-c]+/members$' }, {}, true],
    ['another path', { path: '/batches' }, {}, false],
    ['one of several names', { path: 'Contact/get' }, { paths: ['/civicrm/ajax/api4', 'Contact/get'] }, true],
    ['a piece that is no RegExp', { path: '(' }, { paths: ['/a(b'] }, true],
    ['a request, when meant for batches', { scope: 'batch-operation' }, {}, false],
    ['a batch, when meant for requests', {}, { scope: 'batch-operation' }, false],
    ['a batch, when meant for batches', { scope: 'batch-operation' }, { scope: 'batch-operation' }, true],
    ['somebody who asks for other kinds', { kind: 'stuck-batch' }, {}, false],
  ])('on %s or not', (_, fault, asked, strikes) => {
    expect(taken(fault, asked) !== null).toBe(strikes);
  });

  test('by chance, and the same seed strikes the same requests', () => {
    const strikes = (fault: Partial<Fault>) => {
      const faults = new Faults();
      faults.inject({ system: 'mailchimp', kind: 'server-error', probability: 0.3, ...fault });
      return Array.from({ length: 1000 }, () => faults.take(KINDS, target) !== null);
    };
    const first = strikes({ seed: 7 });
    expect(first.filter(Boolean).length).toBeGreaterThan(250);
    expect(first.filter(Boolean).length).toBeLessThan(350);
    expect(strikes({ seed: 7 })).toEqual(first);
    expect(strikes({ seed: 8 })).not.toEqual(first);
    expect(strikes({ times: 5 }).filter(Boolean)).toHaveLength(5);
    expect(strikes({ probability: 0 })).not.toContain(true);
    expect(strikes({ probability: 1 })).not.toContain(false);
  });

  test('until it is removed, and shows in the list until it is spent', () => {
    const faults = new Faults();
    const first = faults.inject({ system: 'mailchimp', kind: 'slow', times: 3 });
    faults.inject({ system: 'civicrm', kind: 'reset' });
    faults.take(KINDS, target);
    expect(faults.list().map(({ fault, remaining }) => [fault.kind, remaining])).toEqual([
      ['slow', 2],
      ['reset', 1],
    ]);
    faults.remove(first);
    expect(faults.take(KINDS, target)).toBeNull();
    faults.clear();
    expect(faults.list()).toEqual([]);
  });
});

test('a drop-rows fault takes its share of the rows, evenly', () => {
  const rows = Array.from({ length: 10 }, (_, n) => n);
  const fault: Fault = { system: 'mailchimp', kind: 'drop-rows' };
  expect(keepRows(rows, fault)).toEqual([]);
  expect(keepRows(rows, { ...fault, share: 0.5 })).toEqual([1, 3, 5, 7, 9]);
  expect(keepRows(rows, { ...fault, share: 0 })).toEqual(rows);
});
