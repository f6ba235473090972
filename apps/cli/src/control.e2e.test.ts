import { expect, test } from 'vitest';
import { startCli } from '../testing/run-cli.ts';
import { runInProcess } from '../testing/run-in-process.ts';
import { createInstallation } from '../testing/test-installation.ts';

test('a run that stops before a stage is taken up by the next sync', async () => {
  const { json, mcsync, connect } = await createInstallation();
  await connect();
  const first = await json('sync', '1', '--approve', '--inline', '--stop-before', 'reconcile');
  expect(first).toMatchObject({ exitCode: 0, document: { run: { id: 1, state: 'stopped' } } });
  expect((await mcsync('status', '1')).stdout).toMatch(/1 .*stopped/);
  const second = await json('sync', '1', '--inline');
  expect(second).toMatchObject({ exitCode: 0, document: { run: { id: 1, state: 'done' } } });
});

test('a run whose time is over stops at a checkpoint, and the next sync goes on from there', async () => {
  const { json, connect } = await createInstallation();
  await connect();
  const first = await json('sync', '1', '--approve', '--inline', '--max-time', '0.001');
  expect(first).toMatchObject({ exitCode: 0, document: { run: { id: 1, state: 'stopped' } } });
  const second = await json('sync', '1', '--inline', '--max-time', '600');
  expect(second).toMatchObject({
    exitCode: 0,
    document: { run: { id: 1, state: 'done' }, counts: { open: 0 } },
  });
});

test('without a worker a sync is queued and says so; a second one is refused until somebody has brought the first to its end', async () => {
  const { json, mcsync, connect } = await createInstallation();
  await connect();
  const queued = await mcsync('sync', '1', '--approve');
  expect(queued).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('is queued') });
  expect(queued.stderr).toContain('No worker is connected to the queue');
  const refused = await json('sync', '1');
  expect(refused).toMatchObject({
    exitCode: 4,
    stderr: expect.stringContaining('Run 1 holds connection 1'),
    document: { error: { code: 'CONNECTION_BUSY' } },
  });
  expect(await mcsync('plan', '1')).toMatchObject({ exitCode: 0 });
  expect(await mcsync('sync', '1', '--inline')).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('Nothing to do: both sides agree.'),
  });
});

test('an aborted run writes nothing more, and frees the connection', async () => {
  const { json, mcsync, connect } = await createInstallation();
  await connect();
  await mcsync('sync', '1', '--approve');
  expect(await json('abort', '1')).toMatchObject({
    exitCode: 0,
    document: { run: { id: 1, state: 'aborted' } },
  });
  expect(await json('abort', '1')).toMatchObject({ exitCode: 0, document: { run: null } });
  expect(await json('sync', '1', '--inline')).toMatchObject({
    exitCode: 3,
    document: { run: { id: 2, state: 'held' } },
  });
});

test('a paused connection is refused by name, passed over otherwise, and runs again when resumed', async () => {
  const { json, mcsync, connect } = await createInstallation();
  await connect();
  expect(await json('connection', 'pause', '1')).toMatchObject({ document: { id: 1, state: 'paused' } });
  expect(await mcsync('sync', '1')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('is paused'),
  });
  expect(await mcsync('sync')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('is passed over'),
  });
  expect(await json('connection', 'resume', '1')).toMatchObject({ document: { id: 1, state: 'active' } });
  expect(await mcsync('sync', '1', '--inline')).toMatchObject({ exitCode: 3 });
});

test('one switch stops all writing; plans can be made meanwhile', async () => {
  const { json, mcsync, connect } = await createInstallation();
  await connect();
  expect(await json('stop')).toMatchObject({ exitCode: 0, document: { writing: 'stopped' } });
  expect(await mcsync('sync', '1')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('mcsync start'),
  });
  expect(await mcsync('plan', '1')).toMatchObject({ exitCode: 0 });
  expect((await mcsync('status')).stdout).toContain('All writing is stopped');
  expect(await json('start')).toMatchObject({ exitCode: 0, document: { writing: 'allowed' } });
  expect(await mcsync('sync', '1', '--approve', '--inline')).toMatchObject({ exitCode: 0 });
});

test('a connection is not removed while it is running, and then with all that was known of its people', async () => {
  const { json, mcsync, connect, contents, charity, sandbox } = await createInstallation();
  await connect();
  await mcsync('sync', '1', '--approve');
  expect(await mcsync('connection', 'remove', '1')).toMatchObject({
    exitCode: 4,
    stderr: expect.stringContaining('mcsync abort 1'),
  });
  await mcsync('sync', '1', '--inline');
  const members = sandbox.mailchimp.world.audience(charity.listId).members();
  const [{ email } = { email: '' }] = members;
  expect(await contents()).toContain(email.toLowerCase());
  expect(await json('connection', 'remove', '1')).toMatchObject({
    exitCode: 0,
    document: { state: 'removed' },
  });
  expect(await json('connection', 'list')).toMatchObject({ document: [] });
  expect(await contents()).not.toContain(email.toLowerCase());
});

test('Ctrl-C stops an inline run at its next checkpoint, and the next sync goes on from there', async () => {
  const { environment, json, connect, sandbox } = await createInstallation();
  await connect();
  sandbox.faults.setLatency('mailchimp', 300);
  const running = startCli(['sync', '1', '--approve', '--inline'], environment);
  await running.said('Checking both sides');
  running.signal('SIGINT');
  expect(await running.result).toMatchObject({
    exitCode: 130,
    stdout: expect.stringContaining('has stopped at a checkpoint'),
  });
  sandbox.faults.setLatency('mailchimp', 0);
  expect(await json('sync', '1', '--inline')).toMatchObject({
    exitCode: 0,
    document: { run: { id: 1, state: 'done' } },
  });
});

test('whoever waits for others and has had enough leaves the run to them', async () => {
  const { environment, mcsync, connect } = await createInstallation();
  await connect();
  const interruption = new AbortController();
  const waiting = runInProcess(['sync', '1', '--approve', '--wait'], {
    environment,
    interruption: interruption.signal,
  });
  interruption.abort();
  expect(await waiting).toMatchObject({ exitCode: 130 });
  expect(await mcsync('abort', '1')).toMatchObject({ stdout: expect.stringContaining('Run 1 is aborted') });
});
