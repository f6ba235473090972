import assert from 'node:assert/strict';
import type { Fault } from '../../src/faults.ts';
import { readArchive } from '../../testing/read-archive.ts';
import { receiveWebhooks } from '../../testing/receive-webhooks.ts';
import { KEY, type TestMailchimp } from '../../testing/start-mailchimp.ts';
import { type Behaviour, behaviour } from './behaviour.ts';

const EMAIL = 'wilma@flintstone.org';
const NEW = { email_address: EMAIL, status: 'subscribed' } as const;
const PROBLEM = 'application/problem+json; charset=utf-8';
const HTML = /^text\/html/;
const MINUTE = 60_000;

type Broken = Omit<Fault, 'system'>;

/** Answers in place of the real one; the write that asked took no effect, and the next one does. */
const ANSWERS: readonly (readonly [fault: Broken, status: number, type: string | RegExp])[] = [
  [{ kind: 'rate-limit' }, 429, PROBLEM],
  [{ kind: 'rate-limit-html' }, 429, HTML],
  [{ kind: 'forbidden-html' }, 403, HTML],
  [{ kind: 'unauthorized' }, 401, PROBLEM],
  [{ kind: 'server-error' }, 500, PROBLEM],
  [{ kind: 'bad-gateway-html' }, 502, HTML],
  [{ kind: 'unavailable' }, 503, PROBLEM],
  [{ kind: 'cdn-error' }, 503, 'application/json'],
  [{ kind: 'gateway-timeout-html' }, 504, HTML],
  [{ kind: 'html-200' }, 200, HTML],
  [{ kind: 'empty-200' }, 200, 'application/json; charset=utf-8'],
  [{ kind: 'status', status: 414, body: '{}' }, 414, PROBLEM],
];

const fault = (says: string, broken: Broken, check: (mailchimp: TestMailchimp) => Promise<void>): Behaviour =>
  behaviour(`11.2 ${broken.kind}: ${says}`, async (mailchimp) => {
    mailchimp.faults.inject({ system: 'mailchimp', ...broken });
    await check(mailchimp);
  });

async function finishedBatch({ call, clock }: TestMailchimp) {
  const { json } = await call('POST', '/batches', { operations: [{ method: 'GET', path: '/ping' }] });
  clock.advance(MINUTE);
  return (await call('GET', `/batches/${json.id}`)).json;
}

const archiveOf = async (url: string) => readArchive(Buffer.from(await (await fetch(url)).arrayBuffer()));

/** With a webhook for everything; closes its receiver. */
async function withWebhook(
  { list }: TestMailchimp,
  check: (receiver: Awaited<ReturnType<typeof receiveWebhooks>>) => Promise<void>,
): Promise<void> {
  const receiver = await receiveWebhooks();
  try {
    await list('POST', '/webhooks', {
      url: receiver.url,
      events: { subscribe: true },
      sources: { user: true },
    });
    await check(receiver);
  } finally {
    await receiver.close();
  }
}

