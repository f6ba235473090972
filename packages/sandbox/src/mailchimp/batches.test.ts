import { describe, expect, test } from 'vitest';
import { type ArchiveEntry, readArchive } from '../../testing/read-archive.ts';
import { serveMailchimp } from '../../testing/serve-mailchimp.ts';
import { type Json, KEY, NOW, type TestMailchimp } from '../../testing/start-mailchimp.ts';

const STEP = 20;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

interface Result {
  readonly status_code: number;
  readonly operation_id: string | null;
  readonly response: string;
}

async function submit(mailchimp: TestMailchimp, operations: readonly object[]): Promise<string> {
  const { status, json } = await mailchimp.call('POST', '/batches', { operations });
  expect(status).toBe(200);
  return json.id;
}

const read = async (mailchimp: TestMailchimp, id: string): Promise<Json> =>
  (await mailchimp.call('GET', `/batches/${id}`)).json;

/** Moves the clock until the batch is done. */
async function finish(mailchimp: TestMailchimp, id: string): Promise<Json> {
  mailchimp.clock.advance(10 * STEP);
  const batch = await read(mailchimp, id);
  expect(batch.status).toBe('finished');
  return batch;
}

async function entriesOf(url: string): Promise<readonly ArchiveEntry[]> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return readArchive(Buffer.from(await response.arrayBuffer()));
}

async function resultsOf(url: string): Promise<Result[]> {
  const files = (await entriesOf(url)).filter(({ type, content }) => type === 'file' && content !== '');
  return files.flatMap(({ content }) => JSON.parse(content));
}

const add = (mailchimp: TestMailchimp, n: number) => ({
  method: 'POST',
  path: `/lists/${mailchimp.audience.id}/members`,
  operation_id: `op-${n}`,
  body: JSON.stringify({ email_address: `p${n}@people.org`, status: 'subscribed' }),
});

const adds = (mailchimp: TestMailchimp, count: number) =>
  Array.from({ length: count }, (_, n) => add(mailchimp, n));

