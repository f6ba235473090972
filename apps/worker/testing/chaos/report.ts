import { STEPS } from '@mcsync/core/step-boundary';
import type { StormReport } from './storm.ts';

/** Whether everything held. */
export const hasHeld = ({ findings }: StormReport): boolean =>
  findings.every(({ violations }) => violations.length === 0);

/** A table of what was done and found, for people. */
export function reportLines(title: string, report: StormReport): readonly string[] {
  const kills = [...report.deaths.values()].reduce((sum, count) => sum + count, 0);
  const runs = Object.entries(report.runs).map(([state, count]) => `${count} ${state}`);
  const missed = STEPS.filter((step) => !report.deaths.has(step));
  return [
    '',
    `${title}: ${kills} kills, ${report.started} workers started, ${report.acts} acts of people, runs: ${runs.join(', ')}; ${Math.round(report.tookMs / 1000)} s`,
    `Killed after ${STEPS.length - missed.length} of ${STEPS.length} steps${missed.length === 0 ? '' : `; not after ${missed.join(', ')}`}`,
    '',
    ...[...report.deaths]
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([where, count]) => row(count, where)),
    '',
    ...report.findings.flatMap(({ invariant, looked, violations }) => [
      `${violations.length === 0 ? '✓' : '✗'} ${invariant} (${looked} looked at)`,
      ...violations.slice(0, 10).map((violation) => `    ${violation}`),
      ...(violations.length > 10 ? [`    and ${violations.length - 10} more`] : []),
    ]),
  ];
}

const row = (count: number, where: string): string =>
  `${String(count).padStart(6)}  killed ${where === 'at a random moment' ? where : `after ${where}`}`;
