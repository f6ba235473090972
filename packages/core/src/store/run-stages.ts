import { type ConnectionId, connectionId, type RunId } from '../domain/ids.ts';
import { APPLY_STAGES, type RunState, type StageName } from '../domain/run.ts';
import type { Db } from './db.ts';
import { Prisma } from './generated/client.ts';
import { heldBy, isQuiet, type LeaseHold, leaseLost } from './leases.ts';
import { notifyRun, RUN_CHANNEL } from './runs.ts';

/** How far a stage is: for people, and to go on after a crash. */
export interface StageProgress {
  readonly stage: StageName;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  /** Pieces of work; 0 before the stage knows. */
  readonly total: number;
  readonly done: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** Names a piece, and the token of the lease under which its job was made. */
export interface PieceKey {
  readonly runId: RunId;
  readonly stage: StageName;
  readonly number: number;
  readonly token: number;
}

/** A piece of a stage: what it covers is up to the stage; ids and offsets, no personal data. */
export interface Chunk<Input = unknown> {
  readonly number: number;
  readonly input: Input;
}

export async function listStages(db: Db, run: RunId): Promise<readonly StageProgress[]> {
  const rows = await db.runStage.findMany({ where: { runId: run } });
  return rows.map(({ stage, state, counts, ...row }) => ({
    ...row,
    stage: stage as StageName,
    state: state as StageProgress['state'],
    counts: counts as Readonly<Record<string, number>>,
  }));
}

export async function findStage(db: Db, run: RunId, stage: StageName): Promise<StageProgress | null> {
  const stages = await listStages(db, run);
  return stages.find((progress) => progress.stage === stage) ?? null;
}

/** A run that an older version of ours has begun lacks the stages that are new since. May run twice. */
export async function ensureStage(db: Db, run: RunId, stage: StageName): Promise<void> {
  await db.runStage.createMany({ data: [{ runId: run, stage }], skipDuplicates: true });
}

/** One at a time may change what a stage consists of, until the transaction ends. Its pieces go on meanwhile. */
export async function lockStage(tx: Db, run: RunId, stage: StageName): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM run_stages WHERE run_id = ${run} AND stage = ${stage} FOR NO KEY UPDATE`;
}

/** A stage begins, or begins again after a crash. */
export async function recordStageStarted(tx: Db, run: RunId, stage: StageName): Promise<void> {
  await tx.$executeRaw`
    UPDATE run_stages SET state = 'running', started_at = coalesce(started_at, now()) WHERE run_id = ${run} AND stage = ${stage} AND state <> 'done'`;
  await notifyRun(tx, run);
}

/** Adds pieces of work after those that are there; their numbers go on. The caller makes sure that they are added once. */
export async function addChunks(
  tx: Db,
  run: RunId,
  stage: StageName,
  inputs: readonly unknown[],
): Promise<void> {
  if (inputs.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO run_chunks (run_id, stage, number, input)
    SELECT ${run}, ${stage}, (SELECT count(*)::int FROM run_chunks WHERE run_id = ${run} AND stage = ${stage}) + at::int - 1, input
    FROM jsonb_array_elements(${JSON.stringify(inputs)}::jsonb) WITH ORDINALITY AS piece (input, at)`;
  await tx.$executeRaw`
    UPDATE run_stages SET total = total + ${inputs.length} WHERE run_id = ${run} AND stage = ${stage}`;
  await notifyRun(tx, run);
}

/** The pieces that are still to be done, in order. */
export async function listOpenChunks(db: Db, run: RunId, stage: StageName): Promise<readonly Chunk[]> {
  return await db.runChunk.findMany({
    where: { runId: run, stage, state: 'waiting' },
    orderBy: { number: 'asc' },
    select: { number: true, input: true },
  });
}

/** An open piece as its job finds it, with what it goes by. */
export interface OpenPiece {
  readonly chunk: Chunk;
  readonly connectionId: ConnectionId;
  readonly runState: RunState;
  /** It is a while since the run showed that it lives. */
  readonly isQuiet: boolean;
  /** How many pieces the stage has: more of them, and what was known of the run may be out of date. */
  readonly pieces: number;
}

/**
 * One question for each of thousands of jobs. Null: no such piece, done already, or the run's lease is not the one that the job was made under.
 */