describe('the life of a batch', () => {
  test('goes through all five states, its numbers 0 until it is started', async () => {
    const mailchimp = await serveMailchimp();
    const id = await submit(mailchimp, adds(mailchimp, 3));
    expect(id).toHaveLength(10);
    const seen: unknown[] = [];
    for (let step = 0; step < 4; step += 1) {
      const { status, total_operations, finished_operations, response_body_url, completed_at } = await read(
        mailchimp,
        id,
      );
      seen.push([status, total_operations, finished_operations, response_body_url, completed_at]);
      mailchimp.clock.advance(STEP);
    }
    expect(seen).toEqual([
      ['pending', 0, 0, '', ''],
      ['preprocessing', 0, 0, '', ''],
      ['started', 3, 0, '', ''],
      ['finalizing', 3, 3, '', ''],
    ]);
    const done = await finish(mailchimp, id);
    expect(done).toMatchObject({
      status: 'finished',
      total_operations: 3,
      finished_operations: 3,
      errored_operations: 0,
    });
    expect(done.submitted_at).toBe('2026-03-02T09:30:00+00:00');
    expect(Date.parse(done.completed_at)).toBeGreaterThanOrEqual(NOW);
    expect(mailchimp.audience.size).toBe(3);
  });

  test('only one of an account runs at a time, and another account does not wait', async () => {
    const mailchimp = await serveMailchimp({ batchSliceSize: 1 });
    const { world, call } = mailchimp;
    const first = await submit(mailchimp, adds(mailchimp, 3));
    const second = await submit(mailchimp, [add(mailchimp, 9)]);
    const key = world.addKey(world.addAccount().id);
    const other = await call(
      'POST',
      '/batches',
      { operations: [{ method: 'GET', path: '/ping' }] },
      { authorization: `Bearer ${key}` },
    );
    mailchimp.clock.advance(2 * STEP);
    expect([(await read(mailchimp, first)).status, (await read(mailchimp, second)).status]).toEqual([
      'started',
      'pending',
    ]);
    const theirs = await call('GET', `/batches/${other.json.id}`, undefined, {
      authorization: `Bearer ${key}`,
    });
    expect(theirs.json.status).toBe('started');
    await finish(mailchimp, first);
    expect((await finish(mailchimp, second)).finished_operations).toBe(1);
  });

  test('operations do not run in their order, and the same seed gives the same disorder', async () => {
    const run = async () => {
      const mailchimp = await serveMailchimp();
      const id = await submit(mailchimp, adds(mailchimp, 50));
      await finish(mailchimp, id);
      return [...mailchimp.audience.members()].map(({ email }) => email);
    };
    const order = await run();
    expect(order).toHaveLength(50);
    expect(order).not.toEqual(Array.from({ length: 50 }, (_, n) => `p${n}@people.org`));
    expect(await run()).toEqual(order);
  });

  test('deleting stops it: what ran stays done, its results are lost, the next one runs', async () => {
    const mailchimp = await serveMailchimp({ batchSliceSize: 2 });
    const id = await submit(mailchimp, adds(mailchimp, 10));
    const next = await submit(mailchimp, [{ method: 'GET', path: '/ping' }]);
    mailchimp.clock.advance(4 * STEP);
    expect((await read(mailchimp, id)).finished_operations).toBe(4);
    expect((await mailchimp.call('DELETE', `/batches/${id}`)).status).toBe(204);
    expect((await mailchimp.call('GET', `/batches/${id}`)).status).toBe(404);
    await finish(mailchimp, next);
    expect(mailchimp.audience.size).toBe(4);
  });

  test('is forgotten after seven days', async () => {
    const mailchimp = await serveMailchimp();
    const id = await submit(mailchimp, adds(mailchimp, 1));
    await finish(mailchimp, id);
    mailchimp.clock.advance(7 * DAY - MINUTE);
    expect((await mailchimp.call('GET', '/batches')).json.batches).toMatchObject([{ id }]);
    mailchimp.clock.advance(MINUTE);
    expect((await mailchimp.call('GET', `/batches/${id}`)).status).toBe(404);
    expect((await mailchimp.call('GET', '/batches')).json.total_items).toBe(0);
  });

  test('more pending batches than allowed get 429', async () => {
    const mailchimp = await serveMailchimp({ maxPendingBatches: 2 });
    const ids = [await submit(mailchimp, adds(mailchimp, 1)), await submit(mailchimp, [add(mailchimp, 1)])];
    const third = { operations: [add(mailchimp, 2)] };
    expect((await mailchimp.call('POST', '/batches', third)).status).toBe(429);
    for (const id of ids) await finish(mailchimp, id);
    expect((await mailchimp.call('POST', '/batches', third)).status).toBe(200);
  });
});

