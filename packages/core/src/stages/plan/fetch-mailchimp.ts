import { assessRead } from '../../decide/detect-shrink.ts';
import { MINUTE_MS } from '../../domain/instant.ts';
import { FaultError } from '../../errors/sync-error.ts';
import type { MemberList, MemberQuery } from '../../gateways/mailchimp/mailchimp.ts';
import {
  countKnownMembers,
  countSeenMembers,
  forgetSeenMembers,
  type ListCounts,
  recordMissingMembers,
  recordSeenMembers,
} from '../../store/observed-members.ts';
import { listChunkInputs } from '../../store/run-stages.ts';
import { recordMeasured } from '../../store/runs.ts';
import { refreshStatistics } from '../../store/statistics.ts';
import { observe } from '../observe.ts';
import type { Counts, Joined, PlanContext, Stage } from '../stage.ts';

const PAGE_SIZE = 1000;
const LISTS: readonly MemberList[] = ['default', 'archived'];

/**
 * One page. `whole`: of everything. `window`: of what changed since the last run. `since-start`: of what changed while we read, which an offset into a changing list
 * may have missed. `attempt` counts reads of the same kind, from 1.
 */
interface PageInput {
  readonly kind: 'whole' | 'window' | 'since-start';
  readonly list: MemberList;
  readonly offset: number;
  readonly attempt: number;
}

/**
 * Reads Mailchimp: everybody, or who changed since the last run; both lists (rules section 1). Distinct members are compared with the totals before anything is
 * derived from it (section 8); whoever is missing from a whole read becomes `absent` until read singly (E5).
 */
export const fetchMailchimp: Stage<PlanContext, PageInput> = {
  name: 'fetch-mailchimp',
  split: (ctx) =>
    ctx.run.mailchimpWhole ? Promise.resolve(wholePages(ctx.run.totals, 1)) : changedPages(ctx, 'window', 1),
  work: fetchPage,
  join: (ctx) => (ctx.run.mailchimpWhole ? joinWhole(ctx) : joinChanges(ctx)),
};

/**
 * The last page first: who changes while we read moves to the end, and everybody after them one place forward; read backwards, nobody is passed over by that.
 */
function wholePages(totals: ListCounts, attempt: number): readonly PageInput[] {
  return [
    ...pagesOf({ kind: 'whole', list: 'default', attempt }, totals.listed).toReversed(),
    ...pagesOf({ kind: 'whole', list: 'archived', attempt }, totals.archived).toReversed(),
  ];
}

function pagesOf(page: Omit<PageInput, 'offset'>, total: number): readonly PageInput[] {
  return Array.from({ length: Math.ceil(total / PAGE_SIZE) }, (_, at) => ({
    ...page,
    offset: at * PAGE_SIZE,
  }));
}

async function changedPages(
  ctx: PlanContext,
  kind: 'window' | 'since-start',
  attempt: number,
): Promise<readonly PageInput[]> {
  const totals = await Promise.all(
    LISTS.map((list) =>
      ctx.mailchimp.countMembers(ctx.connection.audienceId, queryFor(ctx, kind, list), ctx.signal),
    ),
  );
  return LISTS.flatMap((list, at) => pagesOf({ kind, list, attempt }, totals[at] ?? 0));
}

function queryFor({ run }: PlanContext, kind: PageInput['kind'], list: MemberList): MemberQuery {
  const startedAt = run.windowBefore?.getTime() ?? 0;
  switch (kind) {
    case 'whole':
      return { list, window: null };
    case 'window':
      return { list, window: { since: run.windowSince?.getTime() ?? 0, before: startedAt } };
    case 'since-start':
      // A minute more: their clock and ours may differ, and both ends are exclusive.
      return { list, window: { since: startedAt - MINUTE_MS, before: null } };
  }
}

