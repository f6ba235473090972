import type { ConnectionId, RunId } from '../domain/ids.ts';
import type { ChunkJob } from '../queue/queues.ts';
import { recordHeartbeat } from '../store/leases.ts';
import { type Chunk, findOpenPiece } from '../store/run-stages.ts';
import { enterRun, isFor, type Scene } from './enter-run.ts';
import type { WorkerEnvironment } from './worker-environment.ts';

/** A piece that a job has to do, and the run it is done for. */
export interface Piece {
  readonly scene: Scene;
  readonly chunk: Chunk;
}

/**
 * The runs that this process is at, one per connection: what all pieces of a stage go by is looked up once, not once for each of a thousand pieces. It holds for one
 * cut of one stage under one lease.
 */
export interface RunsInHand {
  /**
   * Works on a job's piece; on nothing where it is done already, or there is no run to do it for (`enterRun`). Shows that the run lives. Where it fails, what was remembered
   * is forgotten: perhaps it failed by that, such as a key that was renewed since.
   */
  workOn(job: ChunkJob, work: (piece: Piece) => Promise<void>): Promise<void>;
}

interface Remembered {
  readonly runId: RunId;
  /** Lease, stage and pieces: for another of these it is looked up anew. */
  readonly cut: string;
  readonly scene: Promise<Scene | null>;
}

export function createRunsInHand(env: WorkerEnvironment): RunsInHand {
  const inHand = new Map<ConnectionId, Remembered>();
  const recall = (connection: ConnectionId, job: ChunkJob, pieces: number): Promise<Scene | null> => {
    const { runId, token, stage } = job;
    const cut = `${token} ${stage} ${pieces}`;
    const known = inHand.get(connection);
    if (known?.runId === runId && known.cut === cut) return known.scene;
    const scene = enterRun(env, job);
    inHand.set(connection, { runId, cut, scene });
    return scene;
  };
  const forget = ({ runId }: ChunkJob) => {
    for (const [connection, known] of inHand) if (known.runId === runId) inHand.delete(connection);
  };
  return {
    async workOn(job, work) {
      const piece = await findOpenPiece(env.store.db, job);
      if (piece === null || !isFor(piece.runState, job)) return;
      const { chunk, connectionId, isQuiet, pieces } = piece;
      try {
        const scene = await recall(connectionId, job, pieces);
        if (scene === null) return forget(job);
        if (isQuiet) await recordHeartbeat(env.store.db, scene.plan.lease);
        await work({ scene, chunk });
      } catch (error) {
        forget(job);
        throw error;
      }
    },
  };
}
