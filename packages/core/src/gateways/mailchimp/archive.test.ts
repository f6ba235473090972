import { expect, test } from 'vitest';
import { gzipArchive, packArchive } from '../../../testing/gateways-archive.ts';
import { readArchive } from './archive.ts';
import type { OperationResult } from './mailchimp.ts';

const MEMBER = {
  id: 'a'.repeat(32),
  contact_id: 'b'.repeat(32),
  email_address: 'wilma@oakfield-trust.test',
  status: 'unsubscribed',
  last_changed: '2026-03-02T09:30:00+00:00',
  timestamp_opt: '',
};

const line = (operationId: string | null, statusCode: number, response: unknown) => ({
  status_code: statusCode,
  operation_id: operationId,
  response: typeof response === 'string' ? response : JSON.stringify(response),
});

/** In pieces of so many bytes, as they may come. */
async function* inPieces(bytes: Buffer, size = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(bytes: AsyncIterable<Uint8Array>): Promise<OperationResult[]> {
  const results = [];
  for await (const result of readArchive(bytes)) results.push(result);
  return results;
}

const FILES = [
  JSON.stringify([line('u1', 200, MEMBER), line('u2', 204, '')]),
  '',
  JSON.stringify([line(null, 404, { title: 'Resource Not Found', status: 404, detail: 'gone' })]),
];

test.each([
  ['gzipped', gzipArchive],
  ['unpacked on the way', packArchive],
])('reads every line of every file of an archive that is %s', async (_, make) => {
  const results = await read(inPieces(await make(FILES), 7));
  expect(results).toMatchObject([
    { operationId: 'u1', outcome: { kind: 'done', httpStatus: 200, member: { status: 'unsubscribed' } } },
    { operationId: 'u2', outcome: { kind: 'done', httpStatus: 204, member: null } },
    { operationId: null, outcome: { kind: 'refused', httpStatus: 404, title: 'Resource Not Found' } },
  ]);
});

test('an archive without a single line is no error', async () => {
  expect(await read(inPieces(await gzipArchive(['', '[]'])))).toEqual([]);
});

test.each([
  ['is empty', async () => Buffer.alloc(0)],
  ['is a web page', async () => Buffer.from('<html>'.padEnd(2000, ' '))],
  ['breaks off inside the gzip', async () => (await gzipArchive(FILES)).subarray(0, 150)],
  ['breaks off inside a file', async () => (await packArchive(FILES)).subarray(0, 1100)],
  ['holds half a list', async () => gzipArchive(['[{"status_code":200'])],
  ['holds no list', async () => gzipArchive(['{"status_code":200,"operation_id":"u1","response":""}'])],
  ['holds no JSON', async () => gzipArchive(['Sorry'])],
])('an archive that %s is an error, not a short list', async (_, make) => {
  await expect(read(inPieces(await make()))).rejects.toThrow();
});

test('a failure of the source is passed on', async () => {
  const archive = await gzipArchive(FILES);
  async function* failing() {
    yield archive.subarray(0, 100);
    throw new Error('reset');
  }
  await expect(read(failing())).rejects.toThrow('reset');
});

test('an archive of any size is read as it is consumed: never much of it is held', async () => {
  const LINES_A_FILE = 1000;
  const FILES_IN_ALL = 10;
  const file = JSON.stringify(
    Array.from({ length: LINES_A_FILE }, (_, index) =>
      line(`u${index}`, 200, { ...MEMBER, note: 'x'.repeat(2000) }),
    ),
  );
  const archive = await packArchive(Array.from({ length: FILES_IN_ALL }, () => file));
  let supplied = 0;
  async function* counted() {
    for await (const piece of inPieces(archive, 65_536)) {
      supplied += piece.length;
      yield piece;
    }
  }
  let consumed = 0;
  let mostAhead = 0;
  for await (const _ of readArchive(counted())) {
    consumed += file.length / LINES_A_FILE;
    mostAhead = Math.max(mostAhead, supplied - consumed);
  }
  expect(archive.length).toBeGreaterThan(20_000_000);
  expect(consumed).toBeCloseTo(file.length * FILES_IN_ALL);
  expect(mostAhead).toBeLessThan(1_000_000);
});

test('who stops half-way stops the source too', async () => {
  const archive = await packArchive([
    JSON.stringify(Array.from({ length: 5000 }, () => line('u1', 204, ''))),
  ]);
  let isStopped = false;
  async function* source() {
    try {
      yield* inPieces(archive);
    } finally {
      isStopped = true;
    }
  }
  for await (const _ of readArchive(source())) break;
  await expect.poll(() => isStopped).toBe(true);
});
