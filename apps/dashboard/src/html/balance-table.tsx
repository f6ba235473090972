import { REFUSAL_WORDS } from '@mcsync/core/words/refusals';
import type { BalanceSheet, RefusedPeople } from '../balance-sheet.ts';
import { formatNumber, formatSigned } from './format.ts';

export interface BalanceTableProps {
  readonly sheet: BalanceSheet;
  /** Of the connection. */
  readonly path: string;
}

interface Line {
  readonly title: string;
  readonly text: string;
  readonly href?: string;
}

/** Both sides as a balance; at the bottom both columns say the same when everybody is accounted for. */
export function BalanceTable({ sheet, path }: BalanceTableProps) {
  const { mailchimp, civicrm, undecided } = sheet;
  return (
    <>
      <div class="balance">
        <Side title="Mailchimp" lines={mailchimpLines(sheet, path)} />
        <Side title="CiviCRM" lines={civicrmLines(sheet)} />
      </div>
      <dl class="balance totals">
        <div>
          <dt>Mailchimp, all together</dt>
          <dd>{formatNumber(mailchimp.total)}</dd>
        </div>
        <div>
          <dt>CiviCRM, all together</dt>
          <dd>{formatNumber(civicrm.total)}</dd>
        </div>
      </dl>
      {sheet.isBalanced && undecided.mailchimp + undecided.civicrm === 0 ? (
        <p class="notice good">Both sides come to the same: everybody is accounted for.</p>
      ) : (
        <p class="notice attention">
          Not decided yet: {formatNumber(undecided.mailchimp)} who are in at Mailchimp only, and{' '}
          {formatNumber(undecided.civicrm)} in CiviCRM only. The next sync looks at them.
        </p>
      )}
    </>
  );
}

function mailchimpLines({ mailchimp }: BalanceSheet, path: string): readonly Line[] {
  const { subscribed, toAdd, toRemove, asked, waiting, unconfirmed, sharing } = mailchimp;
  const refusal =
    (sign: 1 | -1, words: string) =>
    ({ reason, people }: RefusedPeople): Line => ({
      title: `${words}: ${REFUSAL_WORDS[reason].short}`,
      text: formatSigned(sign * people),
      href: `${path}/people?reason=${reason}`,
    });
  return [
    { title: 'subscribed', text: formatNumber(subscribed), href: `${path}/people?mailchimp=subscribed` },
    { title: 'to be subscribed', text: formatSigned(toAdd) },
    { title: 'to be removed', text: formatSigned(-toRemove) },
    {
      title: 'asked to confirm, and have not yet',
      text: formatSigned(asked),
      href: `${path}/people?mailchimp=pending`,
    },
    ...mailchimp.cannotSubscribe.map(refusal(1, 'cannot be subscribed')),
    ...mailchimp.cannotJoin.map(refusal(-1, 'subscribed, and not for the group')),
    ...optionally('left alone for now', waiting),
    ...optionally('subscribed, and not confirmed in the group', -unconfirmed),
    ...optionally('contacts that share an address, less further addresses of one contact', sharing),
  ];
}

/** Most connections have nobody there. */
const optionally = (title: string, people: number): readonly Line[] =>
  people === 0 ? [] : [{ title, text: formatSigned(people) }];

function civicrmLines({ civicrm: { added, toAdd, toRemove } }: BalanceSheet): readonly Line[] {
  return [
    { title: 'in the group', text: formatNumber(added) },
    { title: 'to be added', text: formatSigned(toAdd) },
    { title: 'to be removed', text: formatSigned(-toRemove) },
  ];
}

function Side({ title, lines }: { readonly title: string; readonly lines: readonly Line[] }) {
  return (
    <table>
      <caption>{title}</caption>
      <tbody>
        {lines.map(({ title: name, text, href }) => (
          <tr key={name}>
            <th scope="row">{href === undefined ? name : <a href={href}>{name}</a>}</th>
            <td class="number">{text}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
