import type { Db } from './db.ts';
import type { Store } from './store.ts';

/** Ids looked at in one step: a short transaction, so that nobody waits for it. */
const STEP = 5000;

/** What was removed. */
export interface Pruned {
  readonly updates: number;
  readonly decisions: number;
  readonly batches: number;
  readonly runs: number;
  readonly alerts: number;
}

/**
 * Removes what is older than `before`: settled updates, decisions, batches, runs with their stages and logs, and alerts that are over. Kept however old: what is open or
 * waits, each person's newest decision (but not of who was forgotten), newest refusal, newest decision that was applied (what their base rests on) and newest ask, and each connection's newest run. In
 * small steps; may be stopped anywhere by the signal, and run twice at once.
 */
export async function pruneHistory(store: Store, before: Date, signal: AbortSignal): Promise<Pruned> {
  const updates = await inSteps(store, 'updates', before, signal, pruneUpdates);
  const decisions = await inSteps(store, 'decisions', before, signal, pruneDecisions);
  const batches = await inSteps(store, 'batches', before, signal, pruneBatches);
  const runs = await inSteps(store, 'runs', before, signal, pruneRuns);
  signal.throwIfAborted();
  const alerts = await store.db.$executeRaw`DELETE FROM alerts WHERE closed_at < ${before}`;
  return { updates, decisions, batches, runs, alerts };
}

interface Range {
  readonly after: number;
  readonly to: number;
  readonly before: Date;
}

type Prune = (tx: Db, range: Range) => Promise<number>;

/** By ids, which grow with time: nothing after the first step in which everything is younger is looked at. */
async function inSteps(
  store: Store,
  table: keyof typeof NEWEST_OLD,
  before: Date,
  signal: AbortSignal,
  prune: Prune,
): Promise<number> {
  const newest = await NEWEST_OLD[table](store.db, before);
  let pruned = 0;
  for (let after = 0; after < newest; after += STEP) {
    signal.throwIfAborted();
    const range = { after, to: Math.min(after + STEP, newest), before };
    pruned += await store.transaction((tx) => prune(tx, range));
  }
  return pruned;
}

const idOf = (rows: readonly { readonly id: number | null }[]): number => rows[0]?.id ?? 0;

/** The newest row that is old enough, by its id. */
const NEWEST_OLD = {
  updates: async (db: Db, before: Date) =>
    idOf(await db.$queryRaw`SELECT max(id) AS id FROM updates WHERE created_at < ${before}`),
  decisions: async (db: Db, before: Date) =>
    idOf(await db.$queryRaw`SELECT max(id) AS id FROM decisions WHERE created_at < ${before}`),
  batches: async (db: Db, before: Date) =>
    idOf(await db.$queryRaw`SELECT max(id) AS id FROM batches WHERE claimed_at < ${before}`),
  runs: async (db: Db, before: Date) =>
    idOf(await db.$queryRaw`SELECT max(id) AS id FROM runs WHERE created_at < ${before}`),
};

/** The newest ask says for which act somebody was asked (I5). */
const pruneUpdates: Prune = (tx, { after, to, before }) => tx.$executeRaw`
  DELETE FROM updates AS old WHERE id > ${after} AND id <= ${to} AND settled_at < ${before} AND state NOT IN ('queued', 'submitted')
    AND NOT (kind = 'ask' AND member_id IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM updates AS later WHERE later.member_id = old.member_id AND later.kind = 'ask' AND later.id > old.id))`;

/** Those that others follow, or whose updates are kept, wait for them. Of somebody who was forgotten nothing has to be explained any more. */
const pruneDecisions: Prune = (tx, { after, to, before }) => tx.$executeRaw`
  DELETE FROM decisions AS old WHERE id > ${after} AND id <= ${to} AND created_at < ${before}
    AND state NOT IN ('planned', 'held', 'approved')
    AND NOT EXISTS (SELECT 1 FROM updates WHERE decision_id = old.id)
    AND NOT EXISTS (SELECT 1 FROM decisions AS follower WHERE follower.lead_id = old.id)
    AND (member_id IS NULL OR (
      EXISTS (SELECT 1 FROM decisions AS later WHERE later.member_id = old.member_id AND later.id > old.id)
      AND (state <> 'applied' OR EXISTS (
        SELECT 1 FROM decisions AS later WHERE later.member_id = old.member_id AND later.id > old.id AND later.state = 'applied'))
      AND (kind <> 'refuse' OR EXISTS (
        SELECT 1 FROM decisions AS later WHERE later.member_id = old.member_id AND later.id > old.id AND later.kind = 'refuse'))))`;

const pruneBatches: Prune = (tx, { after, to, before }) => tx.$executeRaw`
  DELETE FROM batches AS old WHERE id > ${after} AND id <= ${to} AND settled_at < ${before} AND state IN ('settled', 'lost')
    AND NOT EXISTS (SELECT 1 FROM updates WHERE batch_id = old.id)`;

/** A run stays as long as something that is kept names it. */
const pruneRuns: Prune = (tx, { after, to, before }) => tx.$executeRaw`
  DELETE FROM runs AS old WHERE id > ${after} AND id <= ${to} AND finished_at < ${before}
    AND state IN ('done', 'failed', 'aborted', 'rejected', 'superseded')
    AND NOT EXISTS (SELECT 1 FROM decisions WHERE run_id = old.id) AND NOT EXISTS (SELECT 1 FROM updates WHERE run_id = old.id)
    AND EXISTS (SELECT 1 FROM runs AS later WHERE later.connection_id = old.connection_id AND later.id > old.id)`;
