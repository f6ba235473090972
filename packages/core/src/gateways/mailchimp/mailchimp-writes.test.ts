import { describe, expect, test } from 'vitest';
import { expectToHide, rejection } from '../../../testing/gateways-privacy.ts';
import { never, startGateways } from '../../../testing/gateways-sandbox.ts';
import { nobodyListens } from '../../../testing/gateways-server.ts';

type World = Awaited<ReturnType<typeof startGateways>>;

const ADDRESS = 'wilma.wanderer@oakfield-trust.test';

async function startWithWilma(options: Parameters<typeof startGateways>[0] = {}) {
  const world = await startGateways(options);
  const wilma = world.sandbox.mailchimp.world.seedMember(world.list.id, {
    email: ADDRESS,
    status: 'subscribed',
  });
  const call = { kind: 'patch', key: wilma.contactId, body: { status: 'unsubscribed' } } as const;
  return { ...world, wilma, call };
}
type WorldOfWilma = Awaited<ReturnType<typeof startWithWilma>>;

const unsubscribe = ({ mailchimp, audience, call }: WorldOfWilma, signal = never()) =>
  mailchimp.writer.sendCall(audience, call, signal);

const submit = ({ mailchimp, audience, call }: WorldOfWilma, signal = never()) =>
  mailchimp.writer.submitBatch(audience, [{ operationId: 'u1', call }], signal);

const batches = async ({ mailchimp }: World) => await mailchimp.reader.fetchBatchesSince(0, never());

describe('one call', () => {
  test.each([
    ['rate-limit', { kind: 'transient', httpStatus: 429, title: 'Too Many Requests' }, 'subscribed'],
    ['forbidden-html', { kind: 'transient', httpStatus: 403, title: '' }, 'subscribed'],
    ['server-error', { kind: 'unknown', httpStatus: 500 }, 'subscribed'],
    ['bad-gateway-html', { kind: 'unknown', httpStatus: 502 }, 'subscribed'],
    ['unavailable', { kind: 'unknown', httpStatus: 503 }, 'subscribed'],
    ['reset', { kind: 'unknown', httpStatus: null }, 'subscribed'],
    ['html-200', { kind: 'unknown', httpStatus: 200 }, 'subscribed'],
    ['empty-200', { kind: 'unknown', httpStatus: 200 }, 'subscribed'],
    ['reset-after', { kind: 'unknown', httpStatus: null }, 'unsubscribed'],
    ['truncated-json', { kind: 'unknown', httpStatus: 200 }, 'unsubscribed'],
  ] as const)('%s: sent once, and what it came to is a value', async (kind, outcome, status) => {
    const world = await startWithWilma();
    world.sandbox.faults.inject({ system: 'mailchimp', kind });
    expect(await unsubscribe(world)).toEqual(outcome);
    expect(world.requests.mailchimp).toBe(1);
    expect(world.wilma.status).toBe(status);
  });

  test('past our time limit nobody knows, though it took effect; the slot stays taken', async () => {
    const world = await startWithWilma({ mailchimp: { timeLimitMs: 300 } });
    world.sandbox.faults.inject({ system: 'mailchimp', kind: 'slow-after', delayMs: 3000 });
    expect(await unsubscribe(world)).toEqual({ kind: 'unknown', httpStatus: null });
    expect(world.wilma.status).toBe('unsubscribed');
    expect(world.limiter).toMatchObject({ abandoned: 1, taken: 1 });
  });

  test('a caller who gives up half-way knows no more', async () => {
    const world = await startWithWilma();
    world.sandbox.faults.inject({ system: 'mailchimp', kind: 'slow-after', delayMs: 3000 });
    const controller = new AbortController();
    const sending = unsubscribe(world, controller.signal);
    await expect.poll(() => world.wilma.status).toBe('unsubscribed');
    controller.abort(new Error('shut down'));
    expect(await sending).toEqual({ kind: 'unknown', httpStatus: null });
  });

  test('a caller who has given up sends nothing', async () => {
    const world = await startWithWilma();
    await expect(unsubscribe(world, AbortSignal.abort(new Error('shut down')))).rejects.toThrow('shut down');
    expect(world.requests.mailchimp).toBe(0);
  });

  test('nobody at the address: surely not taken', async () => {
    const world = await startWithWilma({ mailchimp: { baseUrl: `${await nobodyListens()}/3.0` } });
    expect(await unsubscribe(world)).toEqual({ kind: 'transient', httpStatus: null, title: '' });
  });

  test('a key or an account that cannot be used is a fault, not the member’s', async () => {
    const world = await startWithWilma();
    const { world: mailchimp, accountId, apiKey } = world.sandbox.mailchimp;
    mailchimp.suspendAccount(accountId);
    const suspended = await rejection(unsubscribe(world));
    expect(suspended).toMatchObject({ name: 'FaultError', code: 'MAILCHIMP_ACCOUNT_DISABLED' });
    mailchimp.restoreAccount(accountId);
    mailchimp.revokeKey(apiKey);
    const revoked = await rejection(unsubscribe(world));
    expect(revoked).toMatchObject({ name: 'FaultError', code: 'MAILCHIMP_KEY_REFUSED' });
    expectToHide([suspended, revoked], [apiKey, ADDRESS]);
  });

  test('a key that names no single member is a bug of ours, and never sent', async () => {
    const { mailchimp, audience, requests } = await startGateways();
    for (const key of ['', '.', '..']) {
      await expect(mailchimp.writer.sendCall(audience, { kind: 'archive', key }, never())).rejects.toThrow(
        expect.objectContaining({ name: 'InvariantError' }),
      );
    }
    expect(requests.mailchimp).toBe(0);
  });
});

