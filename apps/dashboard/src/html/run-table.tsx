import type { Run } from '@mcsync/core/store/runs';
import { formatDuration, formatNumber } from './format.ts';
import { Moment } from './moment.tsx';
import { State } from './state.tsx';
import { Table } from './table.tsx';

/** Runs of one connection, newest first. */
export function RunTable({ runs }: { readonly runs: readonly Run[] }) {
  return (
    <Table
      caption="Last runs"
      columns={['Run', 'State', 'Kind', 'Asked for by', 'Started', 'Took', 'Requests', 'What happened']}
    >
      {runs.map((run) => (
        <RunRow key={run.id} run={run} />
      ))}
    </Table>
  );
}

export const kindOf = ({ mode, purpose }: Pick<Run, 'mode' | 'purpose'>): string =>
  purpose === 'sync' ? mode : purpose === 'plan' ? `${mode}, plan only` : purpose;

function RunRow({ run }: { readonly run: Run }) {
  const { id, state, requestedBy, createdAt, finishedAt, requests, error } = run;
  return (
    <tr>
      <th scope="row">
        <a href={`/runs/${id}`}>{id}</a>
      </th>
      <td>
        <State state={state} />
      </td>
      <td>{kindOf(run)}</td>
      <td>{requestedBy}</td>
      <td class="moment">
        <Moment at={createdAt} />
      </td>
      <td class="moment">
        {finishedAt === null ? '' : formatDuration(finishedAt.getTime() - createdAt.getTime())}
      </td>
      <td class="moment">
        {formatNumber(requests.mailchimp)} to Mailchimp, {formatNumber(requests.civicrm)} to CiviCRM
      </td>
      <td class="text">{error === null ? '' : error.message}</td>
    </tr>
  );
}