describe('results', () => {
  test('come as a gzip tar: the folder first, then several files of which one is empty', async () => {
    const mailchimp = await serveMailchimp({ resultsPerFile: 4 });
    const id = await submit(mailchimp, adds(mailchimp, 10));
    const entries = await entriesOf((await finish(mailchimp, id)).response_body_url);
    expect(entries[0]).toMatchObject({ name: './', type: 'directory' });
    const files = entries.slice(1);
    for (const { name, type } of files)
      expect([type, name]).toEqual(['file', expect.stringMatching(/^\.\/[0-9a-f]+\.json$/)]);
    expect(files.map(({ content }) => (content === '' ? 0 : JSON.parse(content).length)).sort()).toEqual([
      0, 2, 4, 4,
    ]);
  });

  test('name their operation and carry the answer of a direct call as a string, errors included', async () => {
    const mailchimp = await serveMailchimp();
    const { world, audience } = mailchimp;
    const left = world.seedMember(audience.id, { email: 'left@people.org', status: 'unsubscribed' });
    const there = world.seedMember(audience.id, { email: 'there@people.org' });
    const path = (who: string) => `lists/${audience.id}/members/${who}`;
    const id = await submit(mailchimp, [
      {
        method: 'PATCH',
        path: path(left.contactId),
        operation_id: 'refused',
        body: '{"status":"subscribed"}',
      },
      { method: 'DELETE', path: `/${path(there.contactId)}`, operation_id: 'archived' },
      { method: 'GET', path: `/${path('nobody@people.org')}` },
      { method: 'PUT', path: path(there.hash), operation_id: 'broken', body: '{' },
      { method: 'GET', path: path(left.hash), operation_id: 'read', params: { fields: 'status,id' } },
    ]);
    const done = await finish(mailchimp, id);
    expect([done.finished_operations, done.errored_operations]).toEqual([5, 3]);
    const results = await resultsOf(done.response_body_url);
    const result = (name: string | null) => results.find(({ operation_id }) => operation_id === name);
    expect(result('archived')).toEqual({ status_code: 204, operation_id: 'archived', response: '' });
    expect(JSON.parse(result('read')?.response ?? '')).toEqual({ status: 'unsubscribed', id: left.hash });
    expect(JSON.parse(result('refused')?.response ?? '')).toMatchObject({
      title: 'Member In Compliance State',
      status: 400,
    });
    expect(JSON.parse(result('broken')?.response ?? '').title).toBe('JSON Parse Exception');
    expect(result(null)?.status_code).toBe(404);
  });

  test('params reach the operation', async () => {
    const mailchimp = await serveMailchimp();
    mailchimp.audience.changeMergeField('FNAME', { required: true });
    const id = await submit(mailchimp, [
      add(mailchimp, 1),
      { ...add(mailchimp, 2), params: { skip_merge_validation: 'true' } },
    ]);
    const results = await resultsOf((await finish(mailchimp, id)).response_body_url);
    expect(results.map(({ operation_id, status_code }) => [operation_id, status_code]).sort()).toEqual([
      ['op-1', 400],
      ['op-2', 200],
    ]);
  });

  test('a GET of a collection without count walks all pages, each an operation of its own', async () => {
    const mailchimp = await serveMailchimp();
    for (let n = 0; n < 250; n += 1)
      mailchimp.world.seedMember(mailchimp.audience.id, { email: `p${n}@people.org` });
    const path = `/lists/${mailchimp.audience.id}/members`;
    const id = await submit(mailchimp, [
      { method: 'GET', path, operation_id: 'walk' },
      { method: 'GET', path, operation_id: 'page', params: { count: 7 } },
    ]);
    const done = await finish(mailchimp, id);
    expect([done.total_operations, done.finished_operations]).toEqual([4, 4]);
    const results = await resultsOf(done.response_body_url);
    const lengths = (name: string) =>
      results
        .filter(({ operation_id }) => operation_id === name)
        .map(({ response }) => JSON.parse(response).members.length);
    expect([lengths('walk'), lengths('page')]).toEqual([[100, 100, 50], [7]]);
  });

  test('the URL is good for ten minutes, every GET gives a new one, and it takes no credentials', async () => {
    const mailchimp = await serveMailchimp();
    const id = await submit(mailchimp, adds(mailchimp, 1));
    const { response_body_url: first } = await finish(mailchimp, id);
    const { response_body_url: second } = await read(mailchimp, id);
    expect(first).not.toBe(second);
    expect((await fetch(first, { headers: { authorization: `Bearer ${KEY}` } })).status).toBe(400);
    mailchimp.clock.advance(10 * MINUTE - 1_000);
    expect((await fetch(first)).status).toBe(200);
    mailchimp.clock.advance(1_000);
    expect((await fetch(first)).status).toBe(403);
    const { response_body_url: third } = await read(mailchimp, id);
    expect((await fetch(third)).status).toBe(200);
    expect((await fetch(third.replace(/[0-9a-f]{32}/, '0'.repeat(32)))).status).toBe(404);
  });

  test('fetching an archive is a read in the request log', async () => {
    const mailchimp = await serveMailchimp();
    const id = await submit(mailchimp, adds(mailchimp, 1));
    const { response_body_url } = await finish(mailchimp, id);
    mailchimp.requests.reset();
    await resultsOf(response_body_url);
    expect(mailchimp.requests.counts().mailchimp).toEqual({ read: 1, write: 0, total: 1 });
    expect(mailchimp.requests.recent(1)[0]?.path).toMatch(/^\/results\/[0-9a-f]{32}\.tar\.gz$/);
  });
});

