import type { RunId } from '@mcsync/core/domain/ids';
import { APPLY_STAGES, PLAN_STAGES, type StageName } from '@mcsync/core/domain/run';
import type { Db } from '@mcsync/core/store/db';
import { listStages, type StageProgress } from '@mcsync/core/store/run-stages';

const ORDER: readonly StageName[] = [...PLAN_STAGES, ...APPLY_STAGES];

/** The stages of a run, in their order. */
export async function listRunStages(db: Db, run: RunId): Promise<readonly StageProgress[]> {
  const stages = await listStages(db, run);
  return stages.toSorted((one, other) => ORDER.indexOf(one.stage) - ORDER.indexOf(other.stage));
}