export async function findOpenPiece(
  db: Db,
  { runId: run, stage, number, token }: PieceKey,
): Promise<OpenPiece | null> {
  const [found] = await db.$queryRaw<
    readonly { input: unknown; connection_id: number; state: RunState; is_quiet: boolean; total: number }[]
  >`
    SELECT chunk.input, lease.connection_id, run.state, ${isQuiet} AS is_quiet, stage.total
    FROM run_chunks AS chunk JOIN run_stages AS stage USING (run_id, stage)
      JOIN runs AS run ON run.id = chunk.run_id JOIN leases AS lease ON lease.run_id = run.id
    WHERE chunk.run_id = ${run} AND chunk.stage = ${stage} AND chunk.number = ${number} AND chunk.state = 'waiting'
      AND lease.token = ${token}`;
  if (found === undefined) return null;
  const { input, connection_id, state, is_quiet, total } = found;
  return {
    chunk: { number, input },
    connectionId: connectionId(connection_id),
    runState: state,
    isQuiet: is_quiet,
    pieces: total,
  };
}

/** How many pieces a stage has ever had: whether it was cut already. */
export async function countChunks(db: Db, run: RunId, stage: StageName): Promise<number> {
  return await db.runChunk.count({ where: { runId: run, stage } });
}

/**
 * A piece is done, with what it counted; done twice counts once. Fenced as `store.fenced` is: rejects with `LeaseLostError` where the lease was taken over or the stage is
 * done. One statement: all pieces of a stage change the stage's row, and whoever held it from one question to the next would make them queue.
 */
export async function recordPieceDone(
  db: Db,
  lease: LeaseHold,
  { stage, number, counts }: { stage: StageName; number: number; counts: Readonly<Record<string, number>> },
): Promise<void> {
  const { runId: run } = lease;
  const held = await db.$queryRaw<readonly unknown[]>`
    WITH held AS (${heldBy({ ...lease, stage })}),
    piece AS (
      UPDATE run_chunks SET state = 'done'
      WHERE run_id = ${run} AND stage = ${stage} AND number = ${number} AND state = 'waiting' AND EXISTS (SELECT FROM held)
      RETURNING 1),
    counted AS (
      UPDATE run_stages SET done = done + 1, counts = ${added(counts)}
      WHERE run_id = ${run} AND stage = ${stage} AND EXISTS (SELECT FROM piece)
      RETURNING 1)
    SELECT (SELECT pg_notify(${RUN_CHANNEL}, ${String(run)})::text FROM counted) FROM held`;
  if (held.length === 0) throw leaseLost();
}

/** The counts of a stage with some more: one row that all pieces of the stage change, so it is changed once a piece. */
const added = (counts: Readonly<Record<string, number>>) => Prisma.sql`counts || coalesce((
  SELECT jsonb_object_agg(key, coalesce((counts ->> key)::bigint, 0) + value::bigint)
  FROM jsonb_each_text(${JSON.stringify(counts)}::jsonb)), '{}')`;

/**
 * A stage is done: the next one may start. Waits for whoever still writes for it (`store.fenced`), and nobody can afterwards. Done twice counts once.
 */
export async function recordStageDone(
  tx: Db,
  run: RunId,
  stage: StageName,
  counts: Readonly<Record<string, number>>,
): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM run_stages WHERE run_id = ${run} AND stage = ${stage} FOR UPDATE`;
  await tx.$executeRaw`
    UPDATE run_stages SET state = 'done', finished_at = coalesce(finished_at, now()), counts = ${added(counts)}
    WHERE run_id = ${run} AND stage = ${stage} AND state <> 'done'`;
  await notifyRun(tx, run);
}

/** What the pieces of a stage cover, done or not, in order. */
export async function listChunkInputs<Input>(
  db: Db,
  run: RunId,
  stage: StageName,
): Promise<readonly Input[]> {
  const rows = await db.runChunk.findMany({
    where: { runId: run, stage },
    orderBy: { number: 'asc' },
    select: { input: true },
  });
  return rows.map((row) => row.input as Input);
}

/** A held run may be applied in parts: its apply stages begin afresh with each approval. */
export async function resetApplyStages(tx: Db, run: RunId): Promise<void> {
  await tx.runStage.deleteMany({ where: { runId: run, stage: { in: [...APPLY_STAGES] } } });
}