describe('faults of batches', () => {
  test('stuck-batch: all operations done and never finished, until it is deleted; others go on', async () => {
    const mailchimp = await serveMailchimp();
    mailchimp.faults.inject({ system: 'mailchimp', kind: 'stuck-batch' });
    const stuck = await submit(mailchimp, adds(mailchimp, 2));
    const next = await submit(mailchimp, [{ method: 'GET', path: '/ping' }]);
    await finish(mailchimp, next);
    mailchimp.clock.advance(DAY);
    expect(await read(mailchimp, stuck)).toMatchObject({
      status: 'started',
      total_operations: 2,
      finished_operations: 2,
    });
    expect((await mailchimp.call('DELETE', `/batches/${stuck}`)).status).toBe(204);
    expect(mailchimp.audience.size).toBe(2);
  });

  test('stuck-batch with a delay: finished that much later', async () => {
    const mailchimp = await serveMailchimp();
    mailchimp.faults.inject({ system: 'mailchimp', kind: 'stuck-batch', delayMs: 7 * 60 * MINUTE });
    const id = await submit(mailchimp, adds(mailchimp, 2));
    mailchimp.clock.advance(7 * 60 * MINUTE);
    expect((await read(mailchimp, id)).status).toBe('started');
    const done = await finish(mailchimp, id);
    expect(await resultsOf(done.response_body_url)).toHaveLength(2);
  });

  test('result-url-404: the archive is not there at first', async () => {
    const mailchimp = await serveMailchimp();
    const id = await submit(mailchimp, adds(mailchimp, 1));
    const { response_body_url } = await finish(mailchimp, id);
    mailchimp.faults.inject({ system: 'mailchimp', kind: 'result-url-404', times: 2 });
    expect([(await fetch(response_body_url)).status, (await fetch(response_body_url)).status]).toEqual([
      404, 404,
    ]);
    expect((await fetch(response_body_url)).status).toBe(200);
  });

  test('empty-result-file: the archive holds no results at all', async () => {
    const mailchimp = await serveMailchimp();
    mailchimp.faults.inject({ system: 'mailchimp', kind: 'empty-result-file' });
    const id = await submit(mailchimp, adds(mailchimp, 3));
    const { response_body_url } = await finish(mailchimp, id);
    expect(await resultsOf(response_body_url)).toEqual([]);
    expect(mailchimp.audience.size).toBe(3);
  });

  test('lost-result and strange-result: one is missing, and one is of nobody', async () => {
    const mailchimp = await serveMailchimp();
    mailchimp.faults.inject({ system: 'mailchimp', kind: 'lost-result' });
    mailchimp.faults.inject({ system: 'mailchimp', kind: 'strange-result' });
    const id = await submit(mailchimp, adds(mailchimp, 3));
    const { response_body_url } = await finish(mailchimp, id);
    const ids = (await resultsOf(response_body_url)).map(({ operation_id }) => operation_id);
    expect(ids).toHaveLength(3);
    expect(ids.filter((operation) => operation?.startsWith('op-'))).toHaveLength(2);
    expect(mailchimp.audience.size).toBe(3);
  });

  test('a fault of scope batch-operation strikes one operation before it takes effect', async () => {
    const mailchimp = await serveMailchimp();
    mailchimp.faults.inject({
      system: 'mailchimp',
      kind: 'server-error',
      scope: 'batch-operation',
      times: 2,
    });
    const id = await submit(mailchimp, adds(mailchimp, 5));
    const done = await finish(mailchimp, id);
    expect(done.errored_operations).toBe(2);
    const codes = (await resultsOf(done.response_body_url)).map(({ status_code }) => status_code);
    expect(codes.sort()).toEqual([200, 200, 200, 500, 500]);
    expect(mailchimp.audience.size).toBe(3);
  });
});

describe('what is no batch', () => {
  test.each([
    ['nothing', {}],
    ['no operations', { operations: [] }],
    ['a verb in lower case', { operations: [{ method: 'get', path: '/ping' }] }],
    ['no path', { operations: [{ method: 'GET' }] }],
    ['a body that is no string', { operations: [{ method: 'POST', path: '/lists', body: { a: 1 } }] }],
    ['an operation that is no object', { operations: ['GET /ping'] }],
  ])('%s', async (_, body) => {
    const mailchimp = await serveMailchimp();
    const { status, json } = await mailchimp.call('POST', '/batches', body);
    expect([status, json.title]).toEqual([400, 'Invalid Resource']);
  });
});

test('a thousand operations are carried out while the clock runs by itself', async () => {
  const mailchimp = await serveMailchimp();
  mailchimp.clock.release();
  const id = await submit(mailchimp, adds(mailchimp, 1_000));
  await expect
    .poll(async () => (await read(mailchimp, id)).status, { interval: 10, timeout: 60_000 })
    .toBe('finished');
  expect(mailchimp.audience.size).toBe(1_000);
}, 90_000);
