import type { BatchOutcomes } from '@mcsync/core/store/batch-outcomes';
import type { Batch } from '@mcsync/core/store/batches';
import { formatNumber } from './format.ts';
import { Moment } from './moment.tsx';
import { State } from './state.tsx';
import { Table } from './table.tsx';

export interface BatchTableProps {
  /** Newest first. */
  readonly batches: readonly Batch[];
  readonly outcomes: BatchOutcomes;
}

/** Batches at Mailchimp, each with how far it is and what it refused. */
export function BatchTable({ batches, outcomes }: BatchTableProps) {
  if (batches.length === 0)
    return <p>No batch yet. Fewer than 20 changes are sent to Mailchimp one by one, without a batch.</p>;
  return (
    <Table
      caption="Last batches at Mailchimp"
      columns={['Batch', 'State', 'Progress', 'Confirmed', 'Refused', 'Otherwise', 'Submitted', 'Settled']}
    >
      {batches.map((batch) => (
        <BatchRow key={batch.id} batch={batch} outcomes={outcomes} />
      ))}
    </Table>
  );
}

function BatchRow({ batch, outcomes }: { readonly batch: Batch; readonly outcomes: BatchOutcomes }) {
  const { id, state, operations, finished, submittedAt, settledAt } = batch;
  const { confirmed = 0, refused = 0, differs = 0, unknown = 0 } = outcomes.get(id) ?? {};
  const done = state === 'settled' ? operations : finished;
  return (
    <tr>
      <th scope="row">B{id}</th>
      <td>
        <State state={state} />
      </td>
      <td>
        <progress value={done} max={operations} aria-label={`Batch ${id}: ${done} of ${operations}`} />{' '}
        {formatNumber(done)} of {formatNumber(operations)}
      </td>
      <td class="number">{formatNumber(confirmed)}</td>
      <td class="number">{formatNumber(refused)}</td>
      <td class="number">{formatNumber(differs + unknown)}</td>
      <td class="moment">
        <Moment at={submittedAt} never="not yet" />
      </td>
      <td class="moment">
        <Moment at={settledAt} never="not yet" />
      </td>
    </tr>
  );
}
