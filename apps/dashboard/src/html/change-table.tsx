import type { PlannedFacts } from '@mcsync/core/domain/planned-facts';
import type { PlannedChange } from '@mcsync/core/store/plan-examples';
import { DECISION_STATE_WORDS } from '@mcsync/core/words/decisions';
import { RULE_WORDS } from '@mcsync/core/words/rules';
import { GROUP_STATUS_WORDS, LEAVER_WORDS, MEMBER_STATUS_WORDS } from '@mcsync/core/words/sides';
import { writeWords } from '@mcsync/core/words/writes';
import { Table } from './table.tsx';

export interface ChangeTableProps {
  readonly caption: string;
  readonly changes: readonly PlannedChange[];
  /** Of the connection. */
  readonly path: string;
}

/** Changes of a plan, each with whom it is about, what it does and what it rests on. */
export function ChangeTable({ caption, changes, path }: ChangeTableProps) {
  return (
    <Table
      caption={caption}
      columns={['Who', 'What would change', 'Because', 'What both sides say', 'State']}
    >
      {changes.map((change) => (
        <tr key={change.id}>
          <th scope="row">
            <a href={`${path}/people/${change.memberId}`}>{whoOf(change)}</a>
          </th>
          <td class="text">{change.writes.map(writeWords).join(', then ')}</td>
          <td class="text">
            {change.rule}: {RULE_WORDS[change.rule]}
          </td>
          <td class="text">{factWords(change.facts)}</td>
          <td>
            {DECISION_STATE_WORDS[change.state]}
            {change.decidedBy !== null && ` (${change.decidedBy})`}
          </td>
        </tr>
      ))}
    </Table>
  );
}

/** An address, or else the number of the contact. */
const whoOf = ({ address, contactId }: PlannedChange): string =>
  address === '' ? `contact ${contactId ?? ''}` : address;

/** M, C and B as they were when it was decided. */
export function factWords({ mailchimp, civicrm, base, leftBy }: PlannedFacts): string {
  const leaver = Object.entries(LEAVER_WORDS).find(([code]) => code === leftBy)?.[1];
  const left = leaver === undefined ? '' : `, by ${leaver}`;
  const state = civicrm === null || civicrm.state === 'live' ? '' : `, contact ${civicrm.state}`;
  return [
    `Mailchimp: ${mailchimp === null ? 'nobody' : MEMBER_STATUS_WORDS[mailchimp.status]}${left}`,
    `CiviCRM: ${civicrm === null ? 'no contact' : GROUP_STATUS_WORDS[civicrm.group]}${state}`,
    `last agreed: ${base === null ? 'never' : base.side}`,
  ].join('; ');
}
