import { type ActEntry, listActs } from '@mcsync/core/store/acts';
import { z } from 'zod';
import { rowNumber } from '../connection-path.ts';
import { ActTable } from '../html/act-table.tsx';
import { Layout } from '../html/layout.tsx';
import { page, queryOf } from '../page.ts';

const A_PAGE = 100;
const QUERY = z.object({ before: rowNumber.optional() });

/** Who did what by the dashboard and the API, the newest first. */
export const activityPage = page<readonly ActEntry[]>({
  load: async ({ store }, visit) => {
    const { before } = queryOf(visit, QUERY);
    return await listActs(store.db, { limit: A_PAGE, ...(before !== undefined && { before }) });
  },
  render: (acts, visit) => (
    <Layout title="Activity" path="/activity" visit={visit}>
      <hgroup>
        <h1>Activity</h1>
        <p>Who did what. What the service does by itself stands with its runs.</p>
      </hgroup>
      {acts.length === 0 ? <p>Nothing yet.</p> : <ActTable acts={acts} caption="Newest first" />}
      {acts.length === A_PAGE && (
        <p>
          <a href={`/activity?before=${acts.at(-1)?.id}`}>Older</a>
        </p>
      )}
    </Layout>
  ),
});
