import type { BatchId } from '../domain/ids.ts';
import type { UpdateState } from '../domain/update.ts';
import type { Db } from './db.ts';

/** What became of a batch's updates, by state; a state that is missing has none. */
export type BatchOutcomes = ReadonlyMap<BatchId, Readonly<Partial<Record<UpdateState, number>>>>;

export async function countBatchOutcomes(db: Db, batches: readonly BatchId[]): Promise<BatchOutcomes> {
  const rows = await db.update.groupBy({
    by: ['batchId', 'state'],
    where: { batchId: { in: [...batches] } },
    _count: { _all: true },
  });
  return new Map(
    batches.map((id) => [
      id,
      Object.fromEntries(
        rows.filter(({ batchId }) => batchId === id).map(({ state, _count }) => [state, _count._all]),
      ),
    ]),
  );
}
