import { planUpdate } from '../../decide/plan-update.ts';
import type { Write } from '../../domain/decision.ts';
import type { DecisionId } from '../../domain/ids.ts';
import { listApproved, listApprovedRanges, recordApplied, recordStale } from '../../store/decisions.ts';
import { findTargets, type TargetMember } from '../../store/targets.ts';
import { enqueueUpdates, type QueuedUpdate } from '../../store/updates.ts';
import type { ApplyContext, Stage } from '../stage.ts';
import { type Rechecked, recheck } from './recheck.ts';

const DECISIONS_AT_ONCE = 500;
const KINDS = ['subscribe', 'remove-at-mailchimp'] as const satisfies readonly Write['kind'][];

/** What Mailchimp is to change goes into the outbox; batching takes it from there. */
export const enqueueUpdatesStage: Stage<ApplyContext, { readonly from: number; readonly to: number }> = {
  name: 'enqueue-updates',
  split: ({ store, run }) => listApprovedRanges(store.db, run.id, KINDS, DECISIONS_AT_ONCE),
  async work(ctx, range) {
    const { store, run, lease, connection } = ctx;
    const standing = await recheck(ctx, await listApproved(store.db, run.id, KINDS, range));
    const queued = await store.fenced(lease, async (tx) => {
      const targets = await findTargets(tx, connection.id, standing.flatMap(targetsOf));
      const scope = { connectionId: connection.id, runId: run.id };
      const ids = await enqueueUpdates(
        tx,
        scope,
        standing.flatMap((one) => toQueued(one, targets)),
      );
      await recordApplied(tx, ids);
      await recordStale(tx, without(standing, ids));
      return ids.length;
    });
    return { queued };
  },
  join: () => Promise.resolve({ kind: 'done', counts: {} }),
};

const targetsOf = ({ decision }: Rechecked): readonly string[] =>
  decision.writes.flatMap((write) => ('target' in write && write.target !== null ? write.target : []));

function toQueued(
  { decision, row }: Rechecked,
  targets: ReadonlyMap<string, TargetMember>,
): readonly QueuedUpdate[] {
  const [write] = decision.writes;
  if (write === undefined || !('target' in write)) return [];
  const planned = planUpdate(write, write.target === null ? null : (targets.get(write.target) ?? null));
  if (planned === null) return [];
  return [{ decisionId: decision.id, memberId: row.link.id, planned, historyId: decision.facts.historyId }];
}

/** An update of somebody who has one under way was not queued: decided afresh. */
function without(standing: readonly Rechecked[], queued: readonly DecisionId[]): readonly DecisionId[] {
  const ids = new Set(queued);
  return standing.flatMap(({ decision }) => (ids.has(decision.id) ? [] : decision.id));
}
