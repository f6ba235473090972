import { REFUSAL_WORDS } from '@mcsync/core/words/refusals';
import pc from 'picocolors';
import { columns, indented, number } from '../format.ts';
import type { Explanation } from './balance.ts';
import { type Balance, countUnexplained } from './take-balance.ts';

/** A balance as people read it: both sides, and everybody who is in on one of them only, with the reason. */
export function balanceLines(balance: Balance): readonly string[] {
  const { subscribed, added, agreeing, explanations } = balance;
  const unexplained = countUnexplained(balance);
  const count = (kind: Explanation['kind']) => explanations.filter((one) => one.kind === kind).length;
  const row = (title: string, people: number, words: string) => [title, pc.bold(number(people)), words];
  return [
    `${pc.bold('Balance')} ${pc.dim('(both systems read anew by somebody who takes no part, and compared person by person)')}`,
    ...indented(
      columns(
        [
          row('Mailchimp', subscribed, 'subscribed'),
          row('CiviCRM', added, 'people in the group'),
          row('agree', agreeing, `of these ${number(subscribed + added)} are in on both sides`),
          row('refused', count('refused'), reasonsOf(explanations)),
          row('waiting', count('asked'), 'asked by Mailchimp to confirm, and have not yet'),
          ...optional('', count('unconfirmed'), 'membership not confirmed in CiviCRM', row),
          ...optional('', count('held'), 'change waits for approval', row),
          ...optional('', count('linked'), 'under a new address that the other side does not have yet', row),
          row(
            'differences',
            unexplained,
            unexplained === 0 ? pc.green('nothing is unexplained') : pc.red('that nothing explains'),
          ),
        ],
        ['left', 'right'],
      ),
    ),
  ];
}

function optional(
  title: string,
  people: number,
  words: string,
  row: (title: string, people: number, words: string) => readonly string[],
): readonly (readonly string[])[] {
  return people === 0 ? [] : [row(title, people, words)];
}

/** `address on hold 3 · no address 3` */
function reasonsOf(explanations: readonly Explanation[]): string {
  const reasons = explanations.flatMap((one) => (one.kind === 'refused' ? one.reason : []));
  return [...new Set(reasons)]
    .map((reason) => `${REFUSAL_WORDS[reason].short} ${reasons.filter((other) => other === reason).length}`)
    .join(' · ');
}
