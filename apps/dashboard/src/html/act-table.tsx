import type { ActEntry } from '@mcsync/core/store/acts';
import { ACT_WORDS } from '@mcsync/core/words/acts';
import { Moment } from './moment.tsx';
import { Table } from './table.tsx';

/** Who did what. */
export function ActTable({
  acts,
  caption,
}: {
  readonly acts: readonly ActEntry[];
  readonly caption: string;
}) {
  return (
    <Table caption={caption} columns={['When', 'Who', 'What', 'Where', 'Note']}>
      {acts.map(({ id, at, who, kind, connectionId, runId, note }) => (
        <tr key={id}>
          <td class="moment">
            <Moment at={at} />
          </td>
          <td>{who}</td>
          <td class="words">{ACT_WORDS[kind]}</td>
          <td>
            {connectionId !== null && <a href={`/connections/${connectionId}`}>connection {connectionId}</a>}
            {runId !== null && (
              <>
                {' '}
                <a href={`/runs/${runId}`}>run {runId}</a>
              </>
            )}
          </td>
          <td class="text">{note}</td>
        </tr>
      ))}
    </Table>
  );
}
