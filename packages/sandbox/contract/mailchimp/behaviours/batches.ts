import assert from 'node:assert/strict';
import { readArchive } from '../../../testing/read-archive.ts';
import type { Json, TestMailchimp } from '../../../testing/start-mailchimp.ts';
import { type Behaviour, behaviour } from '../behaviour.ts';

const STEP = 20;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const PING = { method: 'GET', path: '/ping' } as const;

const submit = async ({ call }: TestMailchimp, operations: readonly object[]): Promise<string> =>
  (await call('POST', '/batches', { operations })).json.id;

const read = async ({ call }: TestMailchimp, id: string): Promise<Json> =>
  (await call('GET', `/batches/${id}`)).json;

const adding = ({ audience }: TestMailchimp, count: number) =>
  Array.from({ length: count }, (_, n) => ({
    method: 'POST',
    path: `/lists/${audience.id}/members`,
    operation_id: `op-${n}`,
    body: JSON.stringify({ email_address: `p${n}@people.org`, status: 'subscribed' }),
  }));

async function entriesOf(url: string) {
  return readArchive(Buffer.from(await (await fetch(url)).arrayBuffer()));
}

async function resultsOf(url: string): Promise<readonly Json[]> {
  const files = (await entriesOf(url)).filter(({ type, content }) => type === 'file' && content !== '');
  return files.flatMap(({ content }) => JSON.parse(content));
}

async function finished(mailchimp: TestMailchimp, operations: readonly object[]): Promise<Json> {
  const id = await submit(mailchimp, operations);
  mailchimp.clock.advance(MINUTE);
  return read(mailchimp, id);
}

