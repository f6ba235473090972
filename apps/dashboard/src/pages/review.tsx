import { RULE_IDS, type RuleId } from '@mcsync/core/domain/decision';
import { CATEGORIES, type Category } from '@mcsync/core/domain/plan';
import { isRunActive } from '@mcsync/core/domain/run';
import { type ActEntry, listActs } from '@mcsync/core/store/acts';
import type { Connection } from '@mcsync/core/store/connections';
import type { Db } from '@mcsync/core/store/db';
import {
  listPlanGroups,
  listPlannedChanges,
  listPlanRefusals,
  type PlanGroup,
  type PlannedChange,
} from '@mcsync/core/store/plan-examples';
import type { StageProgress } from '@mcsync/core/store/run-stages';
import type { Run } from '@mcsync/core/store/runs';
import { CATEGORY_WORDS } from '@mcsync/core/words/categories';
import { REFUSAL_WORDS } from '@mcsync/core/words/refusals';
import { RULE_WORDS } from '@mcsync/core/words/rules';
import { RUN_STATE_WORDS } from '@mcsync/core/words/runs';
import { z } from 'zod';
import { optional, rowNumber } from '../connection-path.ts';
import { ActTable } from '../html/act-table.tsx';
import { ChangeTable } from '../html/change-table.tsx';
import { ConnectionNav } from '../html/connection-nav.tsx';
import { FormToken } from '../html/form-token.tsx';
import { formatNumber } from '../html/format.ts';
import { Layout } from '../html/layout.tsx';
import { Said } from '../html/said.tsx';
import { StageList } from '../html/stage-list.tsx';
import { State } from '../html/state.tsx';
import { VerdictTable } from '../html/verdict-table.tsx';
import { listRunStages } from '../list-run-stages.ts';
import { page, queryOf } from '../page.ts';
import { getRunOf } from '../run-path.ts';
import { mayChange, type Visit } from '../visit.ts';

export const PLAN_QUERY = z.object({
  rule: optional(z.enum(RULE_IDS)),
  category: optional(z.enum(CATEGORIES)),
  text: optional(z.string().max(200)),
  after: optional(rowNumber),
});
export type PlanQuery = z.infer<typeof PLAN_QUERY>;

interface Review {
  readonly run: Run;
  readonly connection: Connection;
  readonly stages: readonly StageProgress[];
  readonly groups: readonly (PlanGroup & { readonly examples: readonly PlannedChange[] })[];
  readonly refusals: Awaited<ReturnType<typeof listPlanRefusals>>;
  readonly acts: readonly ActEntry[];
  readonly query: PlanQuery;
  /** Null: nothing is asked for. */
  readonly found: readonly PlannedChange[] | null;
}

const EXAMPLES = 3;
const A_PAGE = 50;

/** What a plan would change, by rule and with examples, and the buttons that approve or reject it. */
export const reviewPage = page<Review>({
  load: async (deps, visit) => {
    const { run, connection } = await getRunOf(visit, deps);
    const { db } = deps.store;
    const query = queryOf(visit, PLAN_QUERY);
    const [stages, groups, refusals, acts, found] = await Promise.all([
      listRunStages(db, run.id),
      loadGroups(db, run, isAsked(query) ? 0 : EXAMPLES),
      listPlanRefusals(db, run.id),
      listActs(db, { runId: run.id, limit: A_PAGE }),
      isAsked(query)
        ? listPlannedChanges(db, run.id, query, { after: query.after ?? 0, limit: A_PAGE })
        : null,
    ]);
    return { run, connection, stages, groups, refusals, acts, query, found };
  },
  render: (review, visit) => {
    const { run, connection, stages, acts } = review;
    return (
      <Layout title={`Plan of run ${run.id}`} path="/runs" visit={visit}>
        <ConnectionNav connection={connection} at="none" />
        <hgroup>
          <h1>
            Plan of run {run.id} <State state={run.state} />
          </h1>
          <p>
            <a href={`/runs/${run.id}`}>Run {run.id}</a> {RUN_STATE_WORDS[run.state]}.{' '}
            {whyWords(run, connection)}
          </p>
        </hgroup>
        <Said visit={visit} />
        {run.error !== null && <p class="notice bad">{run.error.message}</p>}
        {isRunActive(run.state) && run.plan.length === 0 ? (
          <Waiting run={run} stages={stages} />
        ) : (
          <Plan review={review} visit={visit} />
        )}
        {acts.length > 0 && <ActTable acts={acts} caption="Who did what" />}
      </Layout>
    );
  },
});

/** The groups of a plan, few as they are, each with so many examples. */
async function loadGroups(db: Db, run: Run, limit: number): Promise<Review['groups']> {
  const groups = await listPlanGroups(db, run.id);
  return await Promise.all(
    groups.map(async (group) => {
      const { rule, category, state } = group;
      const examples =
        limit === 0
          ? []
          : await listPlannedChanges(db, run.id, { rule, category, state }, { after: 0, limit });
      return { ...group, examples };
    }),
  );
}

const isAsked = ({ rule, category, text, after }: PlanQuery): boolean =>
  [rule, category, text, after].some((given) => given !== undefined);

