import { recordDailySize } from '../../store/daily-sizes.ts';
import { countHeld } from '../../store/decisions.ts';
import { listStages, recordStageDone } from '../../store/run-stages.ts';
import { addRunCounts, moveCursors, recordRunState } from '../../store/runs.ts';
import { type ApplyContext, type Counts, simpleStage } from '../stage.ts';

/** The run ends: counts are kept, cursors move, the lease is free. What is held goes on waiting for approval. */
export const finish = simpleStage<ApplyContext>('finish', async ({ store, run, lease }) => {
  await store.fenced(lease, async (tx) => {
    const stages = await listStages(tx, run.id);
    await addRunCounts(tx, run.id, appliedCounts(stages));
    // One person's sync, and an undoing, have read nothing up to anywhere.
    if (run.purpose === 'sync') {
      await moveCursors(tx, run);
      await recordDailySize(tx, run);
    }
    // Not after the run: whoever waits for it finds this stage done, too.
    await recordStageDone(tx, run.id, 'finish', {});
    await recordRunState(tx, run, (await countHeld(tx, run.id)) > 0 ? 'held' : 'done');
  });
  return {};
});

const APPLIED = [
  'created',
  'addedToGroup',
  'removedFromGroup',
  'putOnHold',
  'addedToInterestGroups',
  'removedFromInterestGroups',
  'fieldsWritten',
  'addressesAdded',
];

function appliedCounts(stages: Awaited<ReturnType<typeof listStages>>): Counts {
  const counts: Record<string, number> = {};
  for (const stage of stages) {
    for (const name of APPLIED) counts[name] = (counts[name] ?? 0) + (stage.counts[name] ?? 0);
  }
  return counts;
}
