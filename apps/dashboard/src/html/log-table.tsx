import type { LogLine } from '@mcsync/core/store/run-log';
import { Moment } from './moment.tsx';
import { Table } from './table.tsx';

/** What runs have said of themselves, newest first. */
export function LogTable({ lines }: { readonly lines: readonly LogLine[] }) {
  if (lines.length === 0) return <p>Nothing was logged.</p>;
  return (
    <Table caption="Log, newest first" columns={['When', 'Run', 'Level', 'Stage', 'What']}>
      {lines.map(({ id, at, runId, level, stage, text }) => (
        <tr key={id} class={level}>
          <td class="moment">
            <Moment at={at} />
          </td>
          <td>
            <a href={`/runs/${runId}`}>R{runId}</a>
          </td>
          <td>{level}</td>
          <td>{stage}</td>
          <td class="text">{text}</td>
        </tr>
      ))}
    </Table>
  );
}
