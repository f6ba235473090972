import { expect, test } from 'vitest';
import { TestLimiter } from '../../testing/gateways-limiter.ts';
import { attempt, orAborted, startDeadline } from './attempt.ts';

const forEver = () => new Promise<never>(() => undefined);

test('an answer frees the slot', async () => {
  const limiter = new TestLimiter();
  const result = await attempt({ limiter, timeLimitMs: 1000 }, new AbortController().signal, async () => 7);
  expect(result).toEqual({ kind: 'answered', answer: 7 });
  expect(limiter).toMatchObject({ taken: 0, released: 1, abandoned: 0 });
});

test('a failure is a value, and frees the slot', async () => {
  const limiter = new TestLimiter();
  const error = new Error('reset');
  const send = () => Promise.reject(error);
  const result = await attempt({ limiter, timeLimitMs: 1000 }, new AbortController().signal, send);
  expect(result).toEqual({ kind: 'failed', error });
  expect(limiter).toMatchObject({ taken: 0, released: 1 });
});

test('past the time limit the request may still run, so its slot stays taken', async () => {
  const limiter = new TestLimiter();
  const result = await attempt({ limiter, timeLimitMs: 5 }, new AbortController().signal, forEver);
  expect(result).toEqual({ kind: 'timed-out' });
  expect(limiter).toMatchObject({ taken: 1, released: 0, abandoned: 1 });
});

test('a caller who gives up leaves the slot taken too, and what is sent can be stopped', async () => {
  const limiter = new TestLimiter();
  const controller = new AbortController();
  const stopped: unknown[] = [];
  const result = attempt({ limiter, timeLimitMs: 1000 }, controller.signal, (signal) => {
    signal.addEventListener('abort', () => stopped.push(signal.reason));
    controller.abort('shut down');
    return forEver();
  });
  await expect(result).resolves.toEqual({ kind: 'given-up' });
  expect(stopped).toEqual(['shut down']);
  expect(limiter.abandoned).toBe(1);
});

test('while waiting for a slot nothing is sent, and the caller’s reason comes back', async () => {
  const limiter = new TestLimiter(1);
  await limiter.acquire(new AbortController().signal);
  const controller = new AbortController();
  let sent = 0;
  const waiting = attempt({ limiter, timeLimitMs: 1000 }, controller.signal, async () => {
    sent += 1;
  });
  controller.abort(new Error('shut down'));
  await expect(waiting).rejects.toThrow('shut down');
  expect(sent).toBe(0);
});

test('a promise given up may still fail without anybody noticing', async () => {
  const controller = new AbortController();
  const late = new Promise<never>((_resolve, reject) => {
    controller.signal.addEventListener('abort', () => setImmediate(reject, new Error('too late')));
  });
  const given = orAborted(late, controller.signal);
  controller.abort(new Error('enough'));
  await expect(given).rejects.toThrow('enough');
  await expect(late).rejects.toThrow('too late');
});

test('a deadline of a signal that has fired has passed', () => {
  const deadline = startDeadline(AbortSignal.abort('shut down'), 1000);
  deadline.clear();
  expect(deadline.signal.reason).toBe('shut down');
});