/** Section 6. */
export const BATCHES: readonly Behaviour[] = [
  behaviour('6.1 a batch begins pending, its numbers 0, its end and its URL empty', async ({ call }) => {
    const { json } = await call('POST', '/batches', { operations: [PING] });
    assert.equal(json.id.length, 10);
    assert.deepEqual(
      [
        json.status,
        json.total_operations,
        json.finished_operations,
        json.errored_operations,
        json.completed_at,
        json.response_body_url,
      ],
      ['pending', 0, 0, 0, '', ''],
    );
  }),
  behaviour(
    '6.1 it goes through all five states on the clock, and total_operations is 0 until it is started',
    async (mailchimp) => {
      const id = await submit(mailchimp, adding(mailchimp, 3));
      const seen: unknown[] = [];
      for (let step = 0; step < 5; step += 1) {
        const { status, total_operations: total } = await read(mailchimp, id);
        seen.push([status, total]);
        mailchimp.clock.advance(STEP);
      }
      assert.deepEqual(seen, [
        ['pending', 0],
        ['preprocessing', 0],
        ['started', 3],
        ['finalizing', 3],
        ['finished', 3],
      ]);
    },
  ),
  behaviour('6.1 finished_operations includes the errored ones', async (mailchimp) => {
    const done = await finished(mailchimp, [PING, { method: 'GET', path: '/lists/nosuch' }]);
    assert.deepEqual([done.finished_operations, done.errored_operations], [2, 1]);
  }),
  behaviour('6.1 only one batch of an account runs at a time', async (mailchimp) => {
    const ids = [await submit(mailchimp, adding(mailchimp, 1)), await submit(mailchimp, [PING])];
    mailchimp.clock.advance(2 * STEP);
    const states = await Promise.all(ids.map(async (id) => (await read(mailchimp, id)).status));
    assert.deepEqual(states, ['started', 'pending']);
    mailchimp.clock.advance(6 * STEP);
    assert.equal((await read(mailchimp, ids[1] ?? '')).status, 'finished');
  }),
  behaviour('6.1 operations are not run in order', async (mailchimp) => {
    await finished(mailchimp, adding(mailchimp, 50));
    const order = [...mailchimp.audience.members()].map(({ email }) => email);
    assert.equal(order.length, 50);
    assert.notDeepEqual(
      order,
      Array.from({ length: 50 }, (_, n) => `p${n}@people.org`),
    );
  }),
  behaviour(
    '6.1 paths go with and without a slash, methods in capitals only, bodies as texts',
    async (mailchimp) => {
      const done = await finished(mailchimp, [PING, { method: 'GET', path: 'ping' }]);
      assert.equal(done.errored_operations, 0);
      const refused = async (operation: object) =>
        (await mailchimp.call('POST', '/batches', { operations: [operation] })).status;
      assert.equal(await refused({ method: 'get', path: '/ping' }), 400);
      assert.equal(await refused({ method: 'PUT', path: '/ping', body: {} }), 400);
      assert.equal(await refused({ path: '/ping' }), 400);
    },
  ),
  behaviour('6.1 params reach the operation', async (mailchimp) => {
    mailchimp.audience.changeMergeField('FNAME', { required: true });
    const [operation] = adding(mailchimp, 1);
    const done = await finished(mailchimp, [{ ...operation, params: { skip_merge_validation: 'true' } }]);
    assert.deepEqual([done.errored_operations, mailchimp.audience.size], [0, 1]);
  }),
  behaviour(
    '6.1 a GET of a collection without count walks all pages, each an operation',
    async (mailchimp) => {
      const { world, audience } = mailchimp;
      for (let n = 0; n < 250; n += 1) world.seedMember(audience.id, { email: `p${n}@people.org` });
      const path = `/lists/${audience.id}/members`;
      const done = await finished(mailchimp, [
        { method: 'GET', path },
        { method: 'GET', path, params: { count: 7 } },
      ]);
      assert.deepEqual([done.total_operations, done.finished_operations], [4, 4]);
    },
  ),
  behaviour('6.1 batches are listed for seven days and are 404 afterwards', async (mailchimp) => {
    const { id } = await finished(mailchimp, [PING]);
    assert.equal((await mailchimp.call('GET', '/batches')).json.batches[0].id, id);
    mailchimp.clock.advance(7 * DAY);
    assert.equal((await mailchimp.call('GET', '/batches')).json.total_items, 0);
    assert.equal((await mailchimp.call('GET', `/batches/${id}`)).status, 404);
  }),
  behaviour(
    '6.1 DELETE stops it: what ran stays done, its results are lost',
    async (mailchimp) => {
      const id = await submit(mailchimp, adding(mailchimp, 10));
      mailchimp.clock.advance(4 * STEP);
      assert.equal((await mailchimp.call('DELETE', `/batches/${id}`)).status, 204);
      mailchimp.clock.advance(MINUTE);
      assert.deepEqual(
        [mailchimp.audience.size, (await mailchimp.call('GET', `/batches/${id}`)).status],
        [4, 404],
      );
    },
    { batchSliceSize: 2 },
  ),
  behaviour(
    '6.2 every GET gives a new URL, each good for ten minutes, and results live seven days',
    async (mailchimp) => {
      const { id, response_body_url: first } = await finished(mailchimp, [PING]);
      const { response_body_url: second } = await read(mailchimp, id);
      assert.notEqual(first, second);
      mailchimp.clock.advance(10 * MINUTE - 1);
      assert.equal((await fetch(first)).status, 200);
      mailchimp.clock.advance(1);
      assert.equal((await fetch(first)).status, 403);
      mailchimp.clock.advance(6 * DAY);
      assert.equal((await fetch((await read(mailchimp, id)).response_body_url)).status, 200);
    },
  ),
  behaviour('6.2 the URL takes no credentials', async (mailchimp) => {
    const { response_body_url: url } = await finished(mailchimp, [PING]);
    assert.equal((await fetch(url, { headers: { authorization: 'Bearer x' } })).status, 400);
  }),
  behaviour(
    '6.2 the archive is a gzipped tar: ./ first, then several files ./<hex>.json, one of them empty',
    async (mailchimp) => {
      const { response_body_url: url } = await finished(mailchimp, adding(mailchimp, 10));
      const raw = Buffer.from(await (await fetch(url)).arrayBuffer());
      assert.deepEqual([raw[0], raw[1]], [0x1f, 0x8b]);
      const [folder, ...files] = await readArchive(raw);
      assert.deepEqual([folder?.name, folder?.type], ['./', 'directory']);
      for (const { name } of files) assert.match(name, /^\.\/[0-9a-f]+\.json$/);
      const lengths = files.map(({ content }) => (content === '' ? 0 : JSON.parse(content).length));
      assert.deepEqual(lengths.sort(), [0, 2, 4, 4]);
    },
    { resultsPerFile: 4 },
  ),
  behaviour(
    '6.2 a result has the status, the operation’s id or null, and the answer as a text, empty for 204',
    async (mailchimp) => {
      const { world, audience } = mailchimp;
      const { hash } = world.seedMember(audience.id, { email: 'a@people.org' });
      const { response_body_url: url } = await finished(mailchimp, [
        { method: 'DELETE', path: `/lists/${audience.id}/members/${hash}`, operation_id: 'archive' },
        { method: 'GET', path: '/lists/nosuch' },
      ]);
      const results = await resultsOf(url);
      assert.deepEqual(
        results.find(({ operation_id: id }) => id === 'archive'),
        { status_code: 204, operation_id: 'archive', response: '' },
      );
      const failed = results.find(({ operation_id: id }) => id === null);
      assert.deepEqual([failed.status_code, JSON.parse(failed.response).title], [404, 'Resource Not Found']);
    },
  ),
  behaviour('6.3 a batch is no transaction: some operations fail and the rest go on', async (mailchimp) => {
    mailchimp.world.seedMember(mailchimp.audience.id, { email: 'p0@people.org' });
    const done = await finished(mailchimp, adding(mailchimp, 5));
    assert.deepEqual([done.errored_operations, mailchimp.audience.size], [1, 5]);
  }),
];
