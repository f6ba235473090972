import { describe, expect, test } from 'vitest';
import { expectToHide, rejection } from '../../../testing/gateways-privacy.ts';
import { never, startWithMember } from '../../../testing/gateways-sandbox.ts';

type MemberWorld = Awaited<ReturnType<typeof startWithMember>>;

const submit = ({ mailchimp, audience, call }: MemberWorld, signal = never()) =>
  mailchimp.writer.submitBatch(audience, [{ operationId: 'u1', call }], signal);

describe('results', () => {
  async function finish(world: MemberWorld): Promise<string> {
    const { id } = await submit(world);
    return await fetchUrl(world, id);
  }

  async function fetchUrl({ mailchimp }: MemberWorld, id: string): Promise<string> {
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

  async function readAll({ mailchimp }: MemberWorld, url: string, signal = never()) {
    const results = [];
    for await (const result of mailchimp.reader.fetchResults(url, signal)) results.push(result);
    return results;
  }

  test('are fetched without credentials and without a call slot', async () => {
    const world = await startWithMember();
    const url = await finish(world);
    const { released } = world.limiter;
    expect(await readAll(world, url)).toMatchObject([{ operationId: 'u1', outcome: { kind: 'done' } }]);
    expect(world.limiter.released).toBe(released);
  });

  test('that are not there yet, or cut off, or no archive, may come later', async () => {
    const world = await startWithMember();
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
    const world = await startWithMember({ mailchimp: { timeLimitMs: 300 } });
    const url = await finish(world);
    world.sandbox.faults.inject({ system: 'mailchimp', kind: 'slow', delayMs: 3000 });
    await expect(readAll(world, url)).rejects.toMatchObject({ code: 'MAILCHIMP_UNREACHABLE' });
    const aborted = readAll(world, url, AbortSignal.abort(new Error('shut down')));
    await expect(aborted).rejects.toThrow('shut down');
  });

  test('of which nothing is left in the archive are none', async () => {
    const world = await startWithMember();
    world.sandbox.faults.inject({ system: 'mailchimp', kind: 'empty-result-file' });
    expect(await readAll(world, await finish(world))).toEqual([]);
  });

  test('of an operation that met a passing trouble say so', async () => {
    const world = await startWithMember();
    world.sandbox.faults.inject({ system: 'mailchimp', kind: 'rate-limit', scope: 'batch-operation' });
    expect(await readAll(world, await finish(world))).toMatchObject([
      { operationId: 'u1', outcome: { kind: 'transient', httpStatus: 429 } },
    ]);
  });
});
