import { type Alert, listAlerts } from '../alerts.ts';
import { ConnectionCard } from '../html/connection-card.tsx';
import { Layout } from '../html/layout.tsx';
import { Moment } from '../html/moment.tsx';
import { PostButton } from '../html/post-button.tsx';
import { Said } from '../html/said.tsx';
import type { LoadOverview, Overview } from '../load-overview.ts';
import { type Handle, page } from '../page.ts';
import { mayChange, type Visit } from '../visit.ts';

/** How everything stands: what is wrong on top, then a card for each connection. */
export const overviewPage = (load: LoadOverview): Handle =>
  page<Overview>({
    load: () => load(),
    render: (overview, visit) => (
      <Layout title="Overview" path="/" visit={visit}>
        <h1>Overview</h1>
        <Said visit={visit} />
        <Switch stoppedAt={overview.writingStoppedAt} visit={visit} />
        <Alerts alerts={listAlerts(overview)} />
        {overview.connections.length === 0 && <NothingYet visit={visit} />}
        <div hx-ext="sse" sse-connect="/events">
          {overview.connections.map((status) => (
            <ConnectionCard key={status.connection.id} status={status} visit={visit} />
          ))}
        </div>
        {overview.connections.length > 0 && overview.writingStoppedAt === null && mayChange(visit) && (
          <details>
            <summary>Stop all writing</summary>
            <p>
              One switch for everything: no run writes to Mailchimp or CiviCRM any more, until it is allowed
              again. Plans can still be made.
            </p>
            <PostButton
              visit={visit}
              action="/writing"
              fields={{ writing: 'stopped' }}
              kind="contrast outline"
            >
              Stop all writing
            </PostButton>
          </details>
        )}
      </Layout>
    ),
  });

function Switch({ stoppedAt, visit }: { readonly stoppedAt: Date | null; readonly visit: Visit }) {
  if (stoppedAt === null) return null;
  return (
    <div class="notice bad" role="status">
      <p>
        All writing to both systems was stopped at <Moment at={stoppedAt} />.
      </p>
      {mayChange(visit) && (
        <PostButton visit={visit} action="/writing" fields={{ writing: 'allowed' }}>
          Allow writing again
        </PostButton>
      )}
    </div>
  );
}

function Alerts({ alerts }: { readonly alerts: readonly Alert[] }) {
  if (alerts.length === 0) return null;
  return (
    <section aria-label="What needs somebody">
      {alerts.map(({ level, connectionId, text }) => (
        <p key={text} class={`notice ${level}`}>
          {text} {connectionId !== null && <a href={`/connections/${connectionId}`}>Look at it</a>}
        </p>
      ))}
    </section>
  );
}

function NothingYet({ visit }: { readonly visit: Visit }) {
  return (
    <article>
      <h2>Nothing is connected yet</h2>
      {mayChange(visit) ? (
        <>
          <p>
            Tell us of a CiviCRM site and a Mailchimp account, then pair an audience with a group. Before
            anything is written you see a preview.
          </p>
          <a class="action" href="/set-up">
            Set up the first connection
          </a>
        </>
      ) : (
        <p>An administrator has to set up the first connection.</p>
      )}
    </article>
  );
}
