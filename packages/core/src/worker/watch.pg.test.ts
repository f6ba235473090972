import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { describe, expect, onTestFinished, test } from 'vitest';
import { useTestStore } from '../../testing/test-store.ts';
import { createLog } from '../log.ts';
import { createMailNotifier } from '../notify/mail.ts';
import type { Notifier } from '../notify/notifier.ts';
import { createWebhookNotifier } from '../notify/webhook.ts';
import { listOpenAlerts } from '../store/alerts.ts';
import { recordConnectionState, recordFault } from '../store/connections.ts';
import { endRun } from '../store/end-run.ts';
import { recordRunState } from '../store/runs.ts';
import { watch } from './watch.ts';

const data = useTestStore();
const environment = (now = Date.now) => ({
  store: data.store(),
  installationId: 'abc',
  now,
  log: createLog('silent'),
});

/** An operator's web address; answers with what it is told to. */
async function receiveWebhooks() {
  const received: Record<string, unknown>[] = [];
  const answers: number[] = [];
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    received.push(JSON.parse(Buffer.concat(pieces).toString()));
    response.writeHead(answers.shift() ?? 204).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { received, answers, notifier: createWebhookNotifier(`http://127.0.0.1:${port}/hook`) };
}

/** A mail server. */
async function receiveMails() {
  const received: { readonly to: readonly string[]; readonly text: string }[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username }, _session, done) => done(null, { user: username ?? '' }),
    async onData(stream, { envelope }, done) {
      const pieces: Buffer[] = [];
      for await (const piece of stream) pieces.push(piece as Buffer);
      const to = envelope.rcptTo.map(({ address }) => address);
      received.push({ to, text: Buffer.concat(pieces).toString() });
      done();
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const { port } = server.server.address() as AddressInfo;
  const url = `smtp://mcsync:secret@127.0.0.1:${port}`;
  return { received, notifier: createMailNotifier(url, 'ops@charity.test, boss@charity.test') };
}

async function failedRun() {
  const connection = await data.connect();
  const { run } = await data.startRun(connection);
  await data
    .store()
    .transaction((tx) => endRun(tx, run, 'failed', { code: 'COUNTS_DISAGREE', message: 'They disagree.' }));
  return connection;
}

const openOf = async ({ id }: { readonly id: number }) =>
  (await listOpenAlerts(data.store().db)).filter((alert) => alert.connectionId === id);

/** Whatever other tests have open is none of ours. */
const about = (received: readonly Record<string, unknown>[], { id }: { readonly id: number }) =>
  received
    .filter((one) => one['connectionId'] === id)
    .map(({ event, kind, code }) => ({ event, kind, code }));

