import { describe, expect, test } from 'vitest';
import { expectToHide, rejection } from '../../../testing/gateways-privacy.ts';
import { never, startWithMember, WILMA } from '../../../testing/gateways-sandbox.ts';
import { nobodyListens } from '../../../testing/gateways-server.ts';

type MemberWorld = Awaited<ReturnType<typeof startWithMember>>;

const submit = ({ mailchimp, audience, call }: MemberWorld, signal = never()) =>
  mailchimp.writer.submitBatch(audience, [{ operationId: 'u1', call }], signal);

const batches = async ({ mailchimp }: MemberWorld) => await mailchimp.reader.fetchBatchesSince(0, never());

describe('a batch', () => {
  test.each(['rate-limit', 'forbidden-html'] as const)('%s: surely not taken', async (kind) => {
    const world = await startWithMember();
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
    const world = await startWithMember();
    world.sandbox.faults.inject({ system: 'mailchimp', kind, method: 'POST' });
    const error = await rejection(submit(world));
    expect(error).toMatchObject({ name: 'OutcomeUnknownError', code: 'MAILCHIMP_OUTCOME_UNKNOWN' });
    expectToHide(error, [world.sandbox.mailchimp.apiKey, WILMA]);
    expect(world.requests.mailchimp).toBe(1);
    expect(await batches(world)).toHaveLength(taken);
  });

  test('past our time limit nobody knows either', async () => {
    const world = await startWithMember({ mailchimp: { timeLimitMs: 300 } });
    world.sandbox.faults.inject({ system: 'mailchimp', kind: 'slow-after', delayMs: 3000, method: 'POST' });
    await expect(submit(world)).rejects.toMatchObject({ name: 'OutcomeUnknownError' });
  });

  test('a caller who gives up half-way knows no more', async () => {
    const world = await startWithMember();
    world.sandbox.faults.inject({ system: 'mailchimp', kind: 'slow', delayMs: 3000, method: 'POST' });
    const controller = new AbortController();
    const submitting = submit(world, controller.signal);
    await expect.poll(() => world.requests.mailchimp).toBe(1);
    controller.abort(new Error('shut down'));
    await expect(submitting).rejects.toMatchObject({ name: 'OutcomeUnknownError' });
  });

  test('nobody at the address: surely not taken', async () => {
    const world = await startWithMember({ mailchimp: { baseUrl: `${await nobodyListens()}/3.0` } });
    await expect(submit(world)).rejects.toMatchObject({
      name: 'TransientError',
      code: 'MAILCHIMP_UNREACHABLE',
    });
  });

  test('refused as a whole, or by a suspended account, it is a fault', async () => {
    const world = await startWithMember();
    const body = JSON.stringify({ title: 'Bad Request', status: 400, detail: WILMA });
    world.sandbox.faults.inject({ system: 'mailchimp', kind: 'status', status: 400, body });
    const error = await rejection(submit(world));
    expect(error).toMatchObject({ name: 'FaultError', code: 'MAILCHIMP_REFUSED' });
    expectToHide(error, [WILMA]);
    world.sandbox.mailchimp.world.suspendAccount(world.sandbox.mailchimp.accountId);
    await expect(submit(world)).rejects.toMatchObject({ code: 'MAILCHIMP_ACCOUNT_DISABLED' });
  });

  test('none and too many operations are bugs of ours', async () => {
    const { mailchimp, audience, call } = await startWithMember();
    for (const length of [0, 1001]) {
      const operations = Array.from({ length }, (_, index) => ({ operationId: `u${index}`, call }));
      await expect(mailchimp.writer.submitBatch(audience, operations, never())).rejects.toThrow(
        expect.objectContaining({ name: 'InvariantError' }),
      );
    }
  });

  test('deleting one that Mailchimp will not delete says so, and a fault of its own is passed on', async () => {
    const world = await startWithMember();
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
    const world = await startWithMember({ sandbox: { mailchimpSettings: { maxPendingBatches: 2000 } } });
    world.sandbox.clock.freeze();
    const ids = await Promise.all(Array.from({ length: 30 }, async () => (await submit(world)).id));
    expect(new Set((await batches(world)).map(({ id }) => id))).toEqual(new Set(ids));
  });
});
