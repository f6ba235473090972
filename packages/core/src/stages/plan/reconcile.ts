import { toleranceAt } from '../../decide/clock.ts';
import type { RunPurpose } from '../../domain/run.ts';
import { listTodoComponents, listTodoRanges, recordDueRetries } from '../../store/components.ts';
import type { MemberRange } from '../../store/linking.ts';
import type { LinkRow } from '../../store/member-rows.ts';
import { decideComponents } from '../decide-components.ts';
import { recordDecided } from '../record-decided.ts';
import type { Counts, PlanContext, Stage } from '../stage.ts';

const ROWS_AT_ONCE = 1000;

/** Decides for everybody who is to be looked at, in chunks of whole components. What it reads, it reads set-based; what it decides is kept in one transaction a chunk. */
export const reconcileStage: Stage<PlanContext, MemberRange> = {
  name: 'reconcile',
  async split({ store, connection, lease }) {
    await store.fenced(lease, (tx) => recordDueRetries(tx, connection.id));
    return await listTodoRanges(store.db, connection.id, ROWS_AT_ONCE);
  },
  async work(ctx, range) {
    const { store, connection, run, lease } = ctx;
    const components = (await listTodoComponents(store.db, connection.id, range)).filter(
      mayDecide(run.purpose),
    );
    const now = ctx.now();
    const result = await decideComponents(
      {
        ...ctx,
        db: store.db,
        write: (work) => store.fenced(lease, work),
        rules: { policies: connection.policies, now, tolerance: toleranceAt(now, run.utcOffsetMinutes) },
      },
      components,
    );
    const scope = { connectionId: connection.id, runId: run.id, seenHistoryId: run.historyNewest ?? 0 };
    await store.fenced(lease, (tx) => recordDecided(tx, scope, result));
    return countKinds(result.decided.map(({ decision }) => decision.kind));
  },
  join: () => Promise.resolve({ kind: 'done', counts: {} }),
};

/** A plan writes nothing, so it leaves alone whoever has updates under way: deciding afresh would withdraw them. */
const mayDecide =
  (purpose: RunPurpose) =>
  (links: readonly LinkRow[]): boolean =>
    purpose === 'sync' || links.every(({ syncStatus }) => syncStatus !== 'live');

function countKinds(kinds: readonly string[]): Counts {
  const counts: Record<string, number> = {};
  for (const kind of kinds) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
