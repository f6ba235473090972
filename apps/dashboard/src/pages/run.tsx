import { isRunActive } from '@mcsync/core/domain/run';
import { type ActEntry, listActs } from '@mcsync/core/store/acts';
import type { Connection } from '@mcsync/core/store/connections';
import { type LogLine, listLogLines } from '@mcsync/core/store/run-log';
import { type RunReport, reportRun } from '@mcsync/core/store/run-report';
import type { StageProgress } from '@mcsync/core/store/run-stages';
import type { Run } from '@mcsync/core/store/runs';
import { findUpdateProgress, type UpdateProgress } from '@mcsync/core/store/update-progress';
import { RUN_STATE_WORDS } from '@mcsync/core/words/runs';
import { ActTable } from '../html/act-table.tsx';
import { ConnectionNav } from '../html/connection-nav.tsx';
import { Figure } from '../html/figure.tsx';
import { formatDuration, formatNumber } from '../html/format.ts';
import { Layout } from '../html/layout.tsx';
import { LogTable } from '../html/log-table.tsx';
import { Moment } from '../html/moment.tsx';
import { kindOf } from '../html/run-table.tsx';
import { Said } from '../html/said.tsx';
import { StageList } from '../html/stage-list.tsx';
import { State } from '../html/state.tsx';
import { VerdictTable } from '../html/verdict-table.tsx';
import { listRunStages } from '../list-run-stages.ts';
import { page, part } from '../page.ts';
import { getRunOf } from '../run-path.ts';

interface RunProgress {
  readonly run: Run;
  readonly stages: readonly StageProgress[];
  readonly updates: UpdateProgress;
}

interface RunView extends RunProgress {
  readonly connection: Connection;
  readonly report: RunReport;
  readonly lines: readonly LogLine[];
  readonly acts: readonly ActEntry[];
}

const LINES_SHOWN = 200;

/** One run: its stages and times, what it did, its plan and its log. */
export const runPage = page<RunView>({
  load: async (deps, visit) => {
    const { run, connection } = await getRunOf(visit, deps);
    const { db } = deps.store;
    const [stages, updates, report, lines, acts] = await Promise.all([
      listRunStages(db, run.id),
      findUpdateProgress(db, run.id),
      reportRun(db, run.id),
      listLogLines(db, { runId: run.id }, LINES_SHOWN),
      listActs(db, { runId: run.id, limit: LINES_SHOWN }),
    ]);
    return { run, connection, stages, updates, report, lines, acts };
  },
  render: (view, visit) => {
    const { run, connection, report, lines, acts } = view;
    const { id, requestedBy, createdAt, requests, error, plan } = run;
    return (
      <Layout title={`Run ${id}`} path="/runs" visit={visit}>
        <ConnectionNav connection={connection} at="none" />
        <hgroup>
          <h1>
            Run {id} <State state={run.state} />
          </h1>
          <p>
            Kind: {kindOf(run)}. Asked for by {requestedBy} at <Moment at={createdAt} />. It{' '}
            {RUN_STATE_WORDS[run.state]}.
          </p>
        </hgroup>
        <Said visit={visit} />
        {error !== null && <p class="notice bad">{error.message}</p>}
        <Refreshing {...view} />
        <article>
          <h2>What it did</h2>
          <dl class="figures">
            {COUNTS.map(([name, title]) => (
              <Figure key={name} name={title} value={report.counts[name]} />
            ))}
          </dl>
          <p>
            It took {formatDuration(report.tookMs)}, with {formatNumber(requests.mailchimp)} requests to
            Mailchimp and {formatNumber(requests.civicrm)} to CiviCRM.
          </p>
        </article>
        {plan.length > 0 && (
          <article>
            <h2>Its plan</h2>
            <VerdictTable run={run} />
            <p>
              <a href={`/runs/${id}/review`}>Look at every change</a>
            </p>
          </article>
        )}
        <article>
          <h2>Log</h2>
          <LogTable lines={lines} />
          {acts.length > 0 && <ActTable acts={acts} caption="Who did what" />}
        </article>
      </Layout>
    );
  },
});

const COUNTS = [
  ['fetched', 'members read'],
  ['created', 'contacts created'],
  ['addedToGroup', 'added to the group'],
  ['removedFromGroup', 'removed from the group'],
  ['subscribed', 'subscribed'],
  ['unsubscribed', 'unsubscribed'],
  ['archived', 'archived'],
  ['pending', 'asked to confirm'],
  ['relinked', 'belong to another contact now'],
  ['refused', 'refused'],
  ['unchanged', 'unchanged'],
  ['held', 'waiting for approval'],
  ['open', 'without an outcome yet'],
] as const;

/** The part that changes while the run goes on. */
export const runProgressPart = part<RunProgress>({
  load: async (deps, visit) => {
    const { run } = await getRunOf(visit, deps);
    const { db } = deps.store;
    const [stages, updates] = await Promise.all([listRunStages(db, run.id), findUpdateProgress(db, run.id)]);
    return { run, stages, updates };
  },
  render: (progress) => <Refreshing {...progress} />,
});

/** Asks for itself again while something is under way. */
function Refreshing({ run, stages, updates }: RunProgress) {
  const isOn = isRunActive(run.state) || updates.settled < updates.total;
  return (
    <article
      {...(isOn && {
        'hx-get': `/runs/${run.id}/progress`,
        'hx-trigger': 'every 2s',
        'hx-swap': 'outerHTML',
      })}
    >
      <h2>Stages</h2>
      <StageList stages={stages} />
      {updates.total > 0 && (
        <p>
          Changes at Mailchimp: {formatNumber(updates.settled)} of {formatNumber(updates.total)} have an
          outcome.
        </p>
      )}
    </article>
  );
}
