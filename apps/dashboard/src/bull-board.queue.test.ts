import { once } from 'node:events';
import { POLLING, QUEUE_NAMES } from '@mcsync/core/queue/queues';
import { QUEUE_STORES } from '@mcsync/core/testing/test-service';
import { expect, onTestFinished, test } from 'vitest';
import { Client } from '../testing/client.ts';
import { openStores } from '../testing/open-stores.ts';
import { startDashboard, WILMA } from '../testing/start-dashboard.ts';

async function openBoard(queue: 'postgres' | 'redis') {
  const stores = await openStores(queue);
  onTestFinished(() => stores.close());
  const { url } = await startDashboard(stores);
  const client = new Client(url);
  return { ...stores, url, client };
}

test.each(QUEUE_STORES)('every queue is there (%s)', async (queue) => {
  const { client } = await openBoard(queue);
  await client.signIn(WILMA);
  const { status, text } = await client.get('/queues/api/queues');
  expect(status).toBe(200);
  const { queues } = JSON.parse(text);
  expect(queues.map(({ name }: { name: string }) => name)).toEqual(QUEUE_NAMES);
});

test.each(QUEUE_STORES)('a failed job can be tried again (%s)', async (queue) => {
  const { client, url, queueStore } = await openBoard(queue);
  await client.signIn(WILMA);
  let tries = 0;
  const worker = await queueStore.worker(
    POLLING,
    async () => {
      tries += 1;
      if (tries === 1) throw new Error('not yet');
    },
    {},
  );
  const failed = once(worker, 'failed');
  const job = await (await queueStore.queue(POLLING)).add('look', { batchId: 1 });
  await failed;
  const completed = once(worker, 'completed');
  const retried = await client.request('PUT', `/queues/api/queues/${POLLING}/${job.id}/retry`, {
    headers: { origin: url },
  });
  expect(retried.status).toBe(204);
  await completed;
  expect(tries).toBe(2);
});

test('nothing is paused by a page of another site, by a program that does not say where it comes from, or by a stranger', async () => {
  const { client, url, queues } = await openBoard('postgres');
  const pause = (by: Client, headers: Record<string, string>) =>
    by.request('PUT', '/queues/api/queues/pause', { headers });
  await client.signIn(WILMA);
  expect((await pause(client, { origin: 'https://evil.example' })).status).toBe(403);
  expect((await pause(client, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  expect((await pause(client, {})).status).toBe(403);
  expect((await pause(new Client(url), { origin: url })).status).toBe(401);
  expect(await queues.stages.isPaused()).toBe(false);
  expect((await pause(client, { origin: url })).status).toBe(200);
  expect(await queues.stages.isPaused()).toBe(true);
});

test('its page runs scripts of its own only, and asks nobody else for anything', async () => {
  const { client } = await openBoard('postgres');
  await client.signIn(WILMA);
  for (const path of ['/queues', '/queues/queue/mcsync-stages', '/queues/queue/mcsync-stages/1']) {
    const { status, text, headers } = await client.get(path);
    expect({ path, status }).toEqual({ path, status: 200 });
    expect(text).toContain('<base href="/queues/"/>');
    expect(text).not.toMatch(/https?:\/\/|style=|<style/);
    const scripts = [...text.matchAll(/<script([^>]*)>/g)].map(([, attributes]) => attributes);
    expect(scripts[0]).toContain('type="application/json"');
    for (const script of scripts.slice(1)) expect(script).toMatch(/^ defer src="static\/js\/[\w.-]+\.js"$/);
    expect(headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(headers.get('x-powered-by')).toBeNull();
  }
});

test('its files are for those who are signed in', async () => {
  const { client } = await openBoard('postgres');
  expect((await client.get('/queues/static/images/logo.svg')).status).toBe(303);
  await client.signIn(WILMA);
  expect((await client.get('/queues/static/images/logo.svg')).status).toBe(200);
});