describe('a batch', () => {
  test.each(['rate-limit', 'forbidden-html'] as const)('%s: surely not taken', async (kind) => {
    const world = await startWithWilma();
    world.sandbox.faults.inject({ system: 'mailchimp', kind, method: 'POST' });
    await expect(submit(world)).rejects.toMatchObject({ name: 'TransientError', code: 'MAILCHIMP_BUSY' });
    expect(world.requests.mailchimp).toBe(1);
    expect(await batches(world)).toEqual([]);
  });

  test.each([
    ['server-error', 0],
    ['bad-gateway-html', 0],
    ['reset', 0],
    ['html-200', 0],
    ['empty-200', 0],
    ['reset-after', 1],
    ['truncated-json', 1],
  ] as const)('%s: nobody knows, and it is not sent again', async (kind, taken) => {
    const world = await startWithWilma();
    world.sandbox.faults.inject({ system: 'mailchimp', kind, method: 'POST' });
    const error = await rejection(submit(world));
    expect(error).toMatchObject({ name: 'OutcomeUnknownError', code: 'MAILCHIMP_OUTCOME_UNKNOWN' });
    expectToHide(error, [world.sandbox.mailchimp.apiKey, ADDRESS]);
    expect(world.requests.mailchimp).toBe(1);
    expect(await batches(world)).toHaveLength(taken);
  });

  test('past our time limit nobody knows either', async () => {
    const world = await startWithWilma({ mailchimp: { timeLimitMs: 300 } });
    world.sandbox.faults.inject({ system: 'mailchimp', kind: 'slow-after', delayMs: 3000, method: 'POST' });
    await expect(submit(world)).rejects.toMatchObject({ name: 'OutcomeUnknownError' });
  });

  test('a caller who gives up half-way knows no more', async () => {
    const world = await startWithWilma();
    world.sandbox.faults.inject({ system: 'mailchimp', kind: 'slow', delayMs: 3000, method: 'POST' });
    const controller = new AbortController();
    const submitting = submit(world, controller.signal);
    await expect.poll(() => world.requests.mailchimp).toBe(1);
    controller.abort(new Error('shut down'));
    await expect(submitting).rejects.toMatchObject({ name: 'OutcomeUnknownError' });
  });

  test('nobody at the address: surely not taken', async () => {
    const world = await startWithWilma({ mailchimp: { baseUrl: `${await nobodyListens()}/3.0` } });
    await expect(submit(world)).rejects.toMatchObject({
      name: 'TransientError',
      code: 'MAILCHIMP_UNREACHABLE',
    });
  });

  test('refused as a whole, or by a suspended account, it is a fault', async () => {
    const world = await startWithWilma();
    const body = JSON.stringify({ title: 'Bad Request', status: 400, detail: ADDRESS });
    world.sandbox.faults.inject({ system: 'mailchimp', kind: 'status', status: 400, body });
    const error = await rejection(submit(world));
    expect(error).toMatchObject({ name: 'FaultError', code: 'MAILCHIMP_REFUSED' });
    expectToHide(error, [ADDRESS]);
    world.sandbox.mailchimp.world.suspendAccount(world.sandbox.mailchimp.accountId);
    await expect(submit(world)).rejects.toMatchObject({ code: 'MAILCHIMP_ACCOUNT_DISABLED' });
  });

  test('none and too many operations are bugs of ours', async () => {
    const { mailchimp, audience, call } = await startWithWilma();
    for (const length of [0, 1001]) {
      const operations = Array.from({ length }, (_, index) => ({ operationId: `u${index}`, call }));
      await expect(mailchimp.writer.submitBatch(audience, operations, never())).rejects.toThrow(
        expect.objectContaining({ name: 'InvariantError' }),
      );
    }
  });

  test('deleting one that Mailchimp will not delete says so, and a fault of its own is passed on', async () => {
    const world = await startWithWilma();
    const { id } = await submit(world);
    const body = JSON.stringify({ title: 'Invalid Action', status: 400 });
    world.sandbox.faults.inject({ system: 'mailchimp', kind: 'status', status: 400, body, method: 'DELETE' });
    expect(await world.mailchimp.writer.deleteBatch(id, never())).toBe(false);
    world.sandbox.faults.inject({ system: 'mailchimp', kind: 'server-error', method: 'DELETE' });
    await expect(world.mailchimp.writer.deleteBatch(id, never())).rejects.toMatchObject({
      name: 'TransientError',
    });
  });

  test('all batches are listed, however many', async () => {
    const world = await startWithWilma({ sandbox: { mailchimpSettings: { maxPendingBatches: 2000 } } });
    world.sandbox.clock.freeze();
    const ids = await Promise.all(Array.from({ length: 30 }, async () => (await submit(world)).id));
    expect(new Set((await batches(world)).map(({ id }) => id))).toEqual(new Set(ids));
  });
});