async function fetchPage(ctx: PlanContext, { kind, list, offset }: PageInput): Promise<Counts> {
  const { connection, run, lease, store } = ctx;
  const page = { offset, count: PAGE_SIZE };
  const { members } = await ctx.mailchimp.fetchMembers(
    connection.audienceId,
    queryFor(ctx, kind, list),
    page,
    ctx.signal,
  );
  const { added, changed } = await store.fenced(lease, async (tx) => {
    await recordSeenMembers(
      tx,
      run.id,
      list,
      members.map(({ contactId }) => contactId),
    );
    return await observe(tx, connection.id, members, ctx.now());
  });
  return { fetched: members.length, new: added, changed };
}

/** What was read against the totals: those of the start, and, where they differ, those of now with what changed meanwhile. */
async function joinWhole(ctx: PlanContext): Promise<Joined<PageInput>> {
  const { store, connection, run } = ctx;
  const seen = sum(await countSeenMembers(store.db, run.id));
  const counts =
    seen === sum(run.totals)
      ? run.totals
      : await ctx.mailchimp.fetchCounts(connection.audienceId, ctx.signal);
  const attempt = await newestAttempt(ctx, 'since-start');
  switch (assessRead(seen, [sum(counts)], attempt + 1)) {
    case 'complete': {
      await refreshStatistics(store.db);
      const missing = await store.fenced(ctx.lease, (tx) => recordMissingMembers(tx, connection.id, run.id));
      return { kind: 'done', counts: { missing } };
    }
    case 'read-again': {
      const pages = await changedPages(ctx, 'since-start', attempt + 1);
      if (attempt === 0 && pages.length > 0) return { kind: 'more', inputs: pages };
      await store.fenced(ctx.lease, (tx) => forgetSeenMembers(tx, run.id));
      return {
        kind: 'more',
        inputs: [...wholePages(counts, attempt + 1), ...sinceStartOrNext(pages, attempt + 1)],
      };
    }
    case 'incomplete':
      throw incomplete();
  }
}

const sum = ({ listed, archived }: ListCounts): number => listed + archived;

/** An attempt leaves a trace, even where nobody changed since the start. */
function sinceStartOrNext(pages: readonly PageInput[], attempt: number): readonly PageInput[] {
  return pages.length > 0 ? pages : [{ kind: 'since-start', list: 'default', offset: 0, attempt }];
}

/** What we believe to be there against the totals (rules section 9): a difference that stays starts a full compare of this side. */
async function joinChanges(ctx: PlanContext): Promise<Joined<PageInput>> {
  const { store, connection, run } = ctx;
  const known = await countKnownMembers(store.db, connection.id);
  if (known.listed === run.totals.listed && known.archived === run.totals.archived)
    return { kind: 'done', counts: {} };
  const attempt = await newestAttempt(ctx, 'since-start');
  const counts = await ctx.mailchimp.fetchCounts(connection.audienceId, ctx.signal);
  const nowAgrees = known.listed === counts.listed && known.archived === counts.archived;
  if (nowAgrees && attempt > 0) return { kind: 'done', counts: {} };
  if (attempt === 0) {
    const inputs = await changedPages(ctx, 'since-start', 1);
    if (inputs.length > 0) return { kind: 'more', inputs };
    if (nowAgrees) return { kind: 'done', counts: {} };
  }
  await ctx.tell('warn', 'Mailchimp counts other people than we know of; the whole audience is compared');
  await store.fenced(ctx.lease, (tx) => recordMeasured(tx, run.id, { mailchimpWhole: true }));
  return { kind: 'more', inputs: wholePages(counts, 1) };
}

async function newestAttempt({ store, run }: PlanContext, kind: PageInput['kind']): Promise<number> {
  const inputs = await listChunkInputs<PageInput>(store.db, run.id, 'fetch-mailchimp');
  return Math.max(0, ...inputs.filter((input) => input.kind === kind).map(({ attempt }) => attempt));
}

function incomplete(): FaultError {
  const message =
    'What Mailchimp listed does not add up with its own count, three times over. Nothing was changed; the next run looks again.';
  return new FaultError('COUNTS_DISAGREE', message);
}
