import type { CategoryVerdict } from '@mcsync/core/domain/plan';
import { CATEGORY_WORDS, VERDICT_WORDS } from '@mcsync/core/words/categories';
import { formatNumber } from './format.ts';
import { Table } from './table.tsx';

/** What a plan would do by category, and what may happen without a person. */
export function VerdictTable({ plan }: { readonly plan: readonly CategoryVerdict[] }) {
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
              {verdict === 'held' ? 'needs approval' : 'by itself'}
            </span>
          </td>
          <td class="text">
            {VERDICT_WORDS[why]}
            {allowed !== null && why !== 'first-sync' && ` (${formatNumber(allowed)} allowed)`}
          </td>
        </tr>
      ))}
    </Table>
  );
}
