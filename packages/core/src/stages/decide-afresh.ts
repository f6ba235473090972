import { allowance, DEFAULT_LIMITS } from '../decide/assess-plan.ts';
import type { Write } from '../domain/decision.ts';
import type { ConnectionId, DecisionId, MemberId, RunId } from '../domain/ids.ts';
import { listComponents } from '../store/components.ts';
import type { Db } from '../store/db.ts';
import {
  approveDecisions,
  countWrittenLastDay,
  recordApplied,
  recordStale,
  setAsideDecisions,
} from '../store/decisions.ts';
import { countKnownMembers } from '../store/observed-members.ts';
import { findRun, notifyRun, type Run } from '../store/runs.ts';
import type { OpenUpdate } from '../store/updates.ts';
import { type Decided, decideComponents, rulesAt } from './decide-components.ts';
import { type Enqueued, enqueue } from './enqueue.ts';
import type { MailchimpContext } from './mailchimp-context.ts';
import { recordDecided, untilKept } from './record-decided.ts';

/**
 * The rules again, for people whose update did not end as wanted. Who is to be asked instead ("Member In Compliance State", 2.3) is asked at once, within the limits:
 * what arises while settling counts too (rules section 8). Any other change waits for the next run and its plan.
 */
export async function decideAfresh(ctx: MailchimpContext, updates: readonly OpenUpdate[]): Promise<void> {
  if (updates.length === 0) return;
  const runIds = [...new Set(updates.map(({ runId }) => runId))];
  for (const runId of runIds) {
    const run = runId === null ? null : await findRun(ctx.store.db, runId);
    await decideFor(
      ctx,
      run,
      updates.filter((update) => update.runId === runId),
    );
  }
}

async function decideFor(
  ctx: MailchimpContext,
  run: Run | null,
  updates: readonly OpenUpdate[],
): Promise<void> {
  const { store, connection } = ctx;
  const seenHistoryId = run?.historyNewest ?? 0;
  const scope = { connectionId: connection.id, runId: run?.id ?? null, seenHistoryId };
  await untilKept(async () => {
    const seeds = updates.map(({ memberId }) => memberId);
    const components = await listComponents(store.db, connection.id, seeds);
    const rules = rulesAt(connection, ctx.now(), run?.utcOffsetMinutes ?? 0);
    const deciding = { ...ctx, db: store.db, write: store.transaction, rules };
    const result = await decideComponents(deciding, components);
    return await store.transaction(async (tx) => {
      const ids = await recordDecided(tx, scope, result);
      if (ids === null) return null;
      await askWhereDecided(ctx, tx, run, { decided: result.decided, ids, scope });
      if (run !== null) await notifyRun(tx, run.id);
      return 'kept';
    });
  });
}

interface Kept {
  readonly decided: readonly Decided[];
  readonly ids: ReadonlyMap<MemberId, DecisionId>;
  readonly scope: {
    readonly connectionId: ConnectionId;
    readonly runId: RunId | null;
  };
}

/** Asks go out now, where the limits allow it; what else was decided is set aside. */
async function askWhereDecided(
  ctx: MailchimpContext,
  tx: Db,
  run: Run | null,
  { decided, ids, scope }: Kept,
): Promise<void> {
  const asks = decided.filter(({ decision }) => decision.kind === 'change' && decision.category === 'asked');
  if (asks.length > 0 && (await isWithinLimit(ctx, tx, run, asks.length))) {
    const askIds = asks.flatMap(({ link }) => ids.get(link.id) ?? []);
    await approveDecisions(tx, askIds, run?.approval === 'all' ? run.requestedBy : null);
    const wanted = asks.flatMap((ask) => toEnqueued(ask, ids));
    await recordApplied(tx, await enqueue(tx, scope, wanted));
    // Somebody who has an open update already: the next run decides afresh.
    await recordStale(tx, askIds);
  }
  await setAsideDecisions(tx, [...ids.values()]);
}

async function isWithinLimit(
  { connection, now }: MailchimpContext,
  tx: Db,
  run: Run | null,
  asks: number,
): Promise<boolean> {
  if (run?.state === 'aborted') return false;
  if (run?.approval === 'all') return true;
  const limit = connection.policies.limits.asked ?? DEFAULT_LIMITS.asked;
  const { subscribed } = await countKnownMembers(tx, connection.id);
  const allowed = allowance(limit, subscribed);
  if (allowed === null) return true;
  const written = (await countWrittenLastDay(tx, connection.id, now())).asked ?? 0;
  return asks + written <= allowed;
}

const writesOf = ({ decision }: Decided): readonly Write[] =>
  decision.kind === 'change' ? decision.writes : [];

function toEnqueued(ask: Decided, ids: ReadonlyMap<MemberId, DecisionId>): readonly Enqueued[] {
  const decisionId = ids.get(ask.link.id);
  if (decisionId === undefined) return [];
  return [{ decisionId, memberId: ask.link.id, writes: writesOf(ask) }];
}
