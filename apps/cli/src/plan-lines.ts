import type { CategoryVerdict } from '@mcsync/core/domain/plan';
import { CATEGORY_WORDS, VERDICT_WORDS } from '@mcsync/core/words/categories';
import pc from 'picocolors';
import { columns, number } from './format.ts';

/** A plan as people read it: what would happen to how many, how many are allowed, and whether it waits for somebody. */
export function planLines(plan: readonly CategoryVerdict[]): readonly string[] {
  if (plan.length === 0) return ['Nothing to do: both sides agree.'];
  const header = ['people', 'what', 'allowed', '', 'why'].map((title) => pc.dim(title));
  return columns([header, ...plan.map(planRow)], ['right', 'left', 'right']);
}

function planRow({
  category,
  people,
  allowed,
  writtenLastDay,
  verdict,
  why,
}: CategoryVerdict): readonly string[] {
  const before = writtenLastDay > 0 ? ` (${number(writtenLastDay)} in the last 24 hours already)` : '';
  return [
    pc.bold(number(people)),
    CATEGORY_WORDS[category],
    allowed === null ? 'any' : number(Math.floor(allowed)),
    verdict === 'safe' ? pc.green('goes on') : pc.yellow('waits'),
    `${VERDICT_WORDS[why]}${before}`,
  ];
}

/** The same for programs, with the words that people read. */
export const planJson = (plan: readonly CategoryVerdict[]) =>
  plan.map((verdict) => ({
    ...verdict,
    what: CATEGORY_WORDS[verdict.category],
    because: VERDICT_WORDS[verdict.why],
  }));