describe('results', () => {
  async function finish(world: WorldOfWilma): Promise<string> {
    const { id } = await submit(world);
    return await fetchUrl(world, id);
  }

  async function fetchUrl({ mailchimp }: World, id: string): Promise<string> {
    let url: string | null = null;
    await expect
      .poll(async () => {
        const batch = await mailchimp.reader.fetchBatch(id, never());
        url = batch?.resultUrl ?? null;
        return batch?.status;
      })
      .toBe('finished');
    return url ?? '';
  }

  async function readAll({ mailchimp }: World, url: string, signal = never()) {
    const results = [];
    for await (const result of mailchimp.reader.fetchResults(url, signal)) results.push(result);
    return results;
  }

  test('are fetched without credentials and without a call slot', async () => {
    const world = await startWithWilma();
    const url = await finish(world);
    const { released } = world.limiter;
    expect(await readAll(world, url)).toMatchObject([{ operationId: 'u1', outcome: { kind: 'done' } }]);
    expect(world.limiter.released).toBe(released);
  });

  test('that are not there yet, or cut off, or no archive, may come later', async () => {
    const world = await startWithWilma();
    const url = await finish(world);
    for (const [kind, code] of [
      ['result-url-404', 'MAILCHIMP_BUSY'],
      ['bad-gateway-html', 'MAILCHIMP_BUSY'],
      ['reset', 'MAILCHIMP_UNREACHABLE'],
      ['truncated-json', 'MAILCHIMP_BAD_ANSWER'],
      ['html-200', 'MAILCHIMP_BAD_ANSWER'],
      ['empty-200', 'MAILCHIMP_BAD_ANSWER'],
    ] as const) {
      world.sandbox.faults.inject({ system: 'mailchimp', kind });
      const error = await rejection(readAll(world, url));
      expect([kind, error]).toMatchObject([kind, { name: 'TransientError', code }]);
      expectToHide(error, [new URL(url).pathname]);
    }
    expect(await readAll(world, url)).toHaveLength(1);
  });

  test('whose storage says nothing are given up, and so are those that nobody wants any more', async () => {
    const world = await startWithWilma({ mailchimp: { timeLimitMs: 300 } });
    const url = await finish(world);
    world.sandbox.faults.inject({ system: 'mailchimp', kind: 'slow', delayMs: 3000 });
    await expect(readAll(world, url)).rejects.toMatchObject({ code: 'MAILCHIMP_UNREACHABLE' });
    const aborted = readAll(world, url, AbortSignal.abort(new Error('shut down')));
    await expect(aborted).rejects.toThrow('shut down');
  });

  test('of which nothing is left in the archive are none', async () => {
    const world = await startWithWilma();
    world.sandbox.faults.inject({ system: 'mailchimp', kind: 'empty-result-file' });
    expect(await readAll(world, await finish(world))).toEqual([]);
  });

  test('of an operation that met a passing trouble say so', async () => {
    const world = await startWithWilma();
    world.sandbox.faults.inject({ system: 'mailchimp', kind: 'rate-limit', scope: 'batch-operation' });
    expect(await readAll(world, await finish(world))).toMatchObject([
      { operationId: 'u1', outcome: { kind: 'transient', httpStatus: 429 } },
    ]);
  });
});
