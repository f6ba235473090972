import type { Run } from '@mcsync/core/store/runs';
import { CATEGORY_WORDS, VERDICT_WORDS } from '@mcsync/core/words/categories';
import { formatNumber } from './format.ts';
import { Table } from './table.tsx';

/** What a plan would do by category, and what may happen without a person. */
export function VerdictTable({ run: { plan, state } }: { readonly run: Pick<Run, 'plan' | 'state'> }) {
  const changing = plan.filter(({ people }) => people > 0);
  if (changing.length === 0) return <p>Nothing is to be changed: both sides agree.</p>;
  return (
    <Table caption="What would change" columns={['People', 'What', 'May go on', 'Why']}>
      {changing.map(({ category, people, verdict, why, allowed }) => (
        <tr key={category}>
          <td class="number">{formatNumber(people)}</td>
          <th scope="row">{CATEGORY_WORDS[category]}</th>
          <td>
            <span class={`state ${verdict === 'held' ? 'attention' : 'good'}`}>
              {verdict === 'safe' ? 'by itself' : state === 'held' ? 'needs approval' : 'needed approval'}
            </span>
          </td>
          <td class="text">
            {VERDICT_WORDS[why]}
            {allowed !== null && why !== 'first-sync' && ` (${formatNumber(Math.floor(allowed))} allowed)`}
          </td>
        </tr>
      ))}
    </Table>
  );
}
