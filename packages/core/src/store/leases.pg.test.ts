import { expect, test } from 'vitest';
import { createGate } from '../../testing/gate.ts';
import { useTestStore } from '../../testing/test-store.ts';
import { waitForLock } from '../../testing/wait-for-lock.ts';
import { LeaseLostError } from '../errors/sync-error.ts';
import { findConnection, recordNames } from './connections.ts';
import {
  claimLease,
  findHolder,
  findLease,
  type LeaseHold,
  recordHeartbeat,
  releaseLease,
} from './leases.ts';
import { recordRun, recordRunState } from './runs.ts';

const { store, connect, startRun } = useTestStore();

/** Writes under a lease, and is not done before the gate opens. */
async function writeThrough(gate: { readonly opened: Promise<void> }, lease: LeaseHold) {
  const begun = createGate();
  const written = store().fenced(lease, async (tx) => {
    begun.open();
    await gate.opened;
    await recordNames(tx, lease.connectionId, { audienceName: 'written', groupTitle: 'written' });
  });
  await begun.opened;
  return { written };
}

const nameOf = async ({ connectionId }: LeaseHold) =>
  (await findConnection(store().db, connectionId))?.audienceName;

const takeOver = ({ connectionId, runId }: LeaseHold) =>
  store().transaction((tx) => claimLease(tx, connectionId, runId));

test('of many runs that start at once one gets the lease, and the others are told which', async () => {
  const { id } = await connect();
  const request = { connectionId: id, mode: 'full', purpose: 'sync', requestedBy: 'test' } as const;
  const rest = {
    approval: 'none',
    onlyAddresses: [],
    stopBefore: null,
    deadlineAt: null,
    since: null,
  } as const;
  const starts = await Promise.all(
    Array.from({ length: 6 }, () => recordRun(store(), { ...request, ...rest })),
  );
  const won = starts.flatMap((start) => (start.kind === 'started' ? start.run.id : []));
  expect(won).toHaveLength(1);
  expect(starts.flatMap((start) => (start.kind === 'busy' ? start.holder : []))).toEqual(
    Array.from({ length: 5 }, () => won[0]),
  );
  expect(await store().db.run.count({ where: { connectionId: id } })).toBe(1);
});

test('whoever holds an older token writes nothing', async () => {
  const { lease } = await startRun(await connect());
  const taken = await takeOver(lease);
  expect(taken?.token).toBeGreaterThan(lease.token);
  const late = store().fenced(lease, (tx) =>
    recordNames(tx, lease.connectionId, { audienceName: 'stale', groupTitle: 'stale' }),
  );
  await expect(late).rejects.toBeInstanceOf(LeaseLostError);
  expect(await nameOf(lease)).toBe('Newsletter');
});

test('whoever takes a lease over waits for what is being written under it', async () => {
  const { lease } = await startRun(await connect());
  const gate = createGate();
  const { written } = await writeThrough(gate, lease);
  const taking = takeOver(lease);
  const first = await Promise.race([taking.then(() => 'takes it at once'), waitForLock(store().db)]);
  gate.open();
  await written;
  expect(first).toBe('waits');
  expect(await nameOf(lease)).toBe('written');
  expect((await taking)?.token).toBe(lease.token + 1);
});

test('whoever frees a lease waits too, and then nothing can be written under it', async () => {
  const { run, lease } = await startRun(await connect());
  const gate = createGate();
  const { written } = await writeThrough(gate, lease);
  const ending = store().transaction((tx) => recordRunState(tx, run, 'aborted'));
  const first = await Promise.race([ending.then(() => 'ends at once'), waitForLock(store().db)]);
  gate.open();
  await Promise.all([written, ending]);
  expect(first).toBe('waits');
  expect(await findHolder(store().db, lease.connectionId)).toBeNull();
  await expect(store().fenced(lease, () => Promise.resolve())).rejects.toBeInstanceOf(LeaseLostError);
});

test('a heartbeat, and other writers of the same run, do not wait for a writer', async () => {
  const { lease } = await startRun(await connect());
  await store().db.lease.update({
    where: { connectionId: lease.connectionId },
    data: { heartbeatAt: new Date(0) },
  });
  const gate = createGate();
  const { written } = await writeThrough(gate, lease);
  await recordHeartbeat(store().db, lease);
  await store().fenced(lease, () => Promise.resolve());
  const holder = await findHolder(store().db, lease.connectionId);
  gate.open();
  await written;
  expect(holder?.heartbeatAt?.getTime()).toBeGreaterThan(0);
});

test('a stale heartbeat is nobody’s, and one that is young enough is not written again', async () => {
  const { lease } = await startRun(await connect());
  const beatOf = async () => (await findHolder(store().db, lease.connectionId))?.heartbeatAt;
  const before = await beatOf();
  await recordHeartbeat(store().db, lease);
  expect(await beatOf()).toEqual(before);
  await store().db.lease.update({
    where: { connectionId: lease.connectionId },
    data: { heartbeatAt: new Date(0) },
  });
  await recordHeartbeat(store().db, { ...lease, token: lease.token - 1 });
  expect(await beatOf()).toEqual(new Date(0));
});

test('a lease is freed by its run alone, whatever its token, and twice changes nothing', async () => {
  const connection = await connect();
  const { run, lease } = await startRun(connection);
  const stranger = { ...run, id: (run.id + 1) as typeof run.id }; // no such run
  await store().transaction((tx) => releaseLease(tx, connection.id, stranger.id));
  expect(await findLease(store().db, run.id)).toEqual(lease);
  await takeOver(lease);
  await store().transaction((tx) => releaseLease(tx, connection.id, run.id));
  await store().transaction((tx) => releaseLease(tx, connection.id, run.id));
  expect(await findLease(store().db, run.id)).toBeNull();
  const next = await startRun(connection);
  expect(next.lease.token).toBeGreaterThan(lease.token);
});

test('a fenced transaction that fails leaves nothing behind', async () => {
  const { lease } = await startRun(await connect());
  const failing = store().fenced(lease, async (tx) => {
    await recordNames(tx, lease.connectionId, { audienceName: 'half', groupTitle: 'half' });
    throw new Error('half-way');
  });
  await expect(failing).rejects.toThrow('half-way');
  expect(await nameOf(lease)).toBe('Newsletter');
});
