import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startSandbox } from './start-sandbox.ts';

test('both systems answer on one port of this machine, with the keys it tells', async () => {
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  expect(sandbox.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const ping = await fetch(`${sandbox.mailchimp.baseUrl}/ping`, {
    headers: { Authorization: `Bearer ${sandbox.mailchimp.apiKey}` },
  });
  expect(await ping.json()).toEqual({ health_status: "Everything's Chimpy!" });
  const who = await fetch(`${sandbox.civicrm.url}/civicrm/authx/id`, {
    headers: { 'X-Civi-Auth': `Bearer ${sandbox.civicrm.apiKey}` },
  });
  expect(await who.json()).toMatchObject({ contact_id: sandbox.civicrm.world.caller('service').contactId });
});

test('the same seed gives the same keys, another seed others', async () => {
  const [one, two, other] = await Promise.all([
    startSandbox(),
    startSandbox({ seed: 1 }),
    startSandbox({ seed: 2 }),
  ]);
  onTestFinished(async () => {
    await Promise.all([one.close(), two.close(), other.close()]);
  });
  const keys = [one, two, other].map(({ mailchimp, civicrm }) => [mailchimp.apiKey, civicrm.apiKey]);
  expect(keys[0]).toEqual(keys[1]);
  expect(keys[2]).not.toEqual(keys[0]);
  expect(new Set(keys.flat()).size).toBe(4);
});

test('a connection is kept for further requests', async () => {
  const sandbox = await startSandbox();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(async () => {
    agent.destroy();
    await sandbox.close();
  });
  const localPort = async () => {
    const request = get(`${sandbox.civicrm.url}/civicrm/authx/id`, { agent });
    const [response] = await once(request, 'response');
    const port = request.socket?.localPort;
    response.resume();
    await once(response, 'end');
    return port;
  };
  expect(await localPort()).toBe(await localPort());
});

test('close ends idle and waiting connections at once, and may be called twice', async () => {
  const sandbox = await startSandbox();
  sandbox.faults.setLatency('civicrm', 60_000);
  const waiting = fetch(`${sandbox.civicrm.url}/civicrm/authx/id`).then(
    () => 'answered',
    () => 'ended',
  );
  const idle = connect(Number(new URL(sandbox.url).port), '127.0.0.1');
  await once(idle, 'connect');
  const ended = once(idle, 'close');
  idle.resume();
  await vi.waitFor(() => expect(sandbox.requests.counts().civicrm.total).toBe(1));
  await sandbox.close();
  await sandbox.close();
  await ended;
  expect(await waiting).toBe('ended');
});
