import { isRunActive } from '@mcsync/core/domain/run';
import type { Run } from '@mcsync/core/store/runs';
import { formatDuration, formatNumber } from '../html/format.ts';
import { Layout } from '../html/layout.tsx';
import { Moment } from '../html/moment.tsx';
import { StageList } from '../html/stage-list.tsx';
import { State } from '../html/state.tsx';
import { type ConnectionStatus, type InstallationStatus, loadStatus } from '../load-status.ts';
import { page } from '../page.ts';
import { formTokenOf } from '../visit.ts';

/** Asked for by the reader, never by us: a page that changes by itself is hard to read for some. */
const WATCH_SECONDS = 5;

interface Home extends InstallationStatus {
  readonly readAt: Date;
  readonly email: string;
  readonly formToken: string;
  readonly isWatched: boolean;
}

/** How everything stands, for now without a button: what is to be decided is decided with the command line. */
export const homePage = page<Home>({
  load: async ({ store }, visit) => ({
    ...(await loadStatus(store.db)),
    readAt: new Date(),
    email: visit.administrator?.email ?? '',
    formToken: await formTokenOf(visit),
    isWatched: visit.request.query['watch'] !== undefined,
  }),
  render: ({ connections, writingStoppedAt, readAt, isWatched, email, formToken }) => (
    <Layout
      title="Status"
      path="/"
      email={email}
      formToken={formToken}
      {...(isWatched && { refreshSeconds: WATCH_SECONDS })}
    >
      <hgroup>
        <h1>Status</h1>
        <p>
          As of <Moment at={readAt} />. <Watching isWatched={isWatched} />
        </p>
      </hgroup>
      {writingStoppedAt !== null && (
        <p class="notice bad" role="status">
          All writing to both systems was stopped at <Moment at={writingStoppedAt} />. To allow it again:{' '}
          <code>npx mcsync start</code>
        </p>
      )}
      {connections.length === 0 && <NoConnections />}
      {connections.map((status) => (
        <ConnectionSection key={status.connection.id} {...status} />
      ))}
    </Layout>
  ),
});

function Watching({ isWatched }: { readonly isWatched: boolean }) {
  return isWatched ? (
    <>
      Loads itself again every {WATCH_SECONDS} seconds. <a href="/">Stop that</a>
    </>
  ) : (
    <>
      <a href="/">Load again</a> or <a href="/?watch">keep watching</a>
    </>
  );
}

function NoConnections() {
  return (
    <article>
      <h2>Nothing is connected yet</h2>
      <p>Tell us of a CiviCRM site and a Mailchimp account, then pair an audience with a group:</p>
      <pre>
        <code>{`npx mcsync site add --url URL --api-key KEY
npx mcsync account add --api-key KEY
npx mcsync connection add --account ID --site ID --audience LISTID --group GROUPID`}</code>
      </pre>
    </article>
  );
}

function ConnectionSection({ connection, members, updates, runs, stages }: ConnectionStatus) {
  const { id, audienceName, groupTitle, fault } = connection;
  const [newest] = runs;
  const held = runs.find(({ state }) => state === 'held');
  const heading = `connection-${id}`;
  return (
    <article aria-labelledby={heading}>
      <header>
        <h2 id={heading}>
          <small>Connection {id}</small> {audienceName} ⇄ {groupTitle}
        </h2>
        <State state={connection.state} />
      </header>
      {fault !== null && (
        <p class="notice bad">
          {fault.message} <small>({fault.code})</small>
        </p>
      )}
      {held !== undefined && <Held run={held} />}
      <dl class="figures">
        <Figure name="agreed" value={members.ok} />
        <Figure name="to be looked at" value={members.todo} />
        <Figure name="under way" value={members.live} />
        <Figure name="cannot agree" value={members.fail} />
        <Figure name="updates queued" value={updates.queued} />
        <Figure name="updates at Mailchimp" value={updates.submitted} />
      </dl>
      <p>
        Last synced: <Moment at={connection.syncedAt} />; compared in full:{' '}
        <Moment at={connection.fullSyncedAt} />
      </p>
      {newest !== undefined && isRunActive(newest.state) && <StageList stages={stages} />}
      {runs.length > 0 && <RunTable runs={runs} />}
    </article>
  );
}

/** A description of a figure stands below it, as on a dial. */
function Figure({ name, value }: { readonly name: string; readonly value: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{formatNumber(value)}</dd>
    </div>
  );
}

function Held({ run }: { readonly run: Run }) {
  const held = run.plan.filter(({ verdict, people }) => verdict === 'held' && people > 0);
  return (
    <div class="notice attention">
      <p>
        Run {run.id} waits for approval. To let it go on: <code>npx mcsync approve {run.id}</code>, or not:{' '}
        <code>npx mcsync reject {run.id}</code>
      </p>
      <ul>
        {held.map(({ category, people, why }) => (
          <li key={category}>
            {category}: {formatNumber(people)} <small>({why})</small>
          </li>
        ))}
      </ul>
    </div>
  );
}

function RunTable({ runs }: { readonly runs: readonly Run[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls on a narrow screen, and whoever has no mouse has to reach it for that
    <section class="overflow-auto" tabIndex={0} aria-label="Last runs">
      <table>
        <caption>Last runs</caption>
        <thead>
          <tr>
            <th scope="col">Run</th>
            <th scope="col">State</th>
            <th scope="col">Kind</th>
            <th scope="col">Asked for by</th>
            <th scope="col">Started</th>
            <th scope="col">Took</th>
            <th scope="col">Requests to Mailchimp</th>
            <th scope="col">to CiviCRM</th>
            <th scope="col">What happened</th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <RunRow key={run.id} run={run} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function RunRow({ run }: { readonly run: Run }) {
  const { id, state, mode, purpose, requestedBy, createdAt, finishedAt, requests, error } = run;
  return (
    <tr>
      <th scope="row">R{id}</th>
      <td>
        <State state={state} />
      </td>
      <td>{purpose === 'sync' ? mode : purpose === 'plan' ? `${mode}, plan only` : purpose}</td>
      <td>{requestedBy}</td>
      <td class="moment">
        <Moment at={createdAt} />
      </td>
      <td>{finishedAt === null ? '' : formatDuration(finishedAt.getTime() - createdAt.getTime())}</td>
      <td>{formatNumber(requests.mailchimp)}</td>
      <td>{formatNumber(requests.civicrm)}</td>
      <td class="text">{error === null ? '' : error.message}</td>
    </tr>
  );
}