/** Each fault that can be asked for, and what the client sees of it. */
export const FAULTS: readonly Behaviour[] = [
  ...ANSWERS.map(([broken, status, type]) =>
    fault(
      `the client sees ${status}, and nothing took effect`,
      { ...broken, method: 'POST' },
      async ({ list, audience }) => {
        const answer = await list('POST', '/members', NEW);
        const seen = answer.headers.get('content-type') ?? '';
        assert.equal(answer.status, status);
        assert.ok(typeof type === 'string' ? seen === type : type.test(seen), seen);
        assert.equal(audience.size, 0);
        assert.equal((await list('POST', '/members', NEW)).status, 200);
      },
    ),
  ),
  fault(
    'no answer, and nothing took effect',
    { kind: 'reset', method: 'POST' },
    async ({ list, audience }) => {
      await assert.rejects(list('POST', '/members', NEW));
      assert.equal(audience.size, 0);
    },
  ),
  fault(
    'no answer, though it took effect',
    { kind: 'reset-after', method: 'POST' },
    async ({ list, audience }) => {
      await assert.rejects(list('POST', '/members', NEW));
      assert.equal(audience.size, 1);
    },
  ),
  fault(
    'an answer that breaks off, though it took effect',
    { kind: 'truncated-json', method: 'POST' },
    async ({ list, audience }) => {
      const { status, text } = await list('POST', '/members', NEW);
      assert.equal(status, 200);
      assert.throws(() => JSON.parse(text), SyntaxError);
      assert.equal(audience.size, 1);
    },
  ),
  fault(
    'the client gives up before anything has begun',
    { kind: 'slow', delayMs: 60_000 },
    async ({ base, audience }) => {
      await assert.rejects(postUntil(`${base}/lists/${audience.id}/members`, 100));
      assert.equal(audience.size, 0);
    },
  ),
  fault(
    'the client gives up, though it took effect',
    { kind: 'slow-after', delayMs: 60_000 },
    async ({ base, audience, account }) => {
      await assert.rejects(postUntil(`${base}/lists/${audience.id}/members`, 300));
      assert.equal(audience.size, 1);
      assert.equal(account.openRequests, 1, 'it still occupies a connection');
    },
  ),
  fault(
    'rows are missing, and total_items tells the truth',
    { kind: 'drop-rows', share: 0.5 },
    async ({ list, world, audience }) => {
      for (let n = 0; n < 10; n += 1) world.seedMember(audience.id, { email: `p${n}@people.org` });
      const { json } = await list('GET', '/members');
      assert.deepEqual([json.members.length, json.total_items], [5, 10]);
    },
  ),
  fault(
    'somebody changes between two pages, and the second skips one',
    { kind: 'page-shift', after: 1 },
    async ({ list, world, audience, clock }) => {
      for (let n = 0; n < 4; n += 1) world.seedMember(audience.id, { email: `p${n}@people.org` });
      clock.advance(MINUTE);
      const page = async (offset: number): Promise<readonly string[]> => {
        const { json } = await list('GET', `/members?sort_field=last_changed&count=2&offset=${offset}`);
        return json.members.map(({ email_address }: { email_address: string }) => email_address.slice(0, 2));
      };
      assert.deepEqual(
        [await page(0), await page(2)],
        [
          ['p0', 'p1'],
          ['p3', 'p0'],
        ],
      );
    },
  ),
  fault(
    'all operations done, and never finished; the next batch runs',
    { kind: 'stuck-batch' },
    async (mailchimp) => {
      const stuck = await finishedBatch(mailchimp);
      mailchimp.clock.advance(7 * 60 * MINUTE);
      const { json } = await mailchimp.call('GET', `/batches/${stuck.id}`);
      assert.deepEqual([json.status, json.finished_operations], ['started', 1]);
      assert.equal((await finishedBatch(mailchimp)).status, 'finished');
    },
  ),
  fault('finished only hours later', { kind: 'stuck-batch', delayMs: 7 * 60 * MINUTE }, async (mailchimp) => {
    const stuck = await finishedBatch(mailchimp);
    assert.equal(stuck.status, 'started');
    mailchimp.clock.advance(8 * 60 * MINUTE);
    assert.equal((await mailchimp.call('GET', `/batches/${stuck.id}`)).json.status, 'finished');
  }),
  fault('404 at first, the archive afterwards', { kind: 'result-url-404', times: 2 }, async (mailchimp) => {
    const { response_body_url: url } = await finishedBatch(mailchimp);
    const statuses = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await fetch(url)).status);
    assert.deepEqual(statuses, [404, 404, 200]);
  }),
  fault('an archive without results', { kind: 'empty-result-file' }, async (mailchimp) => {
    const entries = await archiveOf((await finishedBatch(mailchimp)).response_body_url);
    assert.ok(entries.length > 1);
    assert.deepEqual(
      entries.filter(({ content }) => content !== ''),
      [],
    );
  }),
  fault(
    'one operation of a batch fails by it, before it takes effect',
    { kind: 'server-error', scope: 'batch-operation' },
    async (mailchimp) => {
      const { errored_operations: errored, response_body_url: url } = await finishedBatch(mailchimp);
      const results = (await archiveOf(url)).flatMap(({ content }) =>
        content === '' ? [] : JSON.parse(content),
      );
      assert.deepEqual([errored, results[0].status_code], [1, 500]);
    },
  ),
  fault('the event never arrives, the next one does', { kind: 'webhook-lost' }, async (mailchimp) => {
    await withWebhook(mailchimp, async (receiver) => {
      for (const n of [1, 2])
        mailchimp.world.people.signUp(mailchimp.audience.id, { email: `p${n}@people.org` });
      const [first] = await receiver.received(1);
      assert.equal(first?.form.get('data[email]'), 'p2@people.org');
    });
  }),
  fault('the event arrives twice', { kind: 'webhook-twice' }, async (mailchimp) => {
    await withWebhook(mailchimp, async (receiver) => {
      mailchimp.world.people.signUp(mailchimp.audience.id, { email: EMAIL });
      const [first, second] = await receiver.received(2);
      assert.equal(first?.body, second?.body);
    });
  }),
  fault(
    'the event arrives after the next one',
    { kind: 'webhook-late', delayMs: 20 * MINUTE },
    async (mailchimp) => {
      await withWebhook(mailchimp, async (receiver) => {
        for (const n of [1, 2])
          mailchimp.world.people.signUp(mailchimp.audience.id, { email: `p${n}@people.org` });
        await receiver.received(1);
        mailchimp.clock.advance(20 * MINUTE);
        const emails = (await receiver.received(2)).map(({ form }) => form.get('data[email]'));
        assert.deepEqual(emails, ['p2@people.org', 'p1@people.org']);
      });
    },
  ),
  behaviour('11.2 a fault strikes its endpoint, so often, after so many', async ({ call, list, faults }) => {
    faults.inject({ system: 'mailchimp', kind: 'server-error', path: '/members', after: 1, times: 2 });
    const statuses = [(await call('GET', '/ping')).status];
    for (let n = 0; n < 4; n += 1) statuses.push((await list('GET', '/members')).status);
    assert.deepEqual(statuses, [200, 200, 500, 500, 200]);
  }),
  behaviour('11.2 or with a probability, the same for the same seed', async ({ call, faults }) => {
    const run = async (seed: number) => {
      faults.clear();
      faults.inject({ system: 'mailchimp', kind: 'server-error', probability: 0.3, seed });
      const statuses = [];
      for (let n = 0; n < 40; n += 1) statuses.push((await call('GET', '/ping')).status);
      return statuses.join();
    };
    const first = await run(7);
    assert.ok(first.includes('500') && first.includes('200'));
    assert.equal(await run(7), first);
    assert.notEqual(await run(8), first);
  }),
];

/** A client with a time limit of its own. */
const postUntil = (url: string, ms: number): Promise<unknown> =>
  fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}` },
    body: JSON.stringify(NEW),
    signal: AbortSignal.timeout(ms),
  });
