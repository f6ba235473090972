import { assessPlan } from '../../decide/assess-plan.ts';
import type { CategoryVerdict } from '../../domain/plan.ts';
import { recordDailySize } from '../../store/daily-sizes.ts';
import {
  countPlanned,
  countWrittenLastDay,
  recordOutsidePilot,
  recordVerdict,
} from '../../store/decisions.ts';
import { recordStageDone } from '../../store/run-stages.ts';
import {
  getRun,
  lockRunState,
  moveCursors,
  recordApplyStages,
  recordMeasured,
  recordRunState,
  supersedeHeldRuns,
} from '../../store/runs.ts';
import { insistOnInterests } from '../look-at-pairings.ts';
import { type PlanContext, simpleStage } from '../stage.ts';

/**
 * Section 8: counts and a verdict per category. What is safe goes on to be applied; what is held waits for approval and holds no lease; a plan with nothing in it is
 * a run that is done. A run that only plans ends here and moves no cursor.
 */
export const drawUpPlan = simpleStage<PlanContext>('draw-up-plan', async (ctx) => {
  const { store, connection, run, lease } = ctx;
  const planned = await countPlanned(store.db, run.id);
  if (planned['interests-off'] !== undefined) await insistOnInterests(ctx);
  return await store.fenced(lease, async (tx) => {
    // Of two who draw it up at once the first one's plan counts: what it approved is not planned any more.
    if ((await lockRunState(tx, run.id)) !== 'planning')
      return countVerdicts((await getRun(tx, run.id)).plan);
    if (run.onlyAddresses.length > 0) await recordOutsidePilot(tx, run.id, run.onlyAddresses);
    const plan = assessPlan({
      people: await countPlanned(tx, run.id),
      inCounts: run.totals,
      writtenLastDay: await countWrittenLastDay(tx, connection.id, ctx.now()),
      limits: connection.policies.limits,
      phase: connection.firstSyncedAt === null ? 'first-sync' : 'running',
      approval: run.approval,
      shrunk: run.totals.shrunk,
    });
    await recordMeasured(tx, run.id, { plan });
    const counts = countVerdicts(plan);
    // Not after it: whoever waits for the run finds this stage done, too.
    await recordStageDone(tx, run.id, 'draw-up-plan', counts);
    if (run.purpose === 'plan') {
      await recordRunState(tx, run, 'done');
      return counts;
    }
    await supersedeHeldRuns(tx, run);
    await recordVerdict(
      tx,
      run.id,
      categories(plan, 'safe'),
      'approved',
      run.approval === 'all' ? run.requestedBy : null,
    );
    await recordVerdict(tx, run.id, categories(plan, 'held'), 'held', null);
    await goOn(ctx, tx, plan);
    return counts;
  });
});

async function goOn(
  { run }: PlanContext,
  tx: Parameters<typeof recordRunState>[0],
  plan: readonly CategoryVerdict[],
): Promise<void> {
  if (categories(plan, 'safe').length > 0) {
    await recordApplyStages(tx, run.id);
    await recordRunState(tx, run, 'applying');
  } else if (categories(plan, 'held').length > 0) {
    await recordRunState(tx, run, 'held');
  } else {
    await moveCursors(tx, run);
    await recordDailySize(tx, run);
    await recordRunState(tx, run, 'done');
  }
}

const categories = (plan: readonly CategoryVerdict[], verdict: CategoryVerdict['verdict']) =>
  plan.filter((one) => one.verdict === verdict).map(({ category }) => category);

const countVerdicts = (plan: readonly CategoryVerdict[]) => ({
  safe: sumPeople(plan, 'safe'),
  held: sumPeople(plan, 'held'),
});

const sumPeople = (plan: readonly CategoryVerdict[], verdict: CategoryVerdict['verdict']): number =>
  plan.filter((one) => one.verdict === verdict).reduce((sum, { people }) => sum + people, 0);
