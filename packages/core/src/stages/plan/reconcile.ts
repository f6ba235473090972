import type { RunPurpose } from '../../domain/run.ts';
import {
  listTodoComponents,
  listTodoRanges,
  recordDueRetries,
  recordOutdatedQueue,
} from '../../store/components.ts';
import type { MemberRange } from '../../store/linking.ts';
import type { LinkRow } from '../../store/member-rows.ts';
import { listChunkInputs } from '../../store/run-stages.ts';
import { type DecidedComponents, decideComponents, decideFromRows, rulesAt } from '../decide-components.ts';
import { recordDecided, untilKept } from '../record-decided.ts';
import type { Counts, PlanContext, Stage } from '../stage.ts';

const ROWS_AT_ONCE = 1000;

/** `rows`: from what we know. `reading`: those for whom the rules asked to read something, gathered from all ranges so that few requests serve many. */
interface Input extends MemberRange {
  readonly pass: 'rows' | 'reading';
}

/** Decides for everybody who is to be looked at, in chunks of whole components. What it decides is kept in one transaction a chunk. */
export const reconcileStage: Stage<PlanContext, Input> = {
  name: 'reconcile',
  async split(ctx) {
    const { store, lease, connection, run, now } = ctx;
    await store.fenced(lease, async (tx) => {
      await recordDueRetries(tx, connection.id, new Date(now()));
      if (run.purpose !== 'plan') await recordOutdatedQueue(tx, connection.id);
    });
    return await inputsFor(ctx, 'rows');
  },
  async work(ctx, input) {
    const { store, run, lease } = ctx;
    const scope = { ...scopeOf(ctx), seenHistoryId: run.historyNewest ?? 0 };
    return await untilKept(async () => {
      const components = await listTodoComponents(store.db, scope, input);
      const result = await decide(ctx, input, components.filter(mayDecide(run.purpose)));
      const kept = await store.fenced(lease, (tx) => recordDecided(tx, scope, result));
      return kept && countKinds(result.decided.map(({ decision }) => decision.kind));
    });
  },
  async join(ctx) {
    const passes = await listChunkInputs<Input>(ctx.store.db, ctx.run.id, 'reconcile');
    const unread = passes.some(({ pass }) => pass === 'reading') ? [] : await inputsFor(ctx, 'reading');
    return unread.length > 0 ? { kind: 'more', inputs: unread } : { kind: 'done', counts: {} };
  },
};

const scopeOf = ({ connection, run }: PlanContext) => ({ connectionId: connection.id, runId: run.id });

async function inputsFor(ctx: PlanContext, pass: Input['pass']): Promise<readonly Input[]> {
  const ranges = await listTodoRanges(ctx.store.db, scopeOf(ctx), ROWS_AT_ONCE);
  return ranges.map((range) => ({ ...range, pass }));
}

async function decide(
  ctx: PlanContext,
  { pass }: Input,
  components: readonly (readonly LinkRow[])[],
): Promise<DecidedComponents> {
  const { store, connection, run, lease } = ctx;
  const rules = rulesAt(connection, ctx.now(), run.utcOffsetMinutes);
  if (pass === 'rows') return decideFromRows(rules, components);
  return await decideComponents(
    { ...ctx, db: store.db, write: (work) => store.fenced(lease, work), rules },
    components,
  );
}

/** A plan writes nothing, so it leaves alone whoever has updates under way: deciding afresh would withdraw them. */
const mayDecide =
  (purpose: RunPurpose) =>
  (links: readonly LinkRow[]): boolean =>
    purpose !== 'plan' || links.every(({ syncStatus }) => syncStatus !== 'live');

function countKinds(kinds: readonly string[]): Counts {
  const counts: Record<string, number> = {};
  for (const kind of kinds) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