describe('alerts', () => {
  test('a failed run is told once by webhook and by mail, however often and by however many workers it is looked at, and its recovery once', async () => {
    const [webhook, mails] = [await receiveWebhooks(), await receiveMails()];
    const notifiers: readonly Notifier[] = [webhook.notifier, mails.notifier];
    const connection = await failedRun();
    await Promise.all([watch(environment(), notifiers), watch(environment(), notifiers)]);
    await watch(environment(), notifiers);
    expect(await openOf(connection)).toMatchObject([{ kind: 'run-failed', code: 'COUNTS_DISAGREE' }]);
    const opened = { event: 'opened', kind: 'run-failed', code: 'COUNTS_DISAGREE' };
    expect(about(webhook.received, connection)).toEqual([opened]);

    const { run } = await data.startRun(connection);
    await data.store().transaction((tx) => recordRunState(tx, run, 'done'));
    await watch(environment(), notifiers);
    await watch(environment(), notifiers);
    expect(await openOf(connection)).toEqual([]);
    expect(about(webhook.received, connection)).toEqual([opened, { ...opened, event: 'recovered' }]);
    const own = mails.received.filter(({ text }) => text.includes(`connection ${connection.id}`));
    expect(own.map(({ to }) => to)).toEqual([
      ['ops@charity.test', 'boss@charity.test'],
      ['ops@charity.test', 'boss@charity.test'],
    ]);
    expect(own[0]?.text).toMatch(/Subject: \[mcsync\] A run failed/);
    expect(own[1]?.text).toMatch(/Subject: \[mcsync\] Over: A run failed/);
  });

  test('what cannot be delivered stays on record, and is tried again later and not at once', async () => {
    const webhook = await receiveWebhooks();
    webhook.answers.push(500);
    const connection = await failedRun();
    const { db } = data.store();
    await db.$executeRaw`DELETE FROM alert_notices`;
    await watch(environment(), [webhook.notifier]);
    await watch(environment(), [webhook.notifier]);
    expect(about(webhook.received, connection)).toHaveLength(1);
    await db.$executeRaw`UPDATE alert_notices SET next_try_at = now()`;
    await watch(environment(), [webhook.notifier]);
    await db.$executeRaw`UPDATE alert_notices SET next_try_at = now()`;
    await watch(environment(), [webhook.notifier]);
    expect(about(webhook.received, connection)).toHaveLength(2);
  });

  test('what is over before anybody was told of it is not told at all', async () => {
    const connection = await failedRun();
    const webhook = await receiveWebhooks();
    const silent: Notifier = { channel: 'webhook', send: () => Promise.reject(new Error('down')) };
    const { db } = data.store();
    await watch(environment(), []);
    expect(await openOf(connection)).toHaveLength(1);
    const { run } = await data.startRun(connection);
    await data.store().transaction((tx) => recordRunState(tx, run, 'done'));
    await watch(environment(), [silent]);
    await db.$executeRaw`UPDATE alert_notices SET next_try_at = now()`;
    await watch(environment(), [webhook.notifier]);
    expect(about(webhook.received, connection)).toEqual([]);
  });

  test('a fault, a plan that waits, a stuck batch and a backlog are told, and end when they do', async () => {
    const connection = await data.connect();
    const { db } = data.store();
    const kinds = async () => (await openOf(connection)).map(({ kind }) => kind);
    await recordFault(db, connection.id, { code: 'GROUP_MISSING', message: 'There is no such group.' });
    await watch(environment(), []);
    expect(await kinds()).toEqual(['fault']);
    await recordConnectionState(db, connection.id, 'active');
    const { run } = await data.startRun(connection);
    await data.store().transaction((tx) => recordRunState(tx, run, 'held'));
    await watch(environment(), []);
    expect(await kinds()).toEqual(['awaiting-approval']);
    await db.$executeRaw`UPDATE runs SET state = 'rejected' WHERE id = ${run.id}`;
    await db.$executeRaw`
      INSERT INTO batches (connection_id, account_id, state, operations, claimed_at)
      VALUES (${connection.id}, ${connection.accountId}, 'submitted', 20, now() - interval '3 hours')`;
    await db.$executeRaw`
      WITH person AS (INSERT INTO members (connection_id, address_key, contact_id) VALUES (${connection.id}, 'wilma@charity.test', 1) RETURNING id),
      decided AS (
        INSERT INTO decisions (connection_id, member_id, kind, rule, facts, fingerprint, state)
        SELECT ${connection.id}, id, 'change', 'R4c', '{}', '', 'applied' FROM person RETURNING id, member_id)
      INSERT INTO updates (connection_id, member_id, decision_id, kind, calls, created_at)
      SELECT ${connection.id}, member_id, id, 'subscribe', '[]', now() - interval '2 hours' FROM decided`;
    await watch(environment(), []);
    expect((await kinds()).toSorted()).toEqual(['backlog', 'stuck-batch']);
    await db.$executeRaw`UPDATE batches SET state = 'settled' WHERE connection_id = ${connection.id}`;
    await db.$executeRaw`UPDATE updates SET state = 'confirmed' WHERE connection_id = ${connection.id}`;
    await watch(environment(), []);
    expect(await kinds()).toEqual([]);
  });

  test('an alert names no address of anybody', async () => {
    const webhook = await receiveWebhooks();
    const connection = await failedRun();
    await watch(environment(), [webhook.notifier]);
    expect(JSON.stringify(webhook.received)).not.toMatch(/@/);
    expect(about(webhook.received, connection)).toHaveLength(1);
  });
});
