import type { Look } from './obstacle.ts';

/** One thing that was looked at. `warning`: it works, and somebody should know; `problem`: it does not work. */
export interface Finding {
  /** Such as `account 1` or `queue`. */
  readonly subject: string;
  readonly level: 'fine' | 'warning' | 'problem';
  /** One sentence; for a problem, with what to do. */
  readonly message: string;
}

export const fine = (subject: string, message: string): Finding => ({ subject, level: 'fine', message });
export const warning = (subject: string, message: string): Finding => ({
  subject,
  level: 'warning',
  message,
});
export const problem = (subject: string, message: string): Finding => ({
  subject,
  level: 'problem',
  message,
});

/** A look as findings: one that is fine, or a problem for each thing that stands in the way. */
export function findingsOf<Found>(
  subject: string,
  looked: Look<Found>,
  words: (found: Found) => string,
): readonly Finding[] {
  return looked.kind === 'found'
    ? [fine(subject, words(looked.found))]
    : looked.obstacles.map(({ message }) => problem(subject, message));
}
