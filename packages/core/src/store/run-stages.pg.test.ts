import { expect, test } from 'vitest';
import { createGate } from '../../testing/gate.ts';
import { useTestStore } from '../../testing/test-store.ts';
import { waitForLock } from '../../testing/wait-for-lock.ts';
import { LeaseLostError } from '../errors/sync-error.ts';
import { claimLease } from './leases.ts';
import {
  addChunks,
  findOpenPiece,
  findStage,
  listOpenChunks,
  recordPieceDone,
  recordStageDone,
  recordStageStarted,
} from './run-stages.ts';

const { store, connect, startRun } = useTestStore();
const STAGE = 'fetch-mailchimp';

/** A run whose stage is cut into pieces. */
async function cut(pieces: number) {
  const { run, lease } = await startRun(await connect());
  await store().transaction(async (tx) => {
    await addChunks(
      tx,
      run.id,
      STAGE,
      Array.from({ length: pieces }, (_, at) => ({ offset: at })),
    );
    await recordStageStarted(tx, run.id, STAGE);
  });
  return {
    run,
    lease,
    progress: () => findStage(store().db, run.id, STAGE),
    record: (number: number, held = lease) =>
      recordPieceDone(store().db, held, { stage: STAGE, number, counts: { fetched: 10 } }),
  };
}

test('pieces that end at once are all counted, and one that is recorded twice counts once', async () => {
  const { run, progress, record } = await cut(12);
  const numbers = Array.from({ length: 11 }, (_, at) => at);
  await Promise.all([...numbers, ...numbers].map((number) => record(number)));
  expect(await progress()).toMatchObject({ total: 12, done: 11, counts: { fetched: 110 } });
  expect(await listOpenChunks(store().db, run.id, STAGE)).toEqual([{ number: 11, input: { offset: 11 } }]);
});

test('a piece is told with what it goes by, until it is done', async () => {
  const { run, lease, record } = await cut(2);
  const key = { runId: run.id, stage: STAGE, number: 1, token: lease.token } as const;
  expect(await findOpenPiece(store().db, key)).toEqual({
    chunk: { number: 1, input: { offset: 1 } },
    connectionId: lease.connectionId,
    runState: 'planning',
    isQuiet: false,
    pieces: 2,
  });
  expect(await findOpenPiece(store().db, { ...key, token: lease.token - 1 })).toBeNull();
  await record(1);
  expect(await findOpenPiece(store().db, key)).toBeNull();
});

test('whoever has lost the lease records no piece', async () => {
  const { run, lease, progress, record } = await cut(1);
  await store().transaction((tx) => claimLease(tx, lease.connectionId, run.id));
  await expect(record(0)).rejects.toBeInstanceOf(LeaseLostError);
  expect(await progress()).toMatchObject({ done: 0, counts: {} });
});

test('a piece that comes after its stage’s end is not recorded, and nobody writes for the stage any more', async () => {
  const { run, lease, progress, record } = await cut(2);
  await store().transaction((tx) => recordStageDone(tx, run.id, STAGE, {}));
  await expect(record(0)).rejects.toBeInstanceOf(LeaseLostError);
  const late = store().fenced({ ...lease, stage: STAGE }, () => Promise.resolve());
  await expect(late).rejects.toBeInstanceOf(LeaseLostError);
  expect(await progress()).toMatchObject({ done: 0, counts: {} });
});

test('whoever ends a stage waits for what is being written for it', async () => {
  const { run, lease } = await cut(1);
  const gate = createGate();
  const begun = createGate();
  const writing = store().fenced({ ...lease, stage: STAGE }, async () => {
    begun.open();
    await gate.opened;
  });
  await begun.opened;
  const ending = store().transaction((tx) => recordStageDone(tx, run.id, STAGE, {}));
  const first = await Promise.race([ending.then(() => 'ends at once'), waitForLock(store().db)]);
  gate.open();
  await Promise.all([writing, ending]);
  expect(first).toBe('waits');
});
