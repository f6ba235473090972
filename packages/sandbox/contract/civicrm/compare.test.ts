import { expect, test } from 'vitest';
import { compareAnswer } from './compare.ts';
import type { RecordedAnswer } from './recording.ts';

const ROW = { id: 7, hash: '606bcb99cdfb8f41a16e7a03dcf6373e', date: '2026-11-23 09:09:35', status: 'Added' };

function differences(
  recorded: Partial<RecordedAnswer>,
  body: unknown,
  options: { times?: 'exact'; order?: 'any'; status?: number; type?: string } = {},
) {
  const { times = 'shape', order = 'recorded', status = 200, type = 'application/json' } = options;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return compareAnswer(
    { status: 200, ...recorded },
    { status, type, header: () => null, text },
    { times, order },
  );
}

test('an equal answer has no differences, whatever its times and hashes', () => {
  const given = { ...ROW, hash: 'b650b001b840f0f4bd9b9341caeea14f', date: '2027-01-01 00:00:00' };
  expect(differences({ body: { values: [ROW] } }, { values: [given] })).toEqual([]);
});

test.each([
  ['another status', {}, {}, { status: 500 }],
  ['another content type', { type: 'text/html' }, {}, {}],
  ['another value', { body: { values: [ROW] } }, { values: [{ ...ROW, status: 'Removed' }] }, {}],
  ['another id', { body: { values: [ROW] } }, { values: [{ ...ROW, id: 8 }] }, {}],
  ['an id as text', { body: { id: 7 } }, { id: '7' }, {}],
  ['null for a time', { body: ROW }, { ...ROW, date: null }, {}],
  ['a time of another form', { body: ROW }, { ...ROW, date: '20261123090935' }, {}],
  [
    'another time where times count',
    { body: ROW },
    { ...ROW, date: '2026-11-23 09:09:36' },
    { times: 'exact' },
  ],
  ['a key too many', { body: ROW }, { ...ROW, more: 1 }, {}],
  ['keys in another order', { body: { a: 1, b: 2 } }, { b: 2, a: 1 }, {}],
  ['a row too many', { values: [ROW] }, { values: [ROW, ROW] }, {}],
  ['rows in another order', { values: [{ id: 1 }, { id: 2 }] }, { values: [{ id: 2 }, { id: 1 }] }, {}],
  ['another count', { count: 3 }, { count: 2 }, {}],
  ['another length', { body: { a: 1 }, isCutOff: true, chars: 9 }, { a: 1 }, {}],
  ['another message', { body: { error_message: 'Illegal operator' } }, { error_message: 'Other' }, {}],
  ['no JSON', { body: {} }, '<html>', {}],
  ['another page', { page: 'is not of type String' }, '<p>other</p>', {}],
  ['another header', { headers: { 'Retry-After': '600' } }, {}, {}],
] as const)('%s is a difference', (_name, recorded, given, options) => {
  expect(differences(recorded as Partial<RecordedAnswer>, given, options).length).toBeGreaterThan(0);
});

test('where a record breaks off there may be more, and only there', () => {
  const recorded = { body: { values: [{ id: 1, status: 'Added' }] }, isCutOff: true } as const;
  const more = { values: [{ id: 1, status: 'Added', date: null }, { id: 2 }], count: 2 };
  expect(differences(recorded, more)).toEqual([]);
  expect(differences(recorded, { values: [{ id: 1, status: 'Removed' }], count: 1 })).not.toEqual([]);
});

test('rows come in any order where the database promised none', () => {
  const given = { values: [{ id: 2 }, { id: 1 }] };
  expect(differences({ values: [{ id: 1 }, { id: 2 }] }, given, { order: 'any' })).toEqual([]);
});
