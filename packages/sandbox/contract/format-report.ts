import type { ContractReport } from './report.ts';

type Line = ContractReport['lines'][number];

const FAILURES_SHOWN = 20;

/** The report in lines of text: what was checked N of N, what failed, and in what the sandbox is known to differ. */
export function formatReport({ system, lines, knownDifferences }: ContractReport): string {
  const title = system === 'civicrm' ? 'CiviCRM' : 'Mailchimp';
  const differences = knownDifferences.map((difference) => `    - ${difference}`);
  return [
    title,
    ...lines.flatMap(formatLine),
    `  known differences: ${knownDifferences.length}`,
    ...differences,
    '',
  ].join('\n');
}

/** A line is short where less passed than there was, or where nothing was checked at all. */
export const isShort = ({ lines }: ContractReport): boolean =>
  lines.length === 0 || lines.some(({ passed, total }) => passed < total || total === 0);

function formatLine({ name, passed, total, failures }: Line): readonly string[] {
  const mark = passed === total && total > 0 ? '✓' : '✗';
  const shown = failures.slice(0, FAILURES_SHOWN).map((failure) => `      ${failure}`);
  const more = failures.length - shown.length;
  return [
    `  ${mark} ${name}: ${passed} of ${total}`,
    ...shown,
    ...(more > 0 ? [`      and ${more} more`] : []),
  ];
}
