import type { Fault } from '@mcsync/sandbox/faults';
import { describe, expect, test } from 'vitest';
import { expectNothingMore } from '../../testing/expect-nothing-more.ts';
import {
  BATCH,
  meet,
  type News,
  type Outcome,
  recover,
  startWithNews,
  syncToEnd,
  whatIsTold,
} from '../../testing/remote-trouble.ts';
import { newScene } from '../../testing/scene.ts';
import { QUEUE_STORES, startTestService } from '../../testing/test-service.ts';

/** What becomes of batches and their archives. docs/reliability.md shows the same in words. */
const OF_BATCHES: readonly (readonly [string, readonly Fault[], Outcome])[] = [
  ['a batch is stuck for ever', [{ system: 'mailchimp', kind: 'stuck-batch' }], 'right at once'],
  [
    'a batch is gone',
    [{ system: 'mailchimp', kind: 'status', status: 404, path: '^/batches/', method: 'GET' }],
    'right at once',
  ],
  [
    'the archive is not there for a while',
    [{ system: 'mailchimp', kind: 'result-url-404', times: 3 }],
    'right at once',
  ],
  [
    'the address of the archive has run out',
    [{ system: 'mailchimp', kind: 'status', status: 403, path: '^/results/', body: '<Error/>', times: 2 }],
    'right at once',
  ],
  [
    'the archive breaks off',
    [{ system: 'mailchimp', kind: 'truncated-json', path: '^/results/', times: 2 }],
    'right at once',
  ],
  [
    'the archive can never be read',
    [{ system: 'mailchimp', kind: 'html-200', path: '^/results/', times: Number.POSITIVE_INFINITY }],
    'right at once',
  ],
  ['the archive is empty', [{ system: 'mailchimp', kind: 'empty-result-file' }], 'right at once'],
  [
    'the archive holds operations that nobody sent',
    [{ system: 'mailchimp', kind: 'strange-result' }],
    'right at once',
  ],
  [
    'the archive lacks the result of one operation',
    [{ system: 'mailchimp', kind: 'lost-result' }],
    'right at once',
  ],
];

/** A side that suddenly shows less. */
const EMPTY = JSON.stringify({ members: [], total_items: 0 });

/** What was written to members, in a batch or by itself: two jobs that claim updates at once share them, and a few go directly. */
function countSent({ service: { sandbox } }: News): number {
  const direct = sandbox.requests
    .recent(1000)
    .filter(
      ({ system, kind, path }) => system === 'mailchimp' && kind === 'write' && path.includes('/members/'),
    );
  return sandbox.requests.operations().length + direct.length;
}

const statusesOf = ({ scene }: News) => scene.describe();

describe.each(QUEUE_STORES)('on %s', (queue) => {
  test.concurrent.for(OF_BATCHES)(
    '%s',
    async ([, faults, outcome], { onTestFinished, expect: expectThat }) => {
      const news = await startWithNews(queue, BATCH, onTestFinished);
      const met = await meet(news, faults, 'enqueue-updates');
      expectThat(met.outcome).toBe(outcome);
      expectThat(countSent(news)).toBe(BATCH + 1);
      news.service.sandbox.faults.clear();
      expectThat(news.isRight()).toBe(true);
      await expectNothingMore(news.scene);
    },
  );

  test.concurrent.for([
    ['half of the contacts are missing from an answer with 200', 'Contact/get', 0.5],
    ['all contacts are missing from an answer with 200', 'Contact/get', 1],
    ['half of the group is missing from an answer with 200', 'GroupContact/get', 0.5],
    ['the whole group is missing from an answer with 200', 'GroupContact/get', 1],
  ] as const)('%s: nobody is removed for it', async (row, { onTestFinished, expect: expectThat }) => {
    const [, path, share] = row;
    const news = await startWithNews(queue, 2, onTestFinished);
    const lessRows: Fault = { system: 'civicrm', kind: 'drop-rows', path, times: 2, share };
    await meet(news, [lessRows], 'detect-civicrm-changes');
    await recover(news, 2);
    expectThat(news.isRight()).toBe(true);
    await expectNothingMore(news.scene);
  });

  test.concurrent('Mailchimp says that there is nobody: nobody is removed from the group', async ({
    onTestFinished,
    expect: expectThat,
  }) => {
    const news = await startWithNews(queue, 2, onTestFinished);
    const kept = news.scene.crowd(8);
    await news.scene.sync({ approval: 'all', mode: 'full' });
    const before = statusesOf(news);
    news.service.sandbox.faults.inject({
      system: 'mailchimp',
      kind: 'status',
      status: 200,
      body: EMPTY,
      path: '/members$',
      method: 'GET',
      times: Number.POSITIVE_INFINITY,
    });
    const { run } = await news.scene.sync({ mode: 'full' });
    // Everybody who is missing is read singly before anything is removed for it: they are there.
    expectThat(statusesOf(news)).toBe(before);
    const told = await whatIsTold(news);
    expectThat(told.length > 0).toBe(run.state !== 'done');
    await recover(news, 2);
    expectThat(
      kept.every(
        ({ civicrm, mailchimp }) => civicrm.status() === 'Added' && mailchimp.status() === 'subscribed',
      ),
    ).toBe(true);
  });

  test.concurrent('the list moves while it is paged: nobody is missed, and nobody removed for it', async ({
    onTestFinished,
    expect: expectThat,
  }) => {
    const service = await startTestService({ queue, onTestFinished });
    const { charity, connection } = await service.charity(2300);
    await service.sync(connection, { approval: 'all', mode: 'full' });
    const { requests, mailchimp, clock } = service.sandbox;
    const audience = mailchimp.world.audience(charity.listId);
    const [first, second, third] = audience.sorted('subscribed', 'created');
    const record = requests.record.bind(requests);
    requests.record = (request) => {
      record(request);
      if (!/\/members$/.test(request.path)) return;
      requests.record = record;
      // Those at the beginning go: everybody after them moves one place forward.
      for (const one of [first, second])
        if (one !== undefined) mailchimp.world.people.deletePermanently(charity.listId, one.email);
      if (third !== undefined) mailchimp.world.people.unsubscribeSelf(charity.listId, third.email);
    };
    clock.advance(2000);
    const { run } = await service.sync(connection, { approval: 'all', mode: 'full' });
    expectThat(['done', 'failed']).toContain(run.state);
    clock.advance(2000);
    const after = await service.sync(connection, { approval: 'all', mode: 'full' });
    expectThat(after.run.state).toBe('done');
    const removed = await service.service.store.db.decision.count({
      where: { category: 'removed-in-civicrm', state: 'applied', runId: { in: [run.id, after.run.id] } },
    });
    expectThat(removed).toBe(3);
  });

  test.concurrent('a webhook is lost: the next sync finds the change all the same', async ({
    onTestFinished,
    expect: expectThat,
  }) => {
    const service = await startTestService({ queue, onTestFinished });
    const scene = await newScene(service);
    const wilma = scene.person('wilma', { mailchimp: 'subscribed', civicrm: 'Added' });
    await scene.firstSync();
    wilma.mailchimp.unsubscribe(); // nobody tells us
    await scene.sync();
    expectThat(wilma.civicrm.status()).toBe('Removed');
  });
});

test('what a run meets when nothing breaks is right at once', async ({ onTestFinished }) => {
  const news = await startWithNews('postgres', 2, onTestFinished);
  expect((await syncToEnd(news)).run.state).toBe('done');
  expect(news.isRight()).toBe(true);
});
