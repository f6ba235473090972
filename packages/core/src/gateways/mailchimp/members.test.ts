import { describe, expect, test } from 'vitest';
import { expectToHide, rejection } from '../../../testing/gateways-privacy.ts';
import { never, startGateways, startWithMember, WILMA } from '../../../testing/gateways-sandbox.ts';
import { nobodyListens } from '../../../testing/gateways-server.ts';

type MemberWorld = Awaited<ReturnType<typeof startWithMember>>;

const unsubscribe = ({ mailchimp, audience, call }: MemberWorld, signal = never()) =>
  mailchimp.writer.sendCall(audience, call, signal);

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
    const world = await startWithMember();
    world.sandbox.faults.inject({ system: 'mailchimp', kind });
    expect(await unsubscribe(world)).toEqual(outcome);
    expect(world.requests.mailchimp).toBe(1);
    expect(world.wilma.status).toBe(status);
  });

  test('past our time limit nobody knows, though it took effect; the slot stays taken', async () => {
    const world = await startWithMember({ mailchimp: { timeLimitMs: 300 } });
    world.sandbox.faults.inject({ system: 'mailchimp', kind: 'slow-after', delayMs: 3000 });
    expect(await unsubscribe(world)).toEqual({ kind: 'unknown', httpStatus: null });
    expect(world.wilma.status).toBe('unsubscribed');
    expect(world.limiter).toMatchObject({ abandoned: 1, taken: 1 });
  });

  test('a caller who gives up half-way knows no more', async () => {
    const world = await startWithMember();
    world.sandbox.faults.inject({ system: 'mailchimp', kind: 'slow-after', delayMs: 3000 });
    const controller = new AbortController();
    const sending = unsubscribe(world, controller.signal);
    await expect.poll(() => world.wilma.status).toBe('unsubscribed');
    controller.abort(new Error('shut down'));
    expect(await sending).toEqual({ kind: 'unknown', httpStatus: null });
  });

  test('a caller who has given up sends nothing', async () => {
    const world = await startWithMember();
    await expect(unsubscribe(world, AbortSignal.abort(new Error('shut down')))).rejects.toThrow('shut down');
    expect(world.requests.mailchimp).toBe(0);
  });

  test('nobody at the address: surely not taken', async () => {
    const world = await startWithMember({ mailchimp: { baseUrl: `${await nobodyListens()}/3.0` } });
    expect(await unsubscribe(world)).toEqual({ kind: 'transient', httpStatus: null, title: '' });
  });

  test('a key or an account that cannot be used is a fault, not the member’s', async () => {
    const world = await startWithMember();
    const { world: mailchimp, accountId, apiKey } = world.sandbox.mailchimp;
    mailchimp.suspendAccount(accountId);
    const suspended = await rejection(unsubscribe(world));
    expect(suspended).toMatchObject({ name: 'FaultError', code: 'MAILCHIMP_ACCOUNT_DISABLED' });
    mailchimp.restoreAccount(accountId);
    mailchimp.revokeKey(apiKey);
    const revoked = await rejection(unsubscribe(world));
    expect(revoked).toMatchObject({ name: 'FaultError', code: 'MAILCHIMP_KEY_REFUSED' });
    expectToHide([suspended, revoked], [apiKey, WILMA]);
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
