import { DAY_MS } from '@mcsync/core/domain/instant';
import { type ActEntry, listActs } from '@mcsync/core/store/acts';
import { type BatchOutcomes, countBatchOutcomes } from '@mcsync/core/store/batch-outcomes';
import { type Batch, listBatches } from '@mcsync/core/store/batches';
import type { Connection } from '@mcsync/core/store/connections';
import { type DailySize, listDailySizes } from '@mcsync/core/store/daily-sizes';
import type { Db } from '@mcsync/core/store/db';
import { type LogLine, listLogLines } from '@mcsync/core/store/run-log';
import { nameOf } from '../alerts.ts';
import { drawUpBalance } from '../balance-sheet.ts';
import { getConnectionOf } from '../connection-path.ts';
import { ActTable } from '../html/act-table.tsx';
import { BalanceTable } from '../html/balance-table.tsx';
import { BatchTable } from '../html/batch-table.tsx';
import { ConnectionCard } from '../html/connection-card.tsx';
import { ConnectionNav } from '../html/connection-nav.tsx';
import { Layout } from '../html/layout.tsx';
import { LogTable } from '../html/log-table.tsx';
import { RunTable } from '../html/run-table.tsx';
import { Said } from '../html/said.tsx';
import { CHART_DAYS, SizeChart } from '../html/size-chart.tsx';
import type { ConnectionStatus, LoadConnection } from '../load-overview.ts';
import { type Handle, page } from '../page.ts';

interface ConnectionView {
  readonly status: ConnectionStatus;
  readonly sizes: readonly DailySize[];
  readonly today: Date;
  readonly batches: readonly Batch[];
  readonly outcomes: BatchOutcomes;
  readonly lines: readonly LogLine[];
  readonly acts: readonly ActEntry[];
}

const SHOWN = { batches: 12, lines: 30, acts: 10 };

/** One connection: how it stands, the balance of both sides, what it was like, and what it did. */
export const connectionPage = (load: LoadConnection): Handle =>
  page<ConnectionView>({
    load: async (deps, visit) => {
      const connection = await getConnectionOf(visit, deps);
      const [status, more] = await Promise.all([load(connection), loadMore(deps.store.db, connection)]);
      return { status, ...more };
    },
    render: ({ status, sizes, today, batches, outcomes, lines, acts }, visit) => {
      const { connection, people, runs } = status;
      const path = `/connections/${connection.id}`;
      return (
        <Layout title={nameOf(connection)} path={path} visit={visit}>
          <ConnectionNav connection={connection} at="connection" />
          <h1>How it stands</h1>
          <Said visit={visit} />
          <div hx-ext="sse" sse-connect="/events">
            <ConnectionCard status={status} visit={visit} />
          </div>
          <article>
            <h2>Balance</h2>
            <BalanceTable sheet={drawUpBalance(people.places)} path={path} />
          </article>
          <article>
            <h2>The last {CHART_DAYS} days</h2>
            <SizeChart sizes={sizes} until={today} />
          </article>
          <article>
            <h2>Runs</h2>
            {runs.length === 0 ? <p>None yet.</p> : <RunTable runs={runs} />}
          </article>
          <article>
            <h2>Batches</h2>
            <BatchTable batches={batches} outcomes={outcomes} />
          </article>
          <article>
            <h2>Log</h2>
            <LogTable lines={lines} />
            {acts.length > 0 && <ActTable acts={acts} caption="Who did what" />}
          </article>
        </Layout>
      );
    },
  });

async function loadMore(db: Db, { id }: Connection): Promise<Omit<ConnectionView, 'status'>> {
  const today = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS);
  const [sizes, batches, lines, acts] = await Promise.all([
    listDailySizes(db, id, new Date(today.getTime() - CHART_DAYS * DAY_MS)),
    listBatches(db, id, SHOWN.batches),
    listLogLines(db, { connectionId: id }, SHOWN.lines),
    listActs(db, { connectionId: id, limit: SHOWN.acts }),
  ]);
  const outcomes = await countBatchOutcomes(
    db,
    batches.map((batch) => batch.id),
  );
  return { sizes, today, batches, outcomes, lines, acts };
}
