import type { RunId } from '../domain/ids.ts';
import { UsageError } from '../errors/sync-error.ts';
import { refuseWhereImpossible } from '../queue/run-control.ts';
import { planUndo, type UndoPlan } from '../stages/plan-undo.ts';
import { getRun, type Run } from '../store/runs.ts';
import { inOnePiece, type QueuelessEnvironment } from './in-one-piece.ts';

/** A plan that puts back what a run changed, and the run that it is the plan of. */
export interface PlannedUndo extends UndoPlan {
  readonly runId: RunId;
}

/**
 * Plans, in this process and in one piece, to put back what a run changed and nobody changed since. What comes of it waits for approval. Rejects with `UsageError` where the
 * run has changed nothing that could be put back, or is still under way, and with `LeaseLostError` while another run holds the connection.
 */
export async function planUndoNow(
  env: QueuelessEnvironment,
  id: RunId,
  requestedBy: string,
): Promise<PlannedUndo> {
  const undone = await getRun(env.store.db, id);
  refuseWhereNothing(undone);
  const { connectionId } = undone;
  await refuseWhereImpossible(env.store, { connectionId, purpose: 'undo' });
  const piece = { connectionId, purpose: 'undo', requestedBy, onlyAddresses: [] } as const;
  const { run, result } = await inOnePiece(env, piece, (ctx) => planUndo(ctx, id));
  return { runId: run.id, ...result };
}

function refuseWhereNothing({ id, purpose, state }: Run): void {
  if (purpose === 'plan')
    throw new UsageError('BAD_INPUT', [`Run ${id} only made a plan: there is nothing to put back.`]);
  if (state === 'planning' || state === 'applying')
    throw new UsageError('BAD_INPUT', [
      `Run ${id} is still under way. Wait for it, or end it with "mcsync abort".`,
    ]);
}