function whyWords({ state, purpose, plan }: Run, { firstSyncedAt }: Connection): string {
  if (purpose === 'plan') return 'It was only asked for: nothing is written, and nothing can be approved.';
  if (state !== 'held') return '';
  if (firstSyncedAt === null)
    return 'It is the first sync, which always waits for approval. Nothing has been written to either system.';
  const held = plan.filter(({ verdict }) => verdict === 'held');
  return held.some(({ why }) => why === 'side-shrank')
    ? 'It stopped because a side lost more than half of its people. Find out why before you approve.'
    : 'It stopped because it would change more than may happen in a day without a person.';
}

function Waiting({ run, stages }: { readonly run: Run; readonly stages: readonly StageProgress[] }) {
  return (
    <article
      hx-get={`/runs/${run.id}/review`}
      hx-trigger="every 1s"
      hx-select="#main"
      hx-target="#main"
      hx-swap="outerHTML"
      aria-live="polite"
    >
      <p>The plan is being made.</p>
      <StageList stages={stages} />
      <noscript>
        <a href={`/runs/${run.id}/review`}>Load again</a>
      </noscript>
    </article>
  );
}

function Plan({ review, visit }: { readonly review: Review; readonly visit: Visit }) {
  const { run, connection, groups, refusals, found } = review;
  const path = `/connections/${connection.id}`;
  return (
    <>
      <article>
        <h2>In numbers</h2>
        <VerdictTable run={run} />
        {refusals.length > 0 && (
          <ul>
            {refusals.map(({ reason, people }) => (
              <li key={reason}>
                {formatNumber(people)} cannot be agreed: {REFUSAL_WORDS[reason].short}.{' '}
                <a href={`${path}/problems`}>What to do</a>
              </li>
            ))}
          </ul>
        )}
        {run.state === 'held' && mayChange(visit) && <Answer run={run} visit={visit} />}
      </article>
      <Search review={review} />
      {found !== null && <Found changes={found} review={review} />}
      {found === null &&
        groups.map((group) => (
          <article key={`${group.rule}-${group.ruleAs}-${group.category}-${group.state}`}>
            <h2>
              {formatNumber(group.people)} {CATEGORY_WORDS[group.category]}
            </h2>
            <p>
              {ruleWords(group)}{' '}
              <a href={`/runs/${run.id}/review?rule=${group.rule}&category=${group.category}`}>All of them</a>
            </p>
            <ChangeTable caption="Examples" changes={group.examples} path={path} />
          </article>
        ))}
    </>
  );
}

const ruleWords = ({ rule, ruleAs }: { readonly rule: RuleId; readonly ruleAs: RuleId | null }): string =>
  `${rule}: ${RULE_WORDS[rule]}${ruleAs === null ? '' : ` The outcome is that of ${ruleAs}.`}`;

/** Approval covers exactly what the page shows; who gives it, and their note, are kept. */
function Answer({ run, visit }: { readonly run: Run; readonly visit: Visit }) {
  return (
    <form method="post" action={`/runs/${run.id}/answer`} class="answer">
      <FormToken token={visit.cookie.formToken()} />
      <label for="note">A note, kept with your name</label>
      <textarea id="note" name="note" rows={2} maxlength={2000} />
      <div class="buttons">
        <button type="submit" name="answer" value="approve">
          Approve, and write it
        </button>
        <button type="submit" name="answer" value="reject" class="secondary">
          Reject
        </button>
      </div>
    </form>
  );
}

function Search({ review: { run, groups, query } }: { readonly review: Review }) {
  const rules = [...new Set(groups.map(({ rule }) => rule))];
  const categories = [...new Set(groups.map(({ category }) => category))];
  return (
    <form method="get" action={`/runs/${run.id}/review`} class="filters">
      <div>
        <label for="text">Address, name or contact number begins with</label>
        <input id="text" name="text" type="search" value={query.text ?? ''} />
      </div>
      <Choice
        name="category"
        title="What"
        chosen={query.category}
        options={categories}
        words={CATEGORY_WORDS}
      />
      <Choice name="rule" title="Rule" chosen={query.rule} options={rules} words={null} />
      <div class="buttons">
        <button type="submit">Search</button>
        <a class="action secondary" href={`/runs/${run.id}/plan.csv`}>
          All as CSV
        </a>
      </div>
    </form>
  );
}

function Choice<Name extends RuleId | Category>({
  name,
  title,
  chosen,
  options,
  words,
}: {
  readonly name: string;
  readonly title: string;
  readonly chosen: Name | undefined;
  readonly options: readonly Name[];
  readonly words: Readonly<Record<Name, string>> | null;
}) {
  return (
    <div>
      <label for={name}>{title}</label>
      <select id={name} name={name}>
        <option value="">any</option>
        {options.map((option) => (
          <option key={option} value={option} selected={option === chosen}>
            {words === null ? option : words[option]}
          </option>
        ))}
      </select>
    </div>
  );
}

function Found({ changes, review }: { readonly changes: readonly PlannedChange[]; readonly review: Review }) {
  const { run, connection, query } = review;
  const last = changes.at(-1);
  const next = new URLSearchParams(
    Object.entries({ ...query, after: last?.memberId }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    ),
  );
  return (
    <article>
      {changes.length === 0 ? (
        <p>
          Nobody fits. <a href={`/runs/${run.id}/review`}>Show the whole plan</a>
        </p>
      ) : (
        <ChangeTable caption="Found" changes={changes} path={`/connections/${connection.id}`} />
      )}
      <p>
        <a href={`/runs/${run.id}/review`}>The whole plan</a>{' '}
        {changes.length === A_PAGE && <a href={`/runs/${run.id}/review?${next}`}>More</a>}
      </p>
    </article>
  );
}
