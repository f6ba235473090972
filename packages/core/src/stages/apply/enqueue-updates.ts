import { MAILCHIMP_KINDS } from '../../domain/decision.ts';
import type { DecisionId } from '../../domain/ids.ts';
import { passStep } from '../../step-boundary.ts';
import { recordUndone } from '../../store/carried-out.ts';
import { listApproved, listApprovedRanges, recordApplied, recordStale } from '../../store/decisions.ts';
import { type Enqueued, enqueue } from '../enqueue.ts';
import type { ApplyContext, Stage } from '../stage.ts';
import { type Rechecked, recheck } from './recheck.ts';

const DECISIONS_AT_ONCE = 500;

/** What Mailchimp is to change goes into the outbox; batching takes it from there. */
export const enqueueUpdatesStage: Stage<ApplyContext, { readonly from: number; readonly to: number }> = {
  name: 'enqueue-updates',
  split: ({ store, run }) => listApprovedRanges(store.db, run.id, MAILCHIMP_KINDS, DECISIONS_AT_ONCE),
  async work(ctx, range) {
    const { store, run, lease, connection } = ctx;
    const standing = await recheck(ctx, await listApproved(store.db, run.id, MAILCHIMP_KINDS, range));
    const queued = await store.fenced(lease, async (tx) => {
      const scope = { connectionId: connection.id, runId: run.id };
      const ids = await enqueue(tx, scope, standing.map(toEnqueued));
      await recordApplied(tx, ids);
      if (run.purpose === 'undo') await recordUndone(tx, ids);
      await recordStale(tx, without(standing, ids));
      return ids.length;
    });
    passStep('updates-queued');
    return { queued };
  },
  join: () => Promise.resolve({ kind: 'done', counts: {} }),
};

const toEnqueued = ({ decision, row }: Rechecked): Enqueued => ({
  decisionId: decision.id,
  memberId: row.link.id,
  writes: decision.writes,
});

/** An update of somebody who has one under way was not queued: decided afresh. */
function without(standing: readonly Rechecked[], queued: readonly DecisionId[]): readonly DecisionId[] {
  const ids = new Set(queued);
  return standing.flatMap(({ decision }) => (ids.has(decision.id) ? [] : decision.id));
}
