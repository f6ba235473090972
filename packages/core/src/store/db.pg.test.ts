import fc from 'fast-check';
import { expect, test } from 'vitest';
import { useTestStore } from '../../testing/test-store.ts';
import { idArray, rowSource, textArray } from './db.ts';

const { store } = useTestStore();

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.stringMatching(/^[\\u0d8fé"]*$/),
  fc.constantFrom('\0', '\ud83d', '\\\ud83d', '\\\0\0', '\\u0000', '\ud83d\ude00', '\udc00\ud83d'),
);
/** PostgreSQL stores neither NUL nor half a surrogate pair. */
const stored = (any: string) => any.replace(/\0|\p{Surrogate}/gu, '\ufffd');

interface Row {
  readonly name: string | null;
  readonly number: number | null;
  readonly isSo: boolean | null;
  readonly at: number | null;
  readonly many: readonly string[];
  readonly data: Readonly<Record<string, string | boolean | null>> | null;
}

const rowsOf = rowSource<Row>({
  name: ['text', ({ name }) => name],
  number: ['int', ({ number }) => number],
  is_so: ['boolean', ({ isSo }) => isSo],
  at: ['instant', ({ at }) => at],
  many: ['text[]', ({ many }) => many],
  data: ['jsonb', ({ data }) => data],
});

const nullable = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });
const row: fc.Arbitrary<Row> = fc.record({
  name: nullable(text),
  number: nullable(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
  isSo: nullable(fc.boolean()),
  at: nullable(fc.integer({ min: 0, max: Date.UTC(2200, 0) })),
  many: fc.array(text),
  data: nullable(
    fc.dictionary(fc.stringMatching(/^[a-z]+$/), fc.oneof(text, fc.boolean(), fc.constant(null))),
  ),
});

const asStored = ({ name, many, data, ...rest }: Row): Row => ({
  ...rest,
  name: name === null ? null : stored(name),
  many: many.map(stored),
  data:
    data === null
      ? null
      : Object.fromEntries(
          Object.entries(data).map(([key, value]) => [
            key,
            typeof value === 'string' ? stored(value) : value,
          ]),
        ),
});

test('rows arrive as they were handed over, whatever stands in them, to the millisecond', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), async (rows) => {
      const read = await store().db.$queryRaw<readonly Record<string, unknown>[]>`
        SELECT name, number, is_so AS "isSo", (extract(epoch FROM at::timestamptz(3)) * 1000)::float8 AS at, many, data
        FROM ${rowsOf(rows)} AS handed`;
      expect(read).toEqual(rows.map(asStored));
    }),
    { numRuns: 60 },
  );
});

test('texts and ids arrive as arrays, empty ones too', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(text), fc.array(fc.nat()), async (texts, ids) => {
      const [read] = await store().db.$queryRaw<readonly unknown[]>`
        SELECT ${textArray(texts)} AS texts, ${idArray(ids)} AS ids`;
      expect(read).toEqual({ texts: texts.map(stored), ids });
    }),
    { numRuns: 30 },
  );
});
